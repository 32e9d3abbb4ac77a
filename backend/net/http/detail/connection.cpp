#include "net/http/detail/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/http/detail/dispatch.hpp"
#include "net/http/detail/response_head.hpp"
#include "net/http/head_scanner.hpp"
#include "net/http/uri.hpp"

namespace vv::net::detail {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

std::string_view to_view(beast::string_view text) { return {text.data(), text.size()}; }

auto redirect(boost::system::error_code& error) {
  return asio::redirect_error(asio::use_awaitable, error);
}

/// One HTTP connection: its requests one after another, until it ends or becomes a WebSocket.
///
/// Owns:    the stream and what was read from it.
/// Not its: where a request goes (dispatch.hpp), frames (websocket/detail/connection.hpp).
/// Bounds:  HeadScanner's sizes, the route's body, the deadlines of threat-model H1.
class HttpConnection final : public ConnectionControl {
 public:
  HttpConnection(std::shared_ptr<ServerContext> server, ByteStream stream, Endpoint peer)
      : server_(std::move(server)), stream_(std::move(stream)), peer_(peer) {
    server_->add(this);
  }
  ~HttpConnection() override { server_->remove(this); }

  Task<std::shared_ptr<LiveSocket>> run() {
    if (stream_.is_tls()) {
      stream_.expires_after(server_->options.header_timeout);
      boost::system::error_code error;
      co_await stream_.async_handshake(redirect(error));
      if (error) co_return nullptr;
    }
    while (!server_->draining) {
      const Next next = co_await serve_one();
      if (next == Next::Gone) co_return nullptr;
      if (next == Next::Upgraded) co_return std::move(socket_);
      if (next == Next::Close) break;
    }
    stream_.expires_after(kLinger);
    boost::system::error_code ignored;
    co_await stream_.async_finish(redirect(ignored));
    co_return nullptr;
  }

  void drain(std::uint16_t, const std::string&) override {
    if (idle_) cut();
  }
  void cut() override { stream_.close(); }

 private:
  enum class Next : std::uint8_t { Again, Close, Gone, Upgraded };
  using Parser = http::request_parser<http::string_body>;

  Task<bool> read_some(std::size_t most) {
    boost::system::error_code error;
    const std::size_t count =
        co_await stream_.async_read_some(buffer_.prepare(most), redirect(error));
    if (error) co_return false;
    buffer_.commit(count);
    co_return true;
  }

  [[nodiscard]] std::string_view received() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }

  Task<Next> serve_one() {
    HeadScanner scanner;
    auto verdict = scanner.scan(received());
    idle_ = buffer_.size() == 0;
    stream_.expires_after(idle_ ? server_->options.idle_timeout : server_->options.header_timeout);
    while (verdict == HeadScanner::Verdict::NeedMore) {
      const bool alive = co_await read_some(4096);
      if (!alive) co_return Next::Gone;
      if (idle_) stream_.expires_after(server_->options.header_timeout);
      idle_ = false;
      verdict = scanner.scan(received());
    }
    idle_ = false;
    if (verdict != HeadScanner::Verdict::Complete) co_return co_await refuse(verdict);

    Parser parser;
    parser.header_limit(HeadScanner::kMaxRtcRequestLine + HeadScanner::kMaxHeaders + 4096);
    parser.body_limit(boost::none);  // known once the route is
    boost::system::error_code error;
    const std::size_t used =
        parser.put(asio::buffer(buffer_.data().data(), scanner.head_size()), error);
    HttpRequest request;
    if (error || !parser.is_header_done() || used != scanner.head_size() ||
        !read_head(parser, request)) {
      co_return co_await refuse(HeadScanner::Verdict::Malformed);
    }
    buffer_.consume(used);
    co_return co_await answer(parser, std::move(request));
  }

  bool read_head(Parser& parser, HttpRequest& request) const {
    const auto& head = parser.get();
    request.method = to_view(head.method_string());
    request.target = to_view(head.target());
    auto target = parse_target(request.target);
    if (!target && !(request.method == "OPTIONS" && request.target == "*")) return false;
    if (target) {
      request.path = std::move(target->path);
      request.query = std::move(target->query);
    }
    for (const auto& field : head) {
      request.headers.add(to_view(field.name_string()), std::string(to_view(field.value())));
    }
    if (head.version() >= 11 && !request.headers.has("Host")) return false;
    set_client(*server_, peer_, stream_.is_tls(), request);
    return true;
  }

  Task<Next> refuse(HeadScanner::Verdict verdict) {
    const int status = verdict == HeadScanner::Verdict::LineTooLong       ? 414
                       : verdict == HeadScanner::Verdict::HeadersTooLarge ? 431
                                                                          : 400;
    HttpRequest nothing;
    HttpResponse response = HttpResponse::text(status, "bad request\n");
    finish(*server_, Cors::SameOrigin, nothing, response);
    co_await write(response, nothing, KeepAlive::No);
    co_return Next::Close;
  }

  Task<Next> answer(Parser& parser, HttpRequest request) {
    const Instant began = monotonic_now();
    if (beast::websocket::is_upgrade(parser.get())) {
      if (const auto* route = server_->router.find_upgrade(request.path)) {
        co_return co_await upgrade(*route, parser, std::move(request));
      }
    }
    Route route = detail::route(*server_, request);
    bool reusable = parser.keep_alive();
    if (!route.answer) {
      if (route.receipt != nullptr) {
        route.answer = co_await receive(parser, route, request);
        if (!route.answer) co_return Next::Gone;
      } else {
        const int status = co_await read_body(parser, route, request, nullptr);
        if (status < 0) co_return Next::Gone;
        if (status > 0) route.answer = body_refusal(status);
      }
    }
    // A body that was not read would be taken for the next request.
    if (!parser.is_done() && (parser.chunked() || parser.content_length().value_or(0) > 0)) {
      reusable = false;
    }
    HttpResponse response;
    if (route.answer) {
      response = std::move(*route.answer);
    } else {
      stream_.expires_never();
      response = co_await run_handler(*route.handler, request);
    }
    finish(*server_, route.cors, request, response);
    const KeepAlive keep = reusable && !server_->draining ? KeepAlive::Yes : KeepAlive::No;
    const bool written = co_await write(response, request, keep);
    log_access(request, response.status, response.content_length(), monotonic_now() - began);
    if (!written) co_return Next::Gone;
    co_return keep == KeepAlive::Yes ? Next::Again : Next::Close;
  }

  static HttpResponse body_refusal(int status) {
    return HttpResponse::text(status, status == 413 ? "request body too large\n" : "bad request\n");
  }

  /// A request whose body is taken as it comes. @return nothing when nobody is there any more
  Task<std::optional<HttpResponse>> receive(Parser& parser, const Route& route,
                                            HttpRequest& request) {
    // Before anything is decided: a refused size must not use up what the request names.
    if (parser.content_length().value_or(0) > route.max_body) co_return body_refusal(413);
    Receipt receipt = co_await run_receipt(*route.receipt, request);
    if (auto* refusal = std::get_if<HttpResponse>(&receipt)) co_return std::move(*refusal);
    Inflow inflow{.sink = *std::get<std::unique_ptr<BodySink>>(receipt), .answer = {}};
    const int status = co_await read_body(parser, route, request, &inflow);
    if (status < 0) co_return std::nullopt;
    if (status > 0) co_return body_refusal(status);
    if (inflow.answer) co_return std::move(inflow.answer);
    co_return co_await inflow.sink.finish();
  }

  /// A body on its way to its sink.
  struct Inflow {
    BodySink& sink;
    std::optional<HttpResponse> answer;  // of the sink's, which wants no more
    std::uint64_t bytes = 0;
    Duration waited{};  // for the client, not for the sink

    /// Hands over what the parser holds once it is worth a turn. @return false: no more
    Task<bool> pass(Parser& parser) {
      std::string& held = parser.get().body();
      if (held.empty() || (held.size() < kReadPiece && !parser.is_done())) co_return true;
      bytes += held.size();
      answer = co_await sink.write(std::exchange(held, {}));
      co_return !answer.has_value();
    }
    /// How long the client may take for the next bytes.
    [[nodiscard]] Duration patience(Duration grace) const {
      const auto earned = seconds(static_cast<std::int64_t>(bytes / kLeastPace));
      return std::min(grace + earned, kLongestUpload) - waited;
    }
  };

  /// @param inflow  where the body goes; null: into `request.body`
  /// @return 0 when it was read, a status that refuses it, or -1 when nobody is there
  Task<int> read_body(Parser& parser, const Route& route, HttpRequest& request, Inflow* inflow) {
    if (parser.content_length().value_or(0) > route.max_body) co_return 413;
    if (parser.is_done()) co_return 0;
    parser.body_limit(route.max_body);
    parser.eager(true);
    stream_.expires_after(route.body_timeout);
    boost::system::error_code error;
    if (equals_ignoring_case(request.headers.get("Expect").value_or(""), "100-continue") &&
        buffer_.size() == 0) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await asio::async_write(stream_, asio::buffer(kContinue), redirect(error));
      if (error) co_return -1;
    }
    while (!parser.is_done()) {
      if (buffer_.size() > 0) {
        const std::size_t used = parser.put(buffer_.data(), error);
        buffer_.consume(used);
        if (error == http::error::body_limit) co_return 413;
        if (error && error != http::error::need_more) co_return 400;
        if (inflow != nullptr) {
          const bool wanted = co_await inflow->pass(parser);
          if (!wanted) co_return 0;
        }
        if (parser.is_done()) break;
        if (used > 0 && buffer_.size() > 0) continue;
        if (buffer_.size() > kMaxChunkHead) co_return 400;
      }
      if (inflow != nullptr) stream_.expires_after(inflow->patience(server_->options.upload_grace));
      const Instant began = monotonic_now();
      const std::size_t count = co_await stream_.async_read_some(
          buffer_.prepare(inflow != nullptr ? kReadPiece : 16 * 1024), redirect(error));
      if (error) co_return -1;
      if (inflow != nullptr) inflow->waited += monotonic_now() - began;
      buffer_.commit(count);
    }
    request.body = std::move(parser.get().body());
    co_return 0;
  }

  Task<Next> upgrade(const Router::UpgradeRoute& route, Parser& parser, HttpRequest request) {
    const auto& head = parser.get();
    const bool sound = head["Sec-WebSocket-Version"] == "13" &&
                       !head["Sec-WebSocket-Key"].empty() && buffer_.size() == 0;
    Upgrade decided = HttpResponse::text(400, "bad WebSocket handshake\n");
    if (sound) {
      stream_.expires_never();
      try {
        decided = co_await route.handler(request);
      } catch (const std::exception& e) {
        log::error("an upgrade ended by an exception", {{"what", e.what()}});
        decided = HttpResponse::text(500, "internal error\n");
      }
    }
    if (auto* refusal = std::get_if<HttpResponse>(&decided)) {
      finish(*server_, route.cors, request, *refusal);
      co_await write(*refusal, request, KeepAlive::No);
      log_access(request, refusal->status, refusal->body.size(), {});
      co_return Next::Close;
    }
    log_access(request, 101, 0, {});
    stream_.expires_never();
    socket_ = make_socket(server_, std::move(stream_), route.options,
                          std::string(to_view(head["Sec-WebSocket-Key"])),
                          std::move(std::get<std::unique_ptr<SocketSession>>(decided)));
    co_return Next::Upgraded;
  }

  Task<bool> write(const HttpResponse& response, const HttpRequest& request, KeepAlive keep) {
    std::string_view body = request.method == "HEAD" ? std::string_view() : response.body;
    std::string_view piece = body.substr(0, kWritePiece);
    // One buffer: over TLS two would be two writes.
    std::string first = response_head(response, keep, wall_now());
    first += piece;
    body.remove_prefix(piece.size());
    boost::system::error_code error;
    stream_.expires_after(kWriteStep);
    co_await asio::async_write(stream_, asio::buffer(first), redirect(error));
    while (!error && !body.empty()) {
      stream_.expires_after(kWriteStep);
      piece = body.substr(0, kWritePiece);
      co_await asio::async_write(stream_, asio::buffer(piece), redirect(error));
      body.remove_prefix(piece.size());
    }
    if (error || !response.source || request.method == "HEAD") co_return !error;
    co_return co_await pour(*response.source);
  }

  /// The rest of a response whose body comes in pieces.
  Task<bool> pour(BodySource& source) {
    boost::system::error_code error;
    for (std::uint64_t left = source.size(); left > 0 && !error;) {
      const std::string piece = co_await source.read(std::min<std::uint64_t>(left, kReadPiece));
      if (piece.empty() || piece.size() > left) co_return false;
      stream_.expires_after(kWriteStep);
      co_await asio::async_write(stream_, asio::buffer(piece), redirect(error));
      left -= piece.size();
    }
    co_return !error;
  }

  static constexpr Duration kLinger = seconds(2);
  static constexpr Duration kWriteStep = seconds(60);     // for each piece
  static constexpr std::size_t kWritePiece = 256 * 1024;  // bytes
  static constexpr std::size_t kReadPiece = 64 * 1024;    // bytes of a body in pieces
  // threat-model H1: uploads come at 1 KiB/s or faster and end within 30 minutes.
  static constexpr std::uint64_t kLeastPace = 1024;  // bytes a second
  static constexpr Duration kLongestUpload = minutes(30);
  static constexpr std::size_t kMaxChunkHead = 16 * 1024;  // bytes of a chunk's first line

  std::shared_ptr<ServerContext> server_;  // shared with the server and its other connections
  ByteStream stream_;
  Endpoint peer_;
  beast::flat_buffer buffer_;
  std::shared_ptr<LiveSocket> socket_;  // once it is a WebSocket; also its own writer's
  bool idle_ = true;
};

}  // namespace

Task<std::shared_ptr<LiveSocket>> serve_http(std::shared_ptr<ServerContext> server,
                                             ByteStream stream, Endpoint peer) {
  HttpConnection connection(std::move(server), std::move(stream), peer);
  co_return co_await connection.run();
}

}  // namespace vv::net::detail
