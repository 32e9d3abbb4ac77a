#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "net/tcp/completion.hpp"

namespace boost::asio::ssl {
class context;
}
struct ssl_st;

namespace vv::net {

/// The server's side of TLS on a socket. Asio's own stream keeps four buffers of 17 KiB for as long
/// as it lives; here OpenSSL reads and writes the socket itself and frees its buffers between
/// records, so that an idle one costs a fifth. All calls on the loop.
///
/// Owns:    the TLS state.
/// Not its: the socket, which outlives it.
/// Bounds:  one record each way while something is under way; no renegotiation.
class TlsLayer {
 public:
  TlsLayer(boost::asio::ip::tcp::socket& socket, boost::asio::ssl::context& context);

  void shake_hands(Completion done);
  /// Never completes with nothing but at the end, which is an error as it is of a socket.
  void read(boost::asio::mutable_buffer into, Completion done);
  /// @param from  must live until `done`; at least a byte
  void write(boost::asio::const_buffer from, Completion done);
  /// Sends close_notify, and does not wait for the peer's.
  void say_goodbye(Completion done);

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };
  /// Calls `step` now, and again each time that the socket is ready for what it waited for.
  template <class Step>
  void drive(Step step, Completion done, bool at_once);

  boost::asio::ip::tcp::socket& socket_;
  std::unique_ptr<ssl_st, Free> ssl_;
};

}  // namespace vv::net
