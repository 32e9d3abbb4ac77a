#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "net/udp/udp_socket.hpp"
#include "rtc/ice/tcp_framing.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "testing/test_client.hpp"

namespace vv::testing {

/// A browser's end of a transport on a real loopback socket, UDP or TCP as the server's address is,
/// driven by `step`.
class SocketBrowser {
 public:
  struct Options {
    rtc::IceCredentials mine;
    rtc::IceCredentials theirs;
    rtc::TransportAddress server;
    rtc::Fingerprint fingerprint;  ///< the server's
    const rtc::DtlsIdentity* identity = nullptr;
    bool keep_rtp = true;                  ///< whether received packets are kept
    std::function<void(Bytes)> on_rtp{};   ///< each decrypted packet
    std::function<void(Bytes)> on_rtcp{};  ///< each decrypted compound
  };
  explicit SocketBrowser(Options options);

  /// Reads what came, does what is due, sends what waits.
  void step();
  /// False before the connection stands.
  [[nodiscard]] bool send_rtp(const rtc::rtp::RtpHeader& header, Bytes payload);
  /// Packets of equal size in one message (GSO), as a pacer's burst leaves a machine.
  struct Outgoing {
    rtc::rtp::RtpHeader header;
    Bytes payload;
  };
  [[nodiscard]] bool send_burst(std::span<const Outgoing> packets);

  /// Asks for a data channel; false before the connection stands.
  bool open_channel(std::string_view label);

  [[nodiscard]] bool connected() const { return connected_; }
  /// When `step` has something to do though nothing came.
  [[nodiscard]] Instant next_timeout() const { return client_.next_timeout(); }
  [[nodiscard]] const std::vector<ByteVector>& rtp() const { return rtp_; }
  [[nodiscard]] int fd() const { return stream_ ? stream_->fd() : socket_.fd(); }

 private:
  void send(const rtc::TransportAddress& to, Bytes bytes, std::size_t segment);
  void read_tcp(Instant now);
  void read_udp(Instant now);
  void drain(Instant now);

  Options options_;
  SystemRandom random_;
  std::optional<net::TcpStream> stream_;  // where the server is reached over TCP
  rtc::TcpDeframer deframer_;
  net::UdpSocket socket_;
  net::UdpSender sender_;
  rtc::TransportAddress local_;
  TestClient client_;
  bool connected_ = false;
  std::vector<ByteVector> rtp_;
  ByteVector burst_;
};

}  // namespace vv::testing
