#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::push {

/// Longer than any push service's.
constexpr std::size_t kMaxEndpoint = 1024;

/// Which addresses a subscription may name: it comes from a browser, and we knock where it says.
enum class Reach : std::uint8_t {
  Public,  ///< https, port 443, hosts by name, addresses that the whole internet shares
  Any,     ///< `--dev`: also http, other ports and this machine, for a push service of one's own
};

struct Endpoint {
  bool secure = true;
  std::string host;
  std::uint16_t port = 443;
  std::string target;  ///< path and query
  [[nodiscard]] std::string origin() const;
};
/// refuses: invalid, saying why
[[nodiscard]] Result<Endpoint> parse_endpoint(std::string_view url, Reach reach);

/// Whether this is a push service of a browser's maker, or below one of `more` (threat-model H21):
/// the only hosts that a subscription may name.
[[nodiscard]] bool is_push_service(std::string_view host, std::span<const std::string> more);

/// Whether a request may go to this address (4 or 16 bytes, network order): asked of the address
/// that is then connected to, so that a name cannot change its mind in between.
[[nodiscard]] bool is_public_address(Bytes address);

}  // namespace vv::push
