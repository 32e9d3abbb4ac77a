#include "net/http/uri.hpp"

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "net/endpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  const std::string_view text = as_text({data, size});
  if (const auto target = net::parse_target(text)) {
    VV_CHECK(target->path.starts_with('/'), "a path begins with a slash");
    VV_CHECK(!target->path.starts_with("//"), "and only one");
    static_cast<void>(net::query_param(target->query, "access_token"));
  }
  VV_CHECK(net::percent_decode(net::percent_encode(text)) == text, "escapes are undone exactly");
  static_cast<void>(net::query_param(text, "a"));
  static_cast<void>(net::cookie_value(text, "visavis_refresh"));
  if (const auto endpoint = net::parse_endpoint(text)) {
    VV_CHECK(net::parse_endpoint(endpoint->text()) == endpoint, "what parses survives writing");
  }
  return 0;
}
