#include "reactive/convex/sync_server.hpp"

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "reactive/convex/outbound_check.hpp"
#include "reactive/testing_world.hpp"

namespace {

using namespace vv;
using namespace vv::reactive;

struct Socket final : convex::Output {
  void send_text(std::string frame) override {
    VV_CHECK(check.look_at(frame).empty(), "every frame is one that clients can read");
    VV_CHECK(frame.find("FatalError") == std::string::npos, "a client is never ended for good");
  }
  void close(std::uint16_t code, std::string reason) override {
    VV_CHECK(code >= 1002 && code <= 1013 && reason.size() <= 123, "a close that clients retry");
  }
  [[nodiscard]] std::size_t buffered_bytes() const override { return 0; }
  void pause_reading() override {}
  void resume_reading() override {}
  convex::OutboundCheck check;
};

}  // namespace

// Messages of one socket, a line each, in any order and of any content, a '\x01' at a line's front
// making it one over the limit, an empty line a second of time: the session answers, closes without
// ending the client, or ignores. A valid Connect comes first unless the input begins with a blank.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TestWorld& world = fuzzed_world(200);
  Socket socket;
  const auto session = world.server->open(socket, {"http://localhost"});
  std::string_view rest = as_text({data, size});
  if (!rest.starts_with(' ')) {
    session->on_text(R"({"type":"Connect","sessionId":"f","connectionCount":0,"clientTs":1})");
  }
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) {
      world.advance(seconds(1));
    } else if (line.front() == '\x01') {
      session->on_oversize(line.substr(1));
    } else {
      session->on_text(line);
    }
    if (line.ends_with(' ')) world.run();
  }
  world.run();
  return 0;
}
