#include "server/export_route.hpp"

#include <optional>
#include <utility>

#include "base/worker_pool.hpp"
#include "identity/file_links.hpp"
#include "market/account_data.hpp"
#include "market/files.hpp"
#include "net/gate.hpp"
#include "net/http/router.hpp"
#include "reactive/types.hpp"

namespace vv::server {
namespace {

using identity::FileLinks;
using net::HttpRequest;
using net::HttpResponse;

constexpr Duration kPatience = seconds(60);  // for the disk, with years of messages on it

HttpResponse refused(int status, std::string text) {
  HttpResponse response{.status = status, .headers = {}, .body = std::move(text)};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

/// The copy as JSON text. On the pool.
Result<std::string> write_copy(const ExportPorts& ports, const std::string& person,
                               const std::string& base_url) {
  const UnixMillis now = ports.now();
  const auto url_of = [&](const market::FileId& file) {
    return base_url + std::string(market::kFilesPath) + file.str() + "?" +
           ports.links.sign(FileLinks::Purpose::Read,
                            {.id = file.str(), .reader = person, .expires_at = now + minutes(10)});
  };
  VV_ASSIGN_OR_RETURN(const market::AccountExport copy,
                      market::export_account(ports.store, market::UserId(person), now, url_of));
  std::string text;
  reactive::Codec<market::AccountExport>::encode(copy, text);
  return text;
}

Task<HttpResponse> give_copy(ExportPorts ports, HttpRequest request) {
  const std::string person = request.path.substr(market::kExportPath.size());
  const auto link =
      ports.links.verify(FileLinks::Purpose::Export, person, request.query, ports.now());
  if (!link || link->reader != person) {
    co_return refused(403, "this link has expired or is not one of ours");
  }
  const std::string base_url = ports.public_url.empty() ? request.base_url() : ports.public_url;
  using Written = Result<std::string>;
  std::optional<Written> written =
      co_await net::await_callback<Written>(ports.loop, kPatience, [&](auto done) {
        const auto job = [ports, person, base_url, done] {
          done(write_copy(ports, person, base_url));
        };
        if (!ports.pool.try_post(job)) done(unavailable("try again in a moment"));
      });
  if (!written || !*written) co_return refused(503, "try again in a moment");
  HttpResponse response{.status = 200, .headers = {}, .body = **std::move(written)};
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Content-Disposition", "attachment; filename=\"visavis.json\"");
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  co_return response;
}

}  // namespace

void mount_export_route(net::Router& router, ExportPorts ports) {
  router.handle("GET", std::string(market::kExportPath) + "*",
                [ports](HttpRequest request) { return give_copy(ports, std::move(request)); });
}

}  // namespace vv::server
