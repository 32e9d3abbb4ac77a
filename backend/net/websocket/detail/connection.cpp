#include "net/websocket/detail/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/gate.hpp"

namespace vv::net::detail {

namespace {

/// One WebSocket.
///
/// Owns:    the stream, the session, the queue of what is to be sent.
/// Not its: the handshake's routing (http/detail/connection.hpp).
/// Bounds:  SocketOptions; kMaxPings a second (threat-model H4). An idle one holds Beast's 1.5 KiB
///          of read buffer, kFirstRead and two coroutines' frames.
class SocketConnection final : public LiveSocket,
                               public WebSocket,
                               public ConnectionControl,
                               public std::enable_shared_from_this<SocketConnection> {
 public:
  SocketConnection(std::shared_ptr<ServerContext> server, ByteStream stream, SocketOptions options,
                   std::string key, std::unique_ptr<SocketSession> session)
      : server_(std::move(server)),
        loop_(server_->loop),
        ws_(std::move(stream)),
        options_(options),
        key_(std::move(key)),
        session_(std::move(session)),
        resumed_(loop_),
        ping_timer_(loop_),
        pong_timer_(loop_),
        slow_timer_(loop_) {
    server_->add(this);
  }
  ~SocketConnection() override { server_->remove(this); }
  SocketConnection(const SocketConnection&) = delete;
  SocketConnection& operator=(const SocketConnection&) = delete;

  Task<void> run() override {
    if (server_->draining) co_return;
    configure();
    const bool accepted = co_await accept();
    if (!accepted) co_return;
    open_ = true;
    arm_ping();
    session_->on_open(*this);
    if (drain_code_ != 0) drain(drain_code_, drain_reason_);  // came during the handshake
    co_await read_all();
    finish();
  }

  void send_text(std::string message) override { enqueue(std::move(message), Kind::Text); }
  void send_binary(std::string message) override { enqueue(std::move(message), Kind::Binary); }

  void close(std::uint16_t code, std::string reason) override {
    if (closing_ || !open_) return;
    closing_ = true;
    reason.resize(std::min<std::size_t>(reason.size(), 123));  // RFC 6455 §5.5
    close_reason_.code = code;
    close_reason_.reason.assign(reason.data(), reason.size());
    resumed_.open();
    start_writing();
    // What cannot be sent by then is not waited for.
    slow_timer_.start(options_.slow_grace, [this] { cut(); });
  }

  [[nodiscard]] std::size_t buffered_bytes() const override { return buffered_; }
  void pause_reading() override { paused_ = true; }
  void resume_reading() override {
    paused_ = false;
    resumed_.open();
  }

  void drain(std::uint16_t code, const std::string& reason) override {
    drain_code_ = code;
    drain_reason_ = reason;
    close(code, reason);
    // Clients that do not answer a close frame would hold up the exit.
    slow_timer_.start(kDrainGrace, [this] { cut(); });
  }
  void cut() override {
    cut_ = true;
    ws_.next_layer().close();
    resumed_.open();
  }

 private:
  enum class Kind : std::uint8_t { Text, Binary };
  struct Message {
    std::string bytes;
    Kind kind;
  };
  static constexpr Duration kDrainGrace = seconds(2);
  static constexpr std::uint16_t kTryAgainLater = 1013;          // IANA's list of close codes
  static constexpr int kMaxPings = 10;                           // a second
  static constexpr std::size_t kFirstRead = 512;                 // bytes; most messages are shorter
  static constexpr std::size_t kMaxDropped = 256 * 1024 * 1024;  // bytes of one oversize message

  static auto redirect(boost::system::error_code& error) {
    return boost::asio::redirect_error(boost::asio::use_awaitable, error);
  }

  void configure() {
    namespace websocket = boost::beast::websocket;
    // Idle sockets are judged by our own pings; this timer bounds the two handshakes.
    ws_.set_option(websocket::stream_base::timeout{std::chrono::seconds(10),
                                                   websocket::stream_base::none(), false});
    ws_.read_message_max(0);  // counted here, so that what is too long can be dropped
    ws_.auto_fragment(false);
    ws_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
      heard();
      if (kind == websocket::frame_type::ping) count_ping();
    });
  }

  Task<bool> accept() {
    namespace http = boost::beast::http;
    // The request has been judged; Beast wants to see one that says so.
    http::request<http::empty_body> request(http::verb::get, "/", 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "Upgrade");
    request.set(http::field::upgrade, "websocket");
    request.set(http::field::sec_websocket_version, "13");
    request.set(http::field::sec_websocket_key, std::exchange(key_, {}));
    boost::system::error_code error;
    co_await ws_.async_accept(request, redirect(error));
    co_return !error;
  }

  void enqueue(std::string message, Kind kind) {
    if (closing_ || !open_) return;
    if (buffered_ + message.size() > options_.hard_limit) return give_up();
    const bool begun = !writing_ && send_now(message, kind);
    if (begun && !ws_.next_layer().has_unsent()) return;
    buffered_ += message.size();
    if (begun) {
      under_way_ = message.size();
    } else {
      queue_.push_back({std::move(message), kind});
    }
    if (buffered_ > kLowWater) above_low_water_ = true;
    if (buffered_ > options_.max_buffered && !slow_) {
      slow_ = true;
      slow_timer_.start(options_.slow_grace, [this] { give_up(); });
    }
    start_writing();
  }

  /// Most messages find room in the kernel at once: then there is no coroutine to start, and this
  /// socket's memory is not fetched a second time. The frame is RFC 6455 §5.2's, unmasked.
  bool send_now(const std::string& message, Kind kind) {
    if (!ws_.is_open()) return false;  // a close frame has been said or heard
    std::array<std::uint8_t, 10> head{};
    std::size_t length = 2;
    head[0] = kind == Kind::Text ? 0x81 : 0x82;
    if (message.size() < 126) {
      head[1] = static_cast<std::uint8_t>(message.size());
    } else if (message.size() <= 0xffff) {
      head[1] = 126;
      store_be16(&head[2], static_cast<std::uint16_t>(message.size()));
      length = 4;
    } else {
      head[1] = 127;
      store_be64(&head[2], message.size());
      length = 10;
    }
    return ws_.next_layer().send_now(boost::asio::buffer(head.data(), length),
                                     boost::asio::buffer(message));
  }

  static void count_oversize() {
    static Counter& oversize = metrics().counter(
        "visavis_net_oversize_messages_total", "WebSocket messages longer than their route takes");
    oversize.add();
  }

  /// The reader is too slow: nothing is kept for it but the message under way and the close frame
  /// behind it, which it sees if it reads on within the grace of `close`.
  void give_up() {
    static Counter& slow = metrics().counter(
        "visavis_net_slow_consumers_total", "WebSockets closed because their peer read too slowly");
    slow.add();
    log::info("a socket's peer reads too slowly", {{"unsent_bytes", buffered_}});
    for (std::vector<Message>* waiting : {&batch_, &queue_}) {
      for (const Message& message : *waiting) buffered_ -= message.bytes.size();
      *waiting = {};
    }
    close(kTryAgainLater, "SlowConsumer");
  }

  // The writer lives only while there is something to write. A turn later, since we may stand in
  // the middle of a read.
  void start_writing() {
    if (std::exchange(writing_, true)) return;
    loop_.post([self = shared_from_this()] { self->loop_.spawn(write_all(self)); });
  }

  // `self` keeps the object while a write is under way; the reader may end first.
  static Task<void> write_all(std::shared_ptr<SocketConnection> self) {
    boost::system::error_code error;
    if (self->under_way_ > 0) {
      co_await self->ws_.next_layer().async_flush(redirect(error));
      self->buffered_ -= std::exchange(self->under_way_, 0);
      if (!error && self->open_) self->after_write();
    }
    while (!error && self->open_ && !self->queue_.empty()) {
      self->batch_ = std::exchange(self->queue_, {});
      for (std::size_t i = 0; i < self->batch_.size() && !error && self->open_; ++i) {
        const Message message = {std::exchange(self->batch_[i].bytes, {}), self->batch_[i].kind};
        self->ws_.text(message.kind == Kind::Text);
        co_await self->ws_.async_write(boost::asio::buffer(message.bytes), redirect(error));
        self->buffered_ -= message.bytes.size();
        if (!error) self->after_write();
      }
      self->batch_ = {};
    }
    if (!error && self->open_ && !self->closing_) {
      self->writing_ = false;
      co_return;
    }
    if (!error && self->open_) {
      co_await self->ws_.async_close(self->close_reason_, redirect(error));
    }
    self->cut();
  }

  void after_write() {
    if (slow_ && buffered_ <= options_.max_buffered && !closing_) {
      slow_ = false;
      slow_timer_.cancel();
    }
    if (above_low_water_ && buffered_ <= kLowWater) {
      above_low_water_ = false;
      if (session_) session_->on_drained();
    }
  }

  Task<void> read_all() {
    std::string message;
    std::size_t dropped = 0;
    while (true) {
      while (paused_ && !closing_ && !cut_) co_await resumed_.wait();
      const std::size_t before = message.size();
      message.resize(before == 0 ? kFirstRead
                                 : before + std::clamp<std::size_t>(before, 4096, 64 * 1024));
      boost::system::error_code error;
      const std::size_t count = co_await ws_.async_read_some(
          boost::asio::buffer(message.data() + before, message.size() - before), redirect(error));
      if (error) {
        closed_by_peer_ = error == boost::beast::websocket::error::closed;
        co_return;
      }
      heard();
      message.resize(before + count);
      if (message.size() > options_.max_message || dropped > 0) {
        if (dropped == 0) count_oversize();
        if (!may_drop() || dropped > kMaxDropped) {
          close(1009, "message too big");
          message.clear();
          continue;
        }
        dropped += count;
        message.resize(std::min(message.size(), SocketSession::kOversizeHead));
      }
      if (!ws_.is_message_done()) continue;
      if (!closing_) deliver(message, dropped > 0);
      dropped = 0;
      message.clear();
      if (message.capacity() > kFirstRead) message.shrink_to_fit();
    }
  }

  [[nodiscard]] bool may_drop() const {
    return ws_.got_text() && options_.oversize == SocketOptions::Oversize::Drop && !closing_;
  }

  void deliver(const std::string& message, bool oversize) {
    if (oversize) {
      session_->on_oversize(message);
    } else if (ws_.got_text()) {
      session_->on_text(message);
    } else {
      session_->on_binary(as_bytes(message));
    }
  }

  void heard() {
    awaiting_pong_ = false;
    pong_timer_.cancel();
  }

  void count_ping() {
    const Instant now = monotonic_now();
    if (now - pings_since_ > seconds(1)) {
      pings_since_ = now;
      pings_ = 0;
    }
    if (++pings_ > kMaxPings) close(1002, "too many pings");
  }

  void arm_ping() {
    ping_timer_.start(options_.ping_interval, [this] {
      arm_ping();
      if (paused_ || closing_) return;
      if (!awaiting_pong_) {
        awaiting_pong_ = true;
        pong_timer_.start(options_.pong_timeout, [this] {
          if (!paused_ && awaiting_pong_) cut();
        });
      }
      if (!ping_in_flight_) loop_.spawn(ping(shared_from_this()));
    });
  }

  static Task<void> ping(std::shared_ptr<SocketConnection> self) {
    self->ping_in_flight_ = true;
    boost::system::error_code ignored;
    co_await self->ws_.async_ping({}, redirect(ignored));
    self->ping_in_flight_ = false;
  }

  void finish() {
    ping_timer_.cancel();
    pong_timer_.cancel();
    slow_timer_.cancel();
    const auto& reason = ws_.reason();
    const bool by_us = closing_ && !closed_by_peer_;
    const auto& said = by_us ? close_reason_ : reason;
    std::uint16_t code = by_us ? close_reason_.code : std::uint16_t{1006};
    if (closed_by_peer_) code = reason.code == 0 ? std::uint16_t{1005} : reason.code;
    auto session = std::move(session_);
    session->on_closed(code, {said.reason.data(), said.reason.size()});
    open_ = false;
    cut();
  }

  std::shared_ptr<ServerContext> server_;  // shared with the server and its other connections
  EventLoop& loop_;
  boost::beast::websocket::stream<ByteStream, false> ws_;  // no compression (threat-model H4)
  SocketOptions options_;
  std::string key_;
  std::unique_ptr<SocketSession> session_;
  Gate resumed_;
  Timer ping_timer_;
  Timer pong_timer_;
  Timer slow_timer_;
  std::vector<Message> queue_;
  std::vector<Message> batch_;  // taken from the queue by the writer
  std::size_t under_way_ = 0;   // bytes of the message that `send_now` could not send whole
  std::size_t buffered_ = 0;
  boost::beast::websocket::close_reason close_reason_;
  Instant pings_since_;
  int pings_ = 0;
  std::uint16_t drain_code_ = 0;
  std::string drain_reason_;
  bool open_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool cut_ = false;
  bool paused_ = false;
  bool slow_ = false;
  bool above_low_water_ = false;
  bool awaiting_pong_ = false;
  bool ping_in_flight_ = false;
  bool closed_by_peer_ = false;
};

}  // namespace

std::shared_ptr<LiveSocket> make_socket(std::shared_ptr<ServerContext> server, ByteStream stream,
                                        SocketOptions options, std::string key,
                                        std::unique_ptr<SocketSession> session) {
  // Owners: the coroutine that runs it, and its writer, which may end later.
  return std::make_shared<SocketConnection>(std::move(server), std::move(stream), options,
                                            std::move(key), std::move(session));
}

}  // namespace vv::net::detail
