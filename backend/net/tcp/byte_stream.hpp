#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <utility>

#include "base/time.hpp"
#include "net/event_loop.hpp"
#include "net/tcp/completion.hpp"

namespace boost::asio::ssl {
class context;
}

namespace vv::net {

/// The bytes of one connection, plain or TLS, behind one type: what is a template over streams (all
/// of Beast's WebSocket) is compiled once. Meets Beast's AsyncStream. All calls on the loop.
///
/// Owns:    the socket, the TLS state, the deadline.
/// Not its: what the bytes mean.
/// Bounds:  one read and one write at a time; the deadline closes the socket.
class ByteStream {
 public:
  using executor_type = boost::asio::any_io_executor;

  ByteStream(EventLoop& loop, boost::asio::ip::tcp::socket socket);
  ByteStream(EventLoop& loop, boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls);
  ~ByteStream();
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;

  [[nodiscard]] executor_type get_executor();
  [[nodiscard]] bool is_tls() const;

  /// The socket is closed when this much time passes before the next call of these two.
  void expires_after(Duration limit);
  void expires_never();
  void close();

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    boost::asio::mutable_buffer first;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         first.size() == 0 && at != boost::asio::buffer_sequence_end(buffers); ++at) {
      first = boost::asio::mutable_buffer(*at);
    }
    return boost::asio::async_initiate<Token, Signature>(
        [this, first](auto handler) { read(first, Completion(std::move(handler))); }, token);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    Gathered some;
    std::size_t count = 0;
    for (auto at = boost::asio::buffer_sequence_begin(buffers);
         count < some.size() && at != boost::asio::buffer_sequence_end(buffers); ++at) {
      const boost::asio::const_buffer buffer(*at);
      if (buffer.size() > 0) some[count++] = buffer;
    }
    return boost::asio::async_initiate<Token, Signature>(
        [this, some](auto handler) { write(some, Completion(std::move(handler))); }, token);
  }
  /// Sends without waiting, in one piece with nothing between: false, and nothing sent, while
  /// another write is under way, over TLS, or when the kernel takes nothing. What it does not take
  /// at once goes before every later write; `async_flush` waits for that.
  [[nodiscard]] bool send_now(boost::asio::const_buffer head, boost::asio::const_buffer body);
  [[nodiscard]] bool has_unsent() const;
  template <class Token>
  auto async_flush(Token&& token) {
    return boost::asio::async_initiate<Token, Signature>(
        [this](auto handler) { flush(Completion(std::move(handler))); }, token);
  }
  /// The TLS handshake, as the server; nothing on a plain stream.
  template <class Token>
  auto async_handshake(Token&& token) {
    return boost::asio::async_initiate<Token, Signature>(
        [this](auto handler) { shake_hands(Completion(std::move(handler))); }, token);
  }
  /// Ends so that what was written arrives: close_notify, FIN, then whatever still comes is read
  /// and dropped until the peer closes, since closing over it would reset the connection (RFC 9112
  /// §9.6).
  template <class Token>
  auto async_finish(Token&& token) {
    return boost::asio::async_initiate<Token, Signature>(
        [this](auto handler) { finish(Completion(std::move(handler))); }, token);
  }

 private:
  using Signature = void(boost::system::error_code, std::size_t);
  using Gathered = std::array<boost::asio::const_buffer, 4>;  // the rest waits for the next write
  struct State;

  void read(boost::asio::mutable_buffer into, Completion done);
  void write(const Gathered& buffers, Completion done);
  void flush(Completion done);
  void shake_hands(Completion done);
  void finish(Completion done);
  void complete(Completion done);

  std::unique_ptr<State> state_;
};

/// What Beast's WebSocket looks for.
inline void beast_close_socket(ByteStream& stream) { stream.close(); }
template <class Handler>
void async_teardown(boost::beast::role_type, ByteStream& stream, Handler&& handler) {
  stream.async_finish([last = std::forward<Handler>(handler)](boost::system::error_code,
                                                              std::size_t) mutable { last({}); });
}

}  // namespace vv::net
