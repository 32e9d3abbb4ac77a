#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/loop_runner.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/file_descriptor.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "net/udp/udp_socket.hpp"
#include "sfu/fanout.hpp"
#include "sfu/outbox.hpp"
#include "sfu/room.hpp"
#include "shard/capture.hpp"
#include "shard/mailbox.hpp"
#include "shard/media_metrics.hpp"
#include "shard/route_table.hpp"
#include "shard/tcp_mux.hpp"

namespace vv::shard {

/// The sockets a shard listens on, bound before its thread starts.
struct Sockets {
  std::vector<net::UdpSocket> udp;
  std::vector<net::TcpListener> tcp;
};

/// One media thread: its sockets, its rooms, one loop (ARCHITECTURE.md, the life of a packet).
///
/// Owns:    sockets, routes, rooms and all buffers between a datagram read and a datagram written.
/// Not its: what a packet means (sfu), what a room is for (signaling).
class Shard {
 public:
  using EventSink = std::function<void(sfu::Event)>;

  static Result<std::unique_ptr<Shard>> create(Sockets sockets, EventSink sink);
  ~Shard();

  /// Until `stop`; on the shard's own thread.
  void run();
  [[nodiscard]] Mailbox& mailbox() { return *mailbox_; }
  /// Whom connections are passed on to whose check is for none of ours. Before `run`.
  void set_next(Mailbox& next) { next_ = &next; }

 private:
  Shard(Sockets sockets, EventSink sink);
  Status open_poller();

  void take_commands(Instant now);
  void apply(Instant now, const sfu::Command& command);
  void read_udp(net::UdpSocket& socket);
  void accept_tcp(Instant now, net::TcpListener& listener);
  void take_arrivals(Instant now);
  void add_tcp(Instant now, net::TcpStream stream);
  void read_tcp(TcpMux::Connection& connection);
  void write_tcp(TcpMux::Connection& connection);
  void close_tcp(int fd);
  void dispatch(Instant now, const rtc::Path& path, MutableBytes datagram);
  void drain(sfu::Room& room);
  void run_timeouts(Instant now);
  /// Writes and sends whatever waits.
  void flush(Instant now);
  void send_outbox();
  void apply(Instant now, const sfu::CaptureHeaders& command);
  void capture(Instant now, const rtc::Path& path, Bytes datagram, bool incoming);
  void hand_over_captures();
  [[nodiscard]] int wait_ms(Instant now) const;
  [[nodiscard]] net::UdpSocket* socket_at(const rtc::TransportAddress& local);

  std::unique_ptr<Mailbox> mailbox_;
  Mailbox* next_ = nullptr;
  Sockets sockets_;
  EventSink sink_;
  net::FileDescriptor poller_;
  SystemRandom random_;
  sfu::DropCounters drops_;
  rtc::PeersShared peers_;
  sfu::Fanout fanout_;
  sfu::Outbox outbox_;
  sfu::RoomContext context_;
  net::UdpReceiver receiver_;
  net::UdpSender sender_;
  TcpMux tcp_;
  RouteTable routes_;
  std::unordered_map<sfu::RoomId, std::unique_ptr<sfu::Room>> rooms_;
  MediaMetrics metrics_;
  std::vector<sfu::Command> commands_;
  std::vector<net::UdpRun> runs_;
  std::vector<Capture> captures_;  // hardly ever any; at most kMaxCaptures
  Instant next_wake_ = Instant::never();
  Instant next_housekeeping_;
};

}  // namespace vv::shard
