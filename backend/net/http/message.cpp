#include "net/http/message.hpp"

#include "net/http/streaming.hpp"
#include "net/http/uri.hpp"

namespace vv::net {

std::optional<std::string> HttpRequest::cookie(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, "Cookie")) continue;
    if (const auto found = cookie_value(value, name)) return std::string(*found);
  }
  return std::nullopt;
}

std::optional<std::string> HttpRequest::query_param(std::string_view name) const {
  return net::query_param(query, name);
}

std::optional<std::string> HttpRequest::bearer() const {
  constexpr std::string_view kPrefix = "Bearer ";
  const auto header = headers.get("Authorization");
  if (!header || !header->starts_with(kPrefix)) return std::nullopt;
  return std::string(header->substr(kPrefix.size()));
}

std::string HttpRequest::base_url() const {
  return std::string(secure ? "https://" : "http://") +
         std::string(headers.get("Host").value_or("localhost"));
}

std::uint64_t HttpResponse::content_length() const { return source ? source->size() : body.size(); }

HttpResponse HttpResponse::text(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

HttpResponse HttpResponse::json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

}  // namespace vv::net
