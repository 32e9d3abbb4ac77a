#include "shard/shard.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "rtc/stun/stun_message.hpp"

namespace vv::shard {
namespace {

constexpr int kMaxEvents = 64;
// Reads of one socket before the others have their turn.
constexpr int kMaxReads = 8;
constexpr std::size_t kTcpReadSize = 16 * 1024;
constexpr std::size_t kMaxTcpAccepts = 16;
// Rooms' timers are looked through at most this often; nothing in them is finer.
constexpr Duration kTimerStep = milliseconds(2);
constexpr Duration kHousekeeping = seconds(1);
constexpr std::size_t kMaxCaptures = 4;

/// What a descriptor is, kept beside it in the poller.
enum class Kind : std::uint32_t { Mailbox, Udp, Listener, Tcp };
std::uint64_t tag(Kind kind, std::size_t value) {
  return (static_cast<std::uint64_t>(kind) << 32) | static_cast<std::uint32_t>(value);
}

bool watch(int poller, int operation, int fd, std::uint32_t events, std::uint64_t data) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  return epoll_ctl(poller, operation, fd, &event) == 0;
}

bool is_stun(Bytes datagram) { return datagram[0] <= 3; }

}  // namespace

Shard::Shard(Sockets sockets, EventSink sink)
    : sockets_(std::move(sockets)),
      sink_(std::move(sink)),
      fanout_(drops_),
      context_{random_, fanout_, outbox_, drops_, &peers_} {
  runs_.reserve(sfu::Outbox::kDatagrams);
}

Shard::~Shard() = default;

Result<std::unique_ptr<Shard>> Shard::create(Sockets sockets, EventSink sink) {
  auto shard = std::unique_ptr<Shard>(new Shard(std::move(sockets), std::move(sink)));
  VV_ASSIGN_OR_RETURN(shard->mailbox_, Mailbox::create());
  VV_TRY(shard->open_poller());
  return shard;
}

Status Shard::open_poller() {
  poller_ = net::FileDescriptor{epoll_create1(EPOLL_CLOEXEC)};
  bool ok = poller_.valid() &&
            watch(poller_.get(), EPOLL_CTL_ADD, mailbox_->fd(), EPOLLIN, tag(Kind::Mailbox, 0));
  for (std::size_t i = 0; i < sockets_.udp.size(); ++i) {
    ok =
        ok && watch(poller_.get(), EPOLL_CTL_ADD, sockets_.udp[i].fd(), EPOLLIN, tag(Kind::Udp, i));
  }
  for (std::size_t i = 0; i < sockets_.tcp.size(); ++i) {
    ok = ok &&
         watch(poller_.get(), EPOLL_CTL_ADD, sockets_.tcp[i].fd(), EPOLLIN, tag(Kind::Listener, i));
  }
  if (!ok) return unavailable("cannot poll the media sockets");
  return {};
}

void Shard::run() {
  std::array<epoll_event, kMaxEvents> ready;
  next_housekeeping_ = monotonic_now() + kHousekeeping;
  for (;;) {
    const int count = epoll_wait(poller_.get(), ready.data(), kMaxEvents, wait_ms(monotonic_now()));
    for (int i = 0; i < count; ++i) {
      const std::uint64_t data = ready[static_cast<std::size_t>(i)].data.u64;
      const std::uint32_t events = ready[static_cast<std::size_t>(i)].events;
      const auto value = static_cast<std::uint32_t>(data);
      switch (static_cast<Kind>(data >> 32)) {
        case Kind::Mailbox:
          take_commands(monotonic_now());
          take_arrivals(monotonic_now());
          break;
        case Kind::Udp:
          read_udp(sockets_.udp[value]);
          break;
        case Kind::Listener:
          accept_tcp(monotonic_now(), sockets_.tcp[value]);
          break;
        case Kind::Tcp: {
          TcpMux::Connection* connection = tcp_.find(static_cast<int>(value));
          if (connection == nullptr) break;
          if ((events & EPOLLOUT) != 0) write_tcp(*connection);
          connection = tcp_.find(static_cast<int>(value));
          if (connection != nullptr && (events & ~std::uint32_t{EPOLLOUT}) != 0)
            read_tcp(*connection);
          break;
        }
      }
    }
    run_timeouts(monotonic_now());
    if (mailbox_->stopping()) break;
  }
  // Everyone is told, so that nobody waits for consent to run out.
  const Instant now = monotonic_now();
  for (const auto& [id, room] : rooms_) room->apply(now, sfu::CloseRoom{id});
  flush(now);
}

int Shard::wait_ms(Instant now) const {
  Instant next = next_wake_;
  // Counters are only worth waking for while somebody is here.
  if (!rooms_.empty() || tcp_.size() > 0) next = std::min(next, next_housekeeping_);
  if (next.is_never()) return -1;
  const std::int64_t nanos = (next - now).as_nanos();
  if (nanos <= 0) return 0;
  return static_cast<int>(
      std::min<std::int64_t>((nanos + 999'999) / 1'000'000, std::numeric_limits<int>::max()));
}

void Shard::take_commands(Instant now) {
  mailbox_->take(commands_);
  for (const sfu::Command& command : commands_) apply(now, command);
  commands_.clear();
  flush(now);
}

void Shard::apply(Instant now, const sfu::CaptureHeaders& command) {
  hand_over_captures();
  std::erase_if(captures_, [&command](const Capture& capture) {
    return capture.transport() == command.transport;
  });
  // An empty one is the last: whoever collects them has all.
  if (!command.on) return sink_(sfu::Captured{command.room, command.transport, {}});
  if (captures_.size() < kMaxCaptures)
    captures_.emplace_back(command.room, command.transport, now, wall_now());
}

void Shard::capture(Instant now, const rtc::Path& path, Bytes datagram, bool incoming) {
  const Route* route = routes_.find(path);
  if (route == nullptr) return;
  for (Capture& capture : captures_) {
    if (capture.transport() != route->transport) continue;
    capture.add(now, incoming ? path.remote : path.local, incoming ? path.local : path.remote,
                datagram);
  }
}

void Shard::hand_over_captures() {
  for (Capture& capture : captures_) {
    ByteVector records = capture.take();
    if (records.empty()) continue;
    sink_(sfu::Captured{capture.room(), capture.transport(), std::move(records)});
  }
}

void Shard::apply(Instant now, const sfu::Command& command) {
  if (const auto* switched = std::get_if<sfu::CaptureHeaders>(&command))
    return apply(now, *switched);
  const sfu::RoomId id = sfu::room_of(command);
  if (std::holds_alternative<sfu::OpenRoom>(command)) {
    const auto [entry, fresh] = rooms_.try_emplace(id);
    if (fresh) entry->second = std::make_unique<sfu::Room>(id, context_);
    entry->second->apply(now, command);
    return;
  }
  const auto found = rooms_.find(id);
  if (found == rooms_.end()) return;
  sfu::Room& room = *found->second;
  if (const auto* add = std::get_if<sfu::AddTransport>(&command)) {
    routes_.add_ufrag(add->local.ufrag, {&room, add->transport});
  } else if (const auto* restart = std::get_if<sfu::RestartIce>(&command)) {
    routes_.add_ufrag(restart->local.ufrag, {&room, restart->transport});
  }
  if (outbox_.full()) flush(now);
  room.apply(now, command);
  drain(room);
  if (std::holds_alternative<sfu::CloseRoom>(command)) rooms_.erase(found);
}

void Shard::read_udp(net::UdpSocket& socket) {
  const rtc::TransportAddress local = to_rtc(socket.local(), rtc::Protocol::Udp);
  for (int i = 0; i < kMaxReads; ++i) {
    const auto arrivals = receiver_.receive(socket);
    if (arrivals.empty()) return;
    const Instant now = monotonic_now();
    for (const net::UdpArrival& arrival : arrivals) {
      const rtc::Path path{local, to_rtc(arrival.from, rtc::Protocol::Udp)};
      for (std::size_t at = 0; at < arrival.bytes.size(); at += arrival.segment) {
        dispatch(now, path,
                 arrival.bytes.subspan(at, std::min(arrival.segment, arrival.bytes.size() - at)));
      }
    }
    flush(now);  // the next read reuses the buffers that waiting packets borrow
    if (arrivals.size() < net::UdpReceiver::kMessages) return;
  }
}

void Shard::dispatch(Instant now, const rtc::Path& path, MutableBytes datagram) {
  ++metrics_.datagrams_received;
  if (datagram.empty()) return;
  if (!captures_.empty()) capture(now, path, datagram, true);
  const Route* route = nullptr;
  if (is_stun(datagram)) {
    // Whom a check is for it says itself: the same address may begin anew with other credentials.
    const std::string_view ufrag = rtc::stun::peek_receiver_ufrag(datagram);
    if (!ufrag.empty()) route = routes_.find_ufrag(ufrag);
  } else {
    route = routes_.find(path);
  }
  if (route == nullptr || route->room == nullptr) {
    ++metrics_.unroutable;
    return;
  }
  if (fanout_.full() || outbox_.full()) flush(now);
  sfu::Room& room = *route->room;
  room.handle_datagram(now, route->transport, path, datagram);
  drain(room);
}

void Shard::drain(sfu::Room& room) {
  while (const auto change = room.poll_route()) {
    switch (change->kind) {
      case sfu::RouteChange::Kind::Added:
        routes_.add_path(change->path, {&room, change->transport});
        if (change->path.remote.protocol() == rtc::Protocol::Tcp) tcp_.validate(change->path);
        break;
      case sfu::RouteChange::Kind::Retired:
        routes_.remove_path(change->path);
        break;
      case sfu::RouteChange::Kind::TransportGone:
        hand_over_captures();
        std::erase_if(captures_, [&change](const Capture& capture) {
          return capture.transport() == change->transport;
        });
        routes_.remove_transport(change->transport);
        break;
    }
  }
  while (auto event = room.poll_event()) sink_(std::move(*event));
  next_wake_ = std::min(next_wake_, room.next_timeout());
}

void Shard::run_timeouts(Instant now) {
  if (now >= next_wake_) {
    next_wake_ = Instant::never();
    for (const auto& [id, room] : rooms_) {
      if (room->next_timeout() <= now) {
        if (outbox_.full() || !fanout_.empty()) flush(now);
        room->handle_timeout(now);
        drain(*room);
      }
      next_wake_ = std::min(next_wake_, room->next_timeout());
    }
    flush(now);
    if (!next_wake_.is_never()) next_wake_ = std::max(next_wake_, now + kTimerStep);
  }
  if (now < next_housekeeping_) return;
  next_housekeeping_ = now + kHousekeeping;
  hand_over_captures();
  if (tcp_.has_unvalidated()) {
    for (const int fd : tcp_.expired(now)) close_tcp(fd);
  }
  std::size_t transports = 0;
  for (const auto& [id, room] : rooms_) transports += room->transport_count();
  metrics_.publish(drops_, peers_.drops,
                   {.forwarded = fanout_.forwarded(),
                    .send_dropped = sender_.dropped(),
                    .rooms = static_cast<std::int64_t>(rooms_.size()),
                    .transports = static_cast<std::int64_t>(transports)});
}

void Shard::flush(Instant now) {
  for (;;) {
    const bool done = fanout_.flush(now, outbox_);
    send_outbox();
    if (done) return;
  }
}

void Shard::send_outbox() {
  if (outbox_.empty()) return;
  net::UdpSocket* socket = nullptr;
  const auto send_runs = [&] {
    if (socket != nullptr && !runs_.empty()) sender_.send(*socket, runs_);
    runs_.clear();
  };
  for (const sfu::Outbox::Run& run : outbox_.runs()) {
    const auto datagrams = outbox_.datagrams().subspan(run.first, run.count);
    if (!captures_.empty()) {
      const Instant now = monotonic_now();
      for (const auto& datagram : datagrams) capture(now, run.path, outbox_.bytes(datagram), false);
    }
    if (run.path.remote.protocol() == rtc::Protocol::Tcp) {
      TcpMux::Connection* connection = tcp_.find(run.path);
      if (connection == nullptr) continue;
      for (const auto& datagram : datagrams) TcpMux::send(*connection, outbox_.bytes(datagram));
      if (connection->stream.has_unsent() && !std::exchange(connection->wants_write, true)) {
        const int fd = connection->stream.fd();
        watch(poller_.get(), EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLOUT,
              tag(Kind::Tcp, static_cast<std::size_t>(fd)));
      }
      continue;
    }
    net::UdpSocket* out = socket_at(run.path.local);
    if (out != socket) {
      send_runs();
      socket = out;
    }
    if (socket == nullptr) continue;
    // Cut into what GSO can carry: equal sizes but for the last of each run.
    const net::Endpoint to = to_net(run.path.remote);
    for (std::size_t i = 0; i < datagrams.size();) {
      const std::size_t segment = datagrams[i].size;
      std::size_t bytes = segment;
      std::size_t end = i + 1;
      while (end < datagrams.size() && end - i < net::UdpSender::kMaxSegments &&
             datagrams[end - 1].size == segment && datagrams[end].size <= segment &&
             bytes + datagrams[end].size <= net::UdpSender::kMaxRunBytes) {
        bytes += datagrams[end++].size;
      }
      const MutableBytes first = outbox_.bytes(datagrams[i]);
      runs_.push_back({.to = to, .bytes = Bytes{first.data(), bytes}, .segment = segment});
      i = end;
    }
  }
  send_runs();
  outbox_.clear();
}

net::UdpSocket* Shard::socket_at(const rtc::TransportAddress& local) {
  for (net::UdpSocket& socket : sockets_.udp) {
    if (socket.local().address == local.mapped_ip() && socket.local().port == local.port())
      return &socket;
  }
  return nullptr;
}

void Shard::accept_tcp(Instant now, net::TcpListener& listener) {
  for (std::size_t i = 0; i < kMaxTcpAccepts; ++i) {
    auto stream = listener.accept();
    if (!stream) return;
    add_tcp(now, std::move(*stream));
  }
}

void Shard::take_arrivals(Instant now) {
  for (TcpArrival& arrival : mailbox_->take_arrivals()) {
    if (routes_.find_ufrag(arrival.ufrag) == nullptr && arrival.others > 0) {
      --arrival.others;
      next_->post(std::move(arrival));
    } else {
      add_tcp(now, std::move(arrival.stream));
    }
  }
}

void Shard::add_tcp(Instant now, net::TcpStream stream) {
  TcpMux::Connection* connection = tcp_.add(now, std::move(stream));
  if (connection == nullptr) return;
  const int fd = connection->stream.fd();
  if (!watch(poller_.get(), EPOLL_CTL_ADD, fd, EPOLLIN,
             tag(Kind::Tcp, static_cast<std::size_t>(fd))))
    tcp_.remove(fd);
}

void Shard::read_tcp(TcpMux::Connection& connection) {
  std::array<std::uint8_t, kTcpReadSize> buffer;
  const int fd = connection.stream.fd();
  const auto read = connection.stream.read(buffer);
  if (read.outcome == net::TcpStream::Outcome::Again) return;
  if (read.outcome == net::TcpStream::Outcome::Closed) return close_tcp(fd);
  const Instant now = monotonic_now();
  Bytes rest = Bytes{buffer}.first(read.size);
  bool first = !connection.validated;
  while (auto packet = connection.deframer.next(rest)) {
    // threat-model M19: before anything else a valid check.
    if (first && !is_stun(*packet)) return close_tcp(fd);
    dispatch(now, connection.path, *packet);
    flush(now);  // the next frame reuses the bytes that waiting packets borrow
    first = !connection.validated;
    if (first) return close_tcp(fd);
  }
  if (connection.deframer.failed()) close_tcp(fd);
}

void Shard::write_tcp(TcpMux::Connection& connection) {
  const int fd = connection.stream.fd();
  if (!connection.stream.flush()) return close_tcp(fd);
  if (connection.stream.has_unsent()) return;
  connection.wants_write = false;
  watch(poller_.get(), EPOLL_CTL_MOD, fd, EPOLLIN, tag(Kind::Tcp, static_cast<std::size_t>(fd)));
}

void Shard::close_tcp(int fd) { tcp_.remove(fd); }

}  // namespace vv::shard
