#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http/message.hpp"

namespace vv::server {

/// One file of the built frontend; the views point into the binary.
struct Asset {
  std::string_view path;  ///< `/assets/index-abc.js`
  std::string_view etag;  ///< quoted
  std::string_view plain;
  std::string_view gzip;    ///< empty when there is none
  std::string_view brotli;  ///< empty when there is none
};

/// Made by cmake/assets.cmake; empty when the frontend was not built.
[[nodiscard]] std::vector<Asset> embedded_assets();

/// Answers what no route claims: the frontend with history routing, or 404 in plain text below the
/// prefixes by whose answers clients decide (contract section 2).
class Assets {
 public:
  /// @param public_url  where pages may connect to besides the host they came from; may be empty
  Assets(std::vector<Asset> assets, std::string public_url);

  [[nodiscard]] net::HttpResponse serve(const net::HttpRequest& request) const;

 private:
  [[nodiscard]] net::HttpResponse find_answer(const net::HttpRequest& request) const;
  [[nodiscard]] const Asset* find(std::string_view path) const;
  [[nodiscard]] net::HttpResponse file(const Asset& asset, const net::HttpRequest& request) const;
  [[nodiscard]] std::string content_security_policy(const net::HttpRequest& request) const;

  std::vector<Asset> assets_;  // sorted by path
  std::string public_url_;
};

/// Whether unknown paths here are 404 and never the frontend.
[[nodiscard]] bool is_reserved(std::string_view path);

}  // namespace vv::server
