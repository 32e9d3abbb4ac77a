#include "base/check.hpp"
#include "push/endpoint.hpp"

// Whatever a browser claims, what is taken names a host and a path that fit in a request's head.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  const auto endpoint = vv::push::parse_endpoint(url, vv::push::Reach::Public);
  if (!endpoint) return 0;
  VV_CHECK(endpoint->secure && endpoint->port == 443, "no other way out");
  VV_CHECK(endpoint->target.starts_with('/'), "a target is a path");
  VV_CHECK(endpoint->target.find_first_of("\r\n ") == std::string::npos, "of one line");
  const auto again =
      vv::push::parse_endpoint(endpoint->origin() + endpoint->target, vv::push::Reach::Public);
  VV_CHECK(again && again->host == endpoint->host && again->target == endpoint->target,
           "what was read is read the same again");
  return 0;
}
