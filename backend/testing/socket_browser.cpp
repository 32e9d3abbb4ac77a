#include "testing/socket_browser.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "net/socket_address.hpp"
#include "shard/tcp_mux.hpp"

namespace vv::testing {
namespace {

net::UdpSocket bind_loopback() {
  auto socket = net::UdpSocket::bind(*net::parse_address("127.0.0.1"));
  VV_CHECK(socket.has_value(), "loopback has free ports");
  return std::move(*socket);
}

std::optional<net::TcpStream> connect_to(const rtc::TransportAddress& server) {
  if (server.protocol() != rtc::Protocol::Tcp) return std::nullopt;
  net::FileDescriptor fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_storage address{};
  socklen_t length = net::to_kernel(shard::to_net(server), address);
  const bool connected =
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
  VV_CHECK(connected, "the server accepts");
  length = sizeof address;
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length);
  return net::TcpStream{std::move(fd), shard::to_net(server), net::from_kernel(address)};
}

// Shared by all browsers of the program: its buffers are large, and tests have one thread.
net::UdpReceiver& receiver() {
  static net::UdpReceiver shared;
  return shared;
}

}  // namespace

SocketBrowser::SocketBrowser(Options options)
    : options_(std::move(options)),
      stream_(connect_to(options_.server)),
      socket_(bind_loopback()),
      local_(stream_ ? shard::to_rtc(stream_->local(), rtc::Protocol::Tcp)
                     : shard::to_rtc(socket_.local(), rtc::Protocol::Udp)),
      client_(monotonic_now(), {.ice = {.local = options_.mine,
                                        .remote = options_.theirs,
                                        .paths = {{local_, options_.server}},
                                        .seed = socket_.local().port},
                                .identity = options_.identity,
                                .remote = options_.fingerprint,
                                .random = &random_}) {}

void SocketBrowser::step() {
  const Instant now = monotonic_now();
  if (stream_) {
    read_tcp(now);
  } else {
    read_udp(now);
  }
  if (client_.next_timeout() <= now) client_.handle_timeout(now);
  drain(now);
}

void SocketBrowser::read_tcp(Instant now) {
  std::array<std::uint8_t, 16 * 1024> buffer;
  for (;;) {
    const auto read = stream_->read(buffer);
    if (read.outcome != net::TcpStream::Outcome::Data) return;
    Bytes rest = Bytes{buffer}.first(read.size);
    while (const auto packet = deframer_.next(rest)) {
      client_.handle_datagram(now, {local_, options_.server}, *packet);
      drain(now);
    }
  }
}

void SocketBrowser::read_udp(Instant now) {
  for (const net::UdpArrival& arrival : receiver().receive(socket_)) {
    for (std::size_t at = 0; at < arrival.bytes.size(); at += arrival.segment) {
      client_.handle_datagram(
          now, {local_, shard::to_rtc(arrival.from, rtc::Protocol::Udp)},
          arrival.bytes.subspan(at, std::min(arrival.segment, arrival.bytes.size() - at)));
      drain(now);
    }
  }
}

bool SocketBrowser::send_rtp(const rtc::rtp::RtpHeader& header, Bytes payload) {
  const Outgoing one{header, payload};
  return send_burst({&one, 1});
}

bool SocketBrowser::send_burst(std::span<const Outgoing> packets) {
  if (!connected_) return false;
  burst_.clear();
  std::size_t segment = 0;
  for (const Outgoing& packet : packets) {
    std::array<std::uint8_t, 1500> out{};
    const std::size_t size = rtc::rtp::write_rtp_header(out, packet.header, {});
    const auto sent = client_.peer().protect_rtp(out, Bytes{out}.first(size), packet.payload, 0);
    if (!sent) return false;
    segment = std::max(segment, *sent);
    burst_.insert(burst_.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(*sent));
  }
  send(client_.peer().selected_path()->remote, burst_, segment);
  return true;
}

bool SocketBrowser::open_channel(std::string_view label) {
  const Instant now = monotonic_now();
  const bool asked = client_.peer().open_channel(now, label, {}).has_value();
  drain(now);
  return asked;
}

void SocketBrowser::send(const rtc::TransportAddress& to, Bytes bytes, std::size_t segment) {
  if (stream_) {
    static_cast<void>(stream_->flush());
    for (std::size_t at = 0; at < bytes.size(); at += segment) {
      const Bytes packet = bytes.subspan(at, std::min(segment, bytes.size() - at));
      stream_->write(rtc::tcp_frame_header(packet.size()), packet);
    }
    return;
  }
  const net::UdpRun run{shard::to_net(to), bytes, segment};
  sender_.send(socket_, {&run, 1});
}

void SocketBrowser::drain(Instant now) {
  while (auto event = client_.peer().poll_event()) {
    if (std::holds_alternative<rtc::Connected>(*event)) connected_ = true;
    const auto* packet = std::get_if<rtc::RtpPacket>(&*event);
    if (packet != nullptr && options_.keep_rtp)
      rtp_.emplace_back(packet->bytes.begin(), packet->bytes.end());
    if (packet != nullptr && options_.on_rtp) options_.on_rtp(packet->bytes);
    const auto* report = std::get_if<rtc::RtcpPacket>(&*event);
    if (report != nullptr && options_.on_rtcp) options_.on_rtcp(report->bytes);
  }
  while (const auto check = client_.agent().poll_check())
    send(check->path.remote, check->bytes, check->bytes.size());
  std::array<std::uint8_t, rtc::kMaxSentDatagram> out{};
  while (const auto transmit = client_.peer().poll_transmit(now, out)) {
    // The answer to the check that the client itself made up goes nowhere.
    if (out[0] > 3) send(transmit->path.remote, Bytes{out}.first(transmit->size), transmit->size);
  }
}

}  // namespace vv::testing
