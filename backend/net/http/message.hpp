#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/endpoint.hpp"
#include "net/http/header_map.hpp"

namespace vv::net {

struct HttpRequest {
  std::string method;  ///< as sent: `GET`
  std::string target;  ///< path and query as sent; never logged (threat-model H12)
  std::string path;    ///< percent-decoded, duplicate leading slashes collapsed; begins with `/`
  std::string query;   ///< undecoded, without `?`
  HeaderMap headers;
  std::string body;
  Endpoint remote;         ///< the client; from X-Forwarded-For only behind a configured proxy
  bool forwarded = false;  ///< carried Forwarded or X-Forwarded-For: never counts as loopback (H24)
  bool secure = false;     ///< over TLS, ours or a configured proxy's

  /// The cookie of that name, as sent.
  [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const;
  /// The first query parameter of that name, percent-decoded, `+` is a space.
  [[nodiscard]] std::optional<std::string> query_param(std::string_view name) const;
  /// The token of `Authorization: Bearer …`.
  [[nodiscard]] std::optional<std::string> bearer() const;
  /// From this machine, and not through a proxy.
  [[nodiscard]] bool is_local() const { return !forwarded && remote.is_loopback(); }
  /// `http://localhost:8080`: the scheme and Host of this connection, without a slash at the end.
  [[nodiscard]] std::string base_url() const;
};

class BodySource;

struct HttpResponse {
  int status = 200;
  HeaderMap headers;
  std::string body;
  std::shared_ptr<BodySource> source{};  ///< instead of `body`; owned by the answer and its copies

  /// Bytes of `body` or of what `source` gives.
  [[nodiscard]] std::uint64_t content_length() const;

  static HttpResponse text(int status, std::string body);
  static HttpResponse json(int status, std::string body);
};

}  // namespace vv::net
