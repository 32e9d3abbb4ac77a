#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/message.hpp"

namespace vv::net {

/// Which origins may read our answers (contract, section 2). Nothing here ever sends
/// `Access-Control-Allow-Credentials`.
class OriginRules {
 public:
  struct Options {
    std::string public_url;                    ///< ours, when configured
    std::vector<std::string> allowed_origins;  ///< others, as `https://host[:port]`
    bool any_loopback = false;                 ///< --dev: Vite on another port
  };
  OriginRules() = default;
  explicit OriginRules(Options options);

  /// Our own origin (`public_url`, or the scheme and Host of this very connection), or a listed
  /// one.
  [[nodiscard]] bool allows(const HttpRequest& request, std::string_view origin) const;
  /// Whether the request comes from ourselves or a listed origin, or names none (no browser).
  [[nodiscard]] bool allows(const HttpRequest& request) const;
  /// Whether it names our own origin.
  [[nodiscard]] bool is_same_origin(const HttpRequest& request) const;

 private:
  Options options_;
};

/// What a route answers to other origins.
enum class Cors : std::uint8_t {
  SameOrigin,  ///< no CORS header at all
  EchoAny,     ///< any Origin is echoed, on errors too (LiveKit's routes)
  Listed,      ///< origins that `OriginRules` allow are echoed (the Convex routes)
};

/// Adds the headers the page needs to read `response`.
void apply_cors(Cors cors, const OriginRules& rules, const HttpRequest& request,
                HttpResponse& response);
/// The answer to a preflight, when the request is one and the route answers other origins.
[[nodiscard]] std::optional<HttpResponse> answer_preflight(Cors cors, const OriginRules& rules,
                                                           const HttpRequest& request);

}  // namespace vv::net
