#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "net/gate.hpp"
#include "net/http/detail/server_state.hpp"
#include "net/websocket/socket.hpp"

namespace vv::net::detail {

/// One WebSocket over a plain or a TLS stream.
///
/// Owns:    the stream, the session, the queue of what is to be sent.
/// Not its: the handshake's routing (http/detail/connection.hpp).
/// Bounds:  WebSocket's constants, SocketOptions; kMaxPings a second (threat-model H4).
template <class Stream>
class SocketConnection final : public WebSocket,
                               public ConnectionControl,
                               public std::enable_shared_from_this<SocketConnection<Stream>> {
 public:
  SocketConnection(EventLoop& loop, Stream stream, SocketOptions options)
      : loop_(loop),
        ws_(std::move(stream)),
        options_(options),
        output_(loop),
        resumed_(loop),
        ping_timer_(loop),
        pong_timer_(loop),
        slow_timer_(loop) {}

  /// Shakes hands, then serves until the socket has gone. `session` is destroyed in here.
  template <class Request>
  Task<void> run(Request request, std::unique_ptr<SocketSession> session) {
    configure();
    boost::system::error_code error;
    co_await ws_.async_accept(request, redirect(error));
    request = {};  // may hold an SDP, and this frame lives as long as the socket
    if (error) co_return;
    open_ = true;
    session_ = std::move(session);
    loop_.spawn(write_all(this->shared_from_this()));
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
    output_.open();
    // What cannot be sent by then is not waited for.
    slow_timer_.start(kSlowConsumerGrace, [this] { cut(); });
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
    boost::system::error_code ignored;
    boost::beast::get_lowest_layer(ws_).socket().close(ignored);
    resumed_.open();
    output_.open();
  }

 private:
  enum class Kind : std::uint8_t { Text, Binary };
  struct Message {
    std::string bytes;
    Kind kind;
  };
  static constexpr Duration kDrainGrace = seconds(2);
  static constexpr int kMaxPings = 10;                           // a second
  static constexpr std::size_t kKeptCapacity = 16 * 1024;        // bytes of an idle socket's buffer
  static constexpr std::size_t kMaxDropped = 256 * 1024 * 1024;  // bytes of one oversize message

  static auto redirect(boost::system::error_code& error) {
    return boost::asio::redirect_error(boost::asio::use_awaitable, error);
  }

  void configure() {
    namespace websocket = boost::beast::websocket;
    boost::beast::get_lowest_layer(ws_).expires_never();
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

  void enqueue(std::string message, Kind kind) {
    if (closing_ || !open_) return;
    buffered_ += message.size();
    queue_.push_back({std::move(message), kind});
    if (buffered_ > kLowWater) above_low_water_ = true;
    if (buffered_ > kHardLimit) return cut();
    if (buffered_ > kMaxBuffered && !slow_) {
      slow_ = true;
      slow_timer_.start(kSlowConsumerGrace, [this] { cut(); });
    }
    output_.open();
  }

  // `self` keeps the object while a write is under way; the reader may end first.
  static Task<void> write_all(std::shared_ptr<SocketConnection> self) {
    boost::system::error_code error;
    while (!error && self->open_) {
      if (self->queue_.empty()) {
        if (self->closing_) break;
        co_await self->output_.wait();
        continue;
      }
      const Message message = std::move(self->queue_.front());
      self->queue_.pop_front();
      self->ws_.text(message.kind == Kind::Text);
      co_await self->ws_.async_write(boost::asio::buffer(message.bytes), redirect(error));
      self->buffered_ -= message.bytes.size();
      if (!error) self->after_write();
    }
    if (self->closing_ && self->open_ && !error) {
      co_await self->ws_.async_close(self->close_reason_, redirect(error));
    }
    self->cut();
  }

  void after_write() {
    if (slow_ && buffered_ <= kMaxBuffered && !closing_) {
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
      message.resize(before + std::clamp<std::size_t>(before, 4096, 64 * 1024));
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
      if (message.capacity() > kKeptCapacity) message.shrink_to_fit();
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
      if (!ping_in_flight_) loop_.spawn(ping(this->shared_from_this()));
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
    std::uint16_t code = 1006;
    if (closed_by_peer_) code = reason.code == 0 ? std::uint16_t{1005} : reason.code;
    auto session = std::move(session_);
    session->on_closed(code, {reason.reason.data(), reason.reason.size()});
    open_ = false;
    cut();
  }

  EventLoop& loop_;
  boost::beast::websocket::stream<Stream> ws_;
  SocketOptions options_;
  std::unique_ptr<SocketSession> session_;
  Gate output_;
  Gate resumed_;
  Timer ping_timer_;
  Timer pong_timer_;
  Timer slow_timer_;
  std::deque<Message> queue_;
  std::size_t buffered_ = 0;
  boost::beast::websocket::close_reason close_reason_;
  Instant pings_since_;
  int pings_ = 0;
  std::uint16_t drain_code_ = 0;
  std::string drain_reason_;
  bool open_ = false;
  bool closing_ = false;
  bool cut_ = false;
  bool paused_ = false;
  bool slow_ = false;
  bool above_low_water_ = false;
  bool awaiting_pong_ = false;
  bool ping_in_flight_ = false;
  bool closed_by_peer_ = false;
};

}  // namespace vv::net::detail
