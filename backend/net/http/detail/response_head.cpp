#include "net/http/detail/response_head.hpp"

#include <array>
#include <boost/beast/http/status.hpp>
#include <ctime>

#include "base/format.hpp"

namespace vv::net::detail {
namespace {

std::string_view reason_phrase(int status) {
  namespace http = boost::beast::http;
  const http::status known = http::int_to_status(static_cast<unsigned>(status));
  if (known == http::status::unknown) return "Other";
  const auto phrase = http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

std::string http_date(UnixMillis now) {
  const std::time_t seconds = now.value / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return std::string(text.data(), size);
}

}  // namespace

std::string response_head(const HttpResponse& response, KeepAlive keep_alive, UnixMillis now) {
  std::string head = format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers) {
    // A handler's value with a line break in it would become a header of its own.
    if (value.find_first_of("\r\n") != std::string::npos) continue;
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  const bool bodyless = response.status == 204 || response.status == 304;
  if (!bodyless) head += format("Content-Length: {}\r\n", response.content_length());
  head += format("Date: {}\r\nConnection: {}\r\n\r\n", http_date(now),
                 keep_alive == KeepAlive::Yes ? "keep-alive" : "close");
  return head;
}

}  // namespace vv::net::detail
