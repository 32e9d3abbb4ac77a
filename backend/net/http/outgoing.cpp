#include "net/http/outgoing.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <vector>

#include "net/event_loop.hpp"

namespace vv::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t kMaxHead = 16'384;
constexpr std::int64_t kMaxRetryAfter = 86'400;  // seconds; who asks for more is asked tomorrow
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

std::string head_of(const OutgoingPost& request, const PostUrl& url) {
  std::string head = "POST " + url.target + " HTTP/1.1\r\nHost: " + url.host;
  if (url.port != (url.secure ? "443" : "80")) head += ":" + url.port;
  head += "\r\nConnection: close\r\nContent-Length: " + std::to_string(request.body.size());
  for (const auto& [name, value] : request.headers) head += "\r\n" + name + ": " + value;
  return head + "\r\n\r\n";
}

Error failed(const char* step, const boost::system::error_code& error) {
  return unavailable(std::string(step) + ": " + error.message());
}

/// `HTTP/1.1 200 …` → 200.
Result<int> status_of(std::string_view line) {
  int status = 0;
  const std::size_t space = line.find(' ');
  if (!line.starts_with("HTTP/1.") || space == std::string_view::npos) {
    return unavailable("the answer is not HTTP");
  }
  const char* begin = line.data() + space + 1;
  const auto [end, error] = std::from_chars(begin, line.data() + line.size(), status);
  if (error != std::errc{} || end - begin != 3) return unavailable("the answer has no status");
  return status;
}

/// `Retry-After: 120` → two minutes (RFC 9110 §10.2.3).
std::optional<Duration> retry_after_of(std::string_view head) {
  constexpr std::string_view kName = "retry-after:";
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    const bool named = line.size() > kName.size() &&
                       std::ranges::equal(kName, line.substr(0, kName.size()), [](char a, char b) {
                         return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
                       });
    if (!named) continue;
    line.remove_prefix(kName.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    std::int64_t wait = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), wait);
    if (error != std::errc{} || end == line.data() || wait < 0) return std::nullopt;
    return seconds(std::min(wait, kMaxRetryAfter));
  }
  return std::nullopt;
}

template <class Stream>
Task<Result<OutgoingAnswer>> exchange(Stream& stream, std::string message) {
  const auto [write_error, written] =
      co_await asio::async_write(stream, asio::buffer(message), kAwait);
  if (write_error) co_return failed("sending", write_error);
  std::string answer;
  const auto [read_error, read] = co_await asio::async_read_until(
      stream, asio::dynamic_buffer(answer, kMaxHead), "\r\n\r\n", kAwait);
  // Who says no more than a status has said enough.
  const bool has_line = answer.find("\r\n") != std::string::npos;
  if (read_error && !has_line) co_return failed("waiting for an answer", read_error);
  co_return read_answer_head(answer);
}

/// Those of the addresses that the request may go to.
std::vector<tcp::endpoint> allowed(const tcp::resolver::results_type& found,
                                   const OutgoingPost& request) {
  std::vector<tcp::endpoint> out;
  for (const auto& entry : found) {
    const asio::ip::address address = entry.endpoint().address();
    bool goes = true;
    if (request.allows && address.is_v4()) goes = request.allows(address.to_v4().to_bytes());
    if (request.allows && address.is_v6()) goes = request.allows(address.to_v6().to_bytes());
    if (goes) out.push_back(entry.endpoint());
  }
  return out;
}

}  // namespace

Result<PostUrl> read_post_url(std::string_view url) {
  PostUrl out;
  if (url.starts_with("https://")) {
    out.secure = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    return invalid("a URL begins with http:// or https://");
  }
  const std::size_t slash = url.find_first_of("/?#");
  std::string_view authority = url.substr(0, slash);
  std::string_view rest = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  rest = rest.substr(0, rest.find('#'));
  out.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return invalid("a URL has no blanks");
  }
  if (authority.find('@') != std::string_view::npos) return invalid("a URL names no user here");
  out.port = out.secure ? "443" : "80";
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    out.port = std::string(authority.substr(colon + 1));
    unsigned port = 0;
    const auto [end, error] =
        std::from_chars(out.port.data(), out.port.data() + out.port.size(), port);
    const bool whole = error == std::errc{} && end == out.port.data() + out.port.size();
    if (!whole || port == 0 || port > 65'535) return invalid("a URL's port is a number");
    authority = authority.substr(0, colon);
  }
  out.host = std::string(authority);
  if (out.host.empty()) return invalid("a URL names a host");
  return out;
}

Result<OutgoingAnswer> read_answer_head(std::string_view head) {
  VV_ASSIGN_OR_RETURN(const int status, status_of(head.substr(0, head.find("\r\n"))));
  return OutgoingAnswer{.status = status, .retry_after = retry_after_of(head)};
}

Task<Result<OutgoingAnswer>> post(EventLoop& loop, OutgoingPost request) {
  const Result<PostUrl> url = read_post_url(request.url);
  if (!url) co_return url.error();
  std::string host = url->host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  tcp::resolver resolver(loop.context());
  asio::ssl::context tls(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket> stream(loop.context(), tls);
  tcp::socket& socket = stream.next_layer();
  // Whatever waits then, waits for one of these two.
  asio::steady_timer deadline(loop.context(), std::chrono::nanoseconds(request.timeout.as_nanos()));
  deadline.async_wait([&resolver, &socket](const boost::system::error_code& error) {
    if (error) return;
    resolver.cancel();
    boost::system::error_code ignored;
    static_cast<void>(socket.close(ignored));
  });

  const auto [resolve_error, endpoints] = co_await resolver.async_resolve(host, url->port, kAwait);
  if (resolve_error) co_return failed("looking up its name", resolve_error);
  const std::vector<tcp::endpoint> addresses = allowed(endpoints, request);
  if (addresses.empty()) co_return unavailable("its name leads where nothing may be sent");
  const auto [connect_error, endpoint] = co_await asio::async_connect(socket, addresses, kAwait);
  if (connect_error) co_return failed("connecting", connect_error);
  std::string message = head_of(request, *url) + request.body;
  if (!url->secure) co_return co_await exchange(socket, std::move(message));

  boost::system::error_code error;
  static_cast<void>(tls.set_default_verify_paths(error));
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(host));
  // What SSL_set_tlsext_host_name expands to, but for its old-style cast.
  SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           host.data());
  const auto [tls_error] = co_await stream.async_handshake(asio::ssl::stream_base::client, kAwait);
  if (tls_error) co_return failed("TLS", tls_error);
  co_return co_await exchange(stream, std::move(message));
}

}  // namespace vv::net
