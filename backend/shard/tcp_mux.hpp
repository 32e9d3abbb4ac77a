#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "rtc/ice/tcp_framing.hpp"
#include "rtc/transport_address.hpp"

namespace vv::shard {

[[nodiscard]] rtc::TransportAddress to_rtc(const net::Endpoint& endpoint, rtc::Protocol protocol);
[[nodiscard]] net::Endpoint to_net(const rtc::TransportAddress& address);

/// RTC over TCP (RFC 6544, passive): connections, their frames, and what threat-model M19 asks of
/// them.
///
/// Owns:    accepted connections by descriptor and by address.
/// Not its: polling, what a packet means.
/// Bounds:  kMaxUnvalidated connections without a valid check a source /24 or /64, for
/// kCheckDeadline;
///          output as TcpStream bounds it.
class TcpMux {
 public:
  static constexpr std::size_t kMaxUnvalidated = 16;
  static constexpr std::size_t kMaxConnections = 8'192;
  static constexpr Duration kCheckDeadline = seconds(5);

  struct Connection {
    net::TcpStream stream;
    rtc::Path path;
    Instant opened;
    bool validated = false;
    bool wants_write = false;  ///< whether the poller was told so
    rtc::TcpDeframer deframer;
  };

  /// Nothing when the source has too many already; the connection is closed then.
  Connection* add(Instant now, net::TcpStream stream);
  [[nodiscard]] Connection* find(int fd) noexcept;
  [[nodiscard]] Connection* find(const rtc::Path& path) noexcept;
  void remove(int fd);
  void validate(const rtc::Path& path);
  /// Descriptors whose first check did not come in time.
  [[nodiscard]] std::vector<int> expired(Instant now) const;
  [[nodiscard]] bool has_unvalidated() const { return unvalidated_ > 0; }
  [[nodiscard]] std::size_t size() const { return by_fd_.size(); }

  /// Sends one framed packet. False when it was dropped.
  static bool send(Connection& connection, Bytes packet);

 private:
  std::unordered_map<int, std::unique_ptr<Connection>> by_fd_;
  std::unordered_map<rtc::Path, int> by_path_;
  std::size_t unvalidated_ = 0;
};

}  // namespace vv::shard
