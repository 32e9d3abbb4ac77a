#include "server/assets.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vv::server {
namespace {

using net::HttpRequest;
using net::HttpResponse;

constexpr std::array<std::string_view, 8> kReserved = {
    "/api", "/rtc", "/twirp", "/settings", "/agent", "/whip", "/.well-known", "/assets"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".mp3", "audio/mpeg"},
    {".ogg", "audio/ogg"},
}};

constexpr std::string_view kNotBuilt =
    "<!doctype html><meta charset=\"utf-8\"><title>Visavis</title>"
    "<p>This server was built without its frontend. Run <code>./dev build</code>.</p>\n";

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

bool accepts(const HttpRequest& request, std::string_view coding) {
  std::string_view list = request.headers.get("Accept-Encoding").value_or("");
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    const bool refused =
        item.find(";q=0") != std::string_view::npos && item.find(";q=0.") == std::string_view::npos;
    if (item.substr(0, item.find(';')) == coding) return !refused;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

/// A Host that may stand in a header of ours.
bool is_plain_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == ':' || c == '-' || c == '[' || c == ']';
  });
}

}  // namespace

bool is_reserved(std::string_view path) {
  return std::any_of(kReserved.begin(), kReserved.end(), [&](std::string_view prefix) {
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
  });
}

Assets::Assets(std::vector<Asset> assets, std::string public_url)
    : assets_(std::move(assets)), public_url_(std::move(public_url)) {
  std::sort(assets_.begin(), assets_.end(),
            [](const Asset& a, const Asset& b) { return a.path < b.path; });
}

const Asset* Assets::find(std::string_view path) const {
  const auto found =
      std::lower_bound(assets_.begin(), assets_.end(), path,
                       [](const Asset& asset, std::string_view p) { return asset.path < p; });
  return found != assets_.end() && found->path == path ? &*found : nullptr;
}

HttpResponse Assets::serve(const HttpRequest& request) const {
  HttpResponse response = find_answer(request);
  // Interop: LiveKit's browser client asks for the head of `/` to learn whether the network is
  // back, from whatever page it runs on; without a body there is nothing to read.
  if (request.method == "HEAD" && request.path == "/") {
    response.headers.set("Access-Control-Allow-Origin", "*");
  }
  return response;
}

HttpResponse Assets::find_answer(const HttpRequest& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    if (is_reserved(request.path)) return HttpResponse::text(404, "not found\n");
    HttpResponse response = HttpResponse::text(405, "method not allowed\n");
    response.headers.set("Allow", "GET, HEAD");
    return response;
  }
  if (request.path != "/index.html") {
    if (const Asset* asset = find(request.path)) return file(*asset, request);
  }
  if (is_reserved(request.path)) return HttpResponse::text(404, "not found\n");
  if (const Asset* index = find("/index.html")) return file(*index, request);
  HttpResponse response = HttpResponse::text(200, std::string(kNotBuilt));
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("Content-Security-Policy", content_security_policy(request));
  return response;
}

HttpResponse Assets::file(const Asset& asset, const HttpRequest& request) const {
  HttpResponse response;
  response.headers.set("Content-Type", std::string(type_of(asset.path)));
  response.headers.set("ETag", std::string(asset.etag));
  response.headers.set("Vary", "Accept-Encoding");
  // Names below /assets/ hold a hash of what is inside.
  response.headers.set("Cache-Control", asset.path.starts_with("/assets/")
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  if (asset.path.ends_with(".html")) {
    response.headers.set("Content-Security-Policy", content_security_policy(request));
  }
  if (request.headers.get("If-None-Match") == asset.etag) {
    response.status = 304;
    return response;
  }
  if (!asset.brotli.empty() && accepts(request, "br")) {
    response.headers.set("Content-Encoding", "br");
    response.body = asset.brotli;
  } else if (!asset.gzip.empty() && accepts(request, "gzip")) {
    response.headers.set("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = asset.plain;
  }
  return response;
}

// threat-model H25. No inline script at all; inline style only what React Aria injects, by its
// hash.
std::string Assets::content_security_policy(const HttpRequest& request) const {
  std::string connect = "'self'";
  const std::string host(request.headers.get("Host").value_or(""));
  // Interop: Safari before 15.4 does not take 'self' for WebSockets.
  if (is_plain_host(host)) connect += (request.secure ? " wss://" : " ws://") + host;
  if (!public_url_.empty()) {
    connect += " " + public_url_;
    if (public_url_.starts_with("http")) connect += " ws" + public_url_.substr(4);
  }
  // The two style elements that React Aria writes (usePress, usePreventScroll), by their hashes; a
  // browser test fails when a new version of it writes others.
  return "default-src 'self'; script-src 'self'; style-src 'self' "
         "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' "
         "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; connect-src " +
         connect +
         "; img-src 'self' blob:; media-src 'self' blob:; worker-src 'self' blob:; "
         "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
}

}  // namespace vv::server
