#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "signaling/livekit/join_options.hpp"

// Any text as a join_request, and as a v0 query.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv::signaling;
  silence_protobuf_log();
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto request = decode_join_request(text)) {
    VV_CHECK(request->ByteSizeLong() <= 2 * kMaxJoinRequestBytes, "inflated size is bounded");
  }
  auto request = join_request_of_query(QueryView::parse(text));
  if (request) complete_client_info(*request->mutable_client_info(), text);
  return 0;
}
