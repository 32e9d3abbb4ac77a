#pragma once

#include <optional>
#include <string>

#include "net/http/detail/server_state.hpp"

namespace vv::net::detail {

/// Fills in what depends on the connection: the client behind a configured proxy, `secure`.
void set_client(const ServerContext& server, const Endpoint& peer, bool tls, HttpRequest& request);

/// Where a request goes, decided before its body is read.
struct Route {
  std::optional<HttpResponse> answer;  ///< refused, or a preflight: no body is wanted
  const Handler* handler = nullptr;
  const ReceiptHandler* receipt = nullptr;  ///< instead of `handler`: takes the body as it comes
  std::size_t max_body = 0;
  Duration body_timeout = seconds(60);
  Cors cors = Cors::SameOrigin;
};
[[nodiscard]] Route route(const ServerContext& server, const HttpRequest& request);

/// Runs the handler; an exception that leaves it becomes a 500 that says nothing.
Task<HttpResponse> run_handler(const Handler& handler, HttpRequest request);

/// The same for what decides about a body.
Task<Receipt> run_receipt(const ReceiptHandler& handler, HttpRequest request);

/// CORS and the default headers.
void finish(const ServerContext& server, Cors cors, const HttpRequest& request,
            HttpResponse& response);

/// One line a request, without the query (threat-model H12), and the counters.
void log_access(const HttpRequest& request, int status, std::size_t bytes, Duration took);

}  // namespace vv::net::detail
