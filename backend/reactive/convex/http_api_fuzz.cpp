#include "reactive/convex/http_api.hpp"

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/testing_world.hpp"

// The first byte picks the route, the rest is the body: exactly one answer, in the form of its
// status.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using namespace vv::reactive;
  if (size == 0) return 0;
  TestWorld& world = fuzzed_world(200);
  convex::HttpApi api(*world.engine, TestWorld::verify);
  const auto kind = static_cast<convex::HttpApi::Kind>(data[0] % 5);
  const std::string_view token = data[0] >= 128 ? "Bearer amina" : "";
  int answers = 0;
  api.call(kind, as_text({data + 1, size - 1}), token, {"http://localhost"},
           [&](int status, const std::string& body) {
             ++answers;
             VV_CHECK(status == 200 || status == 560 || status == 400 || status == 401,
                      "a status that the client knows");
             if (status == 200 || status == 560) {
               VV_CHECK(convex::parse_json(body).has_value(), "these come with JSON");
             }
           });
  world.run();
  VV_CHECK(answers == 1, "every request is answered once");
  return 0;
}
