#include "testing/sfu_world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "rtc/stun/stun_message.hpp"

namespace vv::testing {
namespace {

constexpr Duration kStep = milliseconds(1);

std::unique_ptr<rtc::DtlsIdentity> make_identity() {
  auto identity = rtc::DtlsIdentity::create();
  VV_CHECK(identity.has_value(), "OpenSSL makes a key");
  return std::move(*identity);
}

}  // namespace

SfuWorld::SfuWorld(std::uint64_t seed, Instant begins)
    : now_(begins),
      random_(seed),
      network_(seed + 1),
      server_identity_(make_identity()),
      client_identity_(make_identity()),
      server_(rtc::TransportAddress::v4({10, 0, 0, 1}, 7882)),
      room_(std::make_unique<sfu::Room>(kRoom,
                                        sfu::RoomContext{random_, fanout_, outbox_, drops_})) {}

SfuWorld::~SfuWorld() = default;

SfuWorld::Client& SfuWorld::join() {
  const std::uint32_t n = next_++;
  Client& client = clients_.emplace_back();
  client.participant = sfu::ParticipantId{n};
  client.address = rtc::TransportAddress::v4(
      {192, 168, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)}, 5000);
  connect(client);
  return client;
}

void SfuWorld::join_again(Client& client) {
  ++next_;
  client.connected = client.disconnected = false;
  client.rtp.clear();
  client.rtcp.clear();
  connect(client);
}

void SfuWorld::restart_server() {
  room_ = std::make_unique<sfu::Room>(kRoom, sfu::RoomContext{random_, fanout_, outbox_, drops_});
  routes_.clear();
  ufrags_.clear();
}

void SfuWorld::connect(Client& client) {
  client.transport = sfu::TransportId{next_ - 1};
  const auto local = rtc::IceCredentials::create(random_);
  const auto remote = rtc::IceCredentials::create(random_);
  ufrags_[local.ufrag] = client.transport;
  apply(sfu::AddTransport{.room = kRoom,
                          .participant = client.participant,
                          .transport = client.transport,
                          .local = local,
                          .dtls_role = rtc::DtlsRole::Server,
                          .identity = server_identity_,
                          .remote = sfu::RemoteTransport{remote, client_identity_->fingerprint()}});
  client.browser = std::make_unique<TestClient>(
      now_, TestClientOptions{.ice = {.local = remote,
                                      .remote = local,
                                      .paths = {{client.address, server_}},
                                      .seed = next_ - 1},
                              .identity = client_identity_.get(),
                              .remote = server_identity_->fingerprint(),
                              .random = &random_});
}

void SfuWorld::apply(const sfu::Command& command) {
  room_->apply(now_, command);
  drain_room();
}

ByteVector SfuWorld::protect_rtp(Client& from, const rtc::rtp::RtpHeader& header,
                                 std::span<const rtc::rtp::ExtensionElement> extensions,
                                 Bytes payload, std::uint32_t rollover) {
  ByteVector out(1500);
  const std::size_t size = rtc::rtp::write_rtp_header(out, header, extensions);
  const auto sent =
      from.browser->peer().protect_rtp(out, Bytes{out}.first(size), payload, rollover);
  VV_CHECK(sent.has_value(), "the test waited for the connection");
  out.resize(*sent);
  return out;
}

void SfuWorld::send_rtp(Client& from, const rtc::rtp::RtpHeader& header,
                        std::span<const rtc::rtp::ExtensionElement> extensions, Bytes payload,
                        std::uint32_t rollover) {
  network_.send(now_, from.address, server_,
                protect_rtp(from, header, extensions, payload, rollover));
}

void SfuWorld::send_rtcp(Client& from, Bytes compound) {
  std::array<std::uint8_t, 1500> out{};
  std::copy(compound.begin(), compound.end(), out.begin());
  const auto sent = from.browser->peer().protect_rtcp(out, compound.size());
  VV_CHECK(sent.has_value(), "the test waited for the connection");
  network_.send(now_, from.address, server_, Bytes{out}.first(*sent));
}

void SfuWorld::run_for(Duration duration) {
  const Instant end = now_ + duration;
  for (bool first = true; now_ < end; first = false) {
    // What the test did since the last step leaves with the first one.
    now_ = first ? now_ + kStep : next_step(end);
    while (auto delivery = network_.poll(now_)) deliver(*delivery);
    if (room_->next_timeout() <= now_) {
      room_->handle_timeout(now_);
      drain_room();
    }
    for (Client& client : clients_) {
      if (client.browser->next_timeout() <= now_) client.browser->handle_timeout(now_);
      drain(client);
    }
  }
}

Instant SfuWorld::next_step(Instant end) const {
  Instant next = std::min({end, network_.next_arrival(), room_->next_timeout()});
  for (const Client& client : clients_) next = std::min(next, client.browser->next_timeout());
  const std::int64_t steps = (next - now_ + kStep - nanoseconds(1)).as_nanos() / kStep.as_nanos();
  return now_ + kStep * std::max<std::int64_t>(steps, 1);
}

void SfuWorld::deliver(const Delivery& delivery) {
  ByteVector bytes = delivery.bytes;
  if (delivery.to == server_) {
    std::optional<sfu::TransportId> transport;
    if (const auto ufrag = rtc::stun::peek_receiver_ufrag(bytes); !ufrag.empty()) {
      if (const auto found = ufrags_.find(ufrag); found != ufrags_.end()) transport = found->second;
    } else if (const auto found = routes_.find(delivery.from); found != routes_.end()) {
      transport = found->second;
    }
    if (!transport) return;
    room_->handle_datagram(now_, *transport, {server_, delivery.from}, bytes);
    drain_room();
    return;
  }
  for (Client& client : clients_) {
    if (client.address != delivery.to) continue;
    client.browser->handle_datagram(now_, {client.address, server_}, bytes);
    drain(client);
  }
}

void SfuWorld::drain_room() {
  for (bool done = false; !done;) {
    done = fanout_.flush(now_, outbox_);
    for (const sfu::Outbox::Run& run : outbox_.runs()) {
      for (const auto& datagram : outbox_.datagrams().subspan(run.first, run.count)) {
        network_.send(now_, run.path.local, run.path.remote, outbox_.bytes(datagram));
      }
    }
    outbox_.clear();
  }
  while (const auto change = room_->poll_route()) {
    if (change->kind == sfu::RouteChange::Kind::Added)
      routes_[change->path.remote] = change->transport;
    if (change->kind == sfu::RouteChange::Kind::Retired) routes_.erase(change->path.remote);
    if (change->kind == sfu::RouteChange::Kind::TransportGone) {
      std::erase_if(routes_, [&](const auto& r) { return r.second == change->transport; });
    }
  }
  while (auto event = room_->poll_event()) events_.push_back(std::move(*event));
}

void SfuWorld::drain(Client& client) {
  while (auto event = client.browser->peer().poll_event()) {
    if (std::holds_alternative<rtc::Connected>(*event)) client.connected = true;
    if (std::holds_alternative<rtc::Disconnected>(*event)) client.disconnected = true;
    if (const auto* rtp = std::get_if<rtc::RtpPacket>(&*event))
      client.rtp.emplace_back(rtp->bytes.begin(), rtp->bytes.end());
    if (const auto* rtcp = std::get_if<rtc::RtcpPacket>(&*event))
      client.rtcp.emplace_back(rtcp->bytes.begin(), rtcp->bytes.end());
    if (auto* message = std::get_if<rtc::ChannelMessage>(&*event))
      client.data.push_back(std::move(message->bytes));
  }
  client.browser->flush(now_, network_);
}

ByteVector vp8_payload(bool keyframe, bool start, std::uint16_t picture_id, std::uint8_t tl0,
                       std::uint8_t temporal, std::size_t size) {
  // RFC 7741 §4.2: X and S; I, L and T; then the frame header of §4.3.
  ByteVector payload(size, 0xAB);
  payload[0] = static_cast<std::uint8_t>(0x80 | (start ? 0x10 : 0));
  payload[1] = 0xE0;
  store_be16(&payload[2], static_cast<std::uint16_t>(0x8000 | (picture_id & 0x7FFF)));
  payload[4] = tl0;
  payload[5] = static_cast<std::uint8_t>(temporal << 6);
  if (start) {
    payload[6] = keyframe ? 0x10 : 0x11;
    constexpr std::array<std::uint8_t, 7> kStartCode{0x9D, 0x01, 0x2A, 0x80,
                                                     0x02, 0x68, 0x01};  // 640 x 360
    if (keyframe) std::copy(kStartCode.begin(), kStartCode.end(), payload.begin() + 9);
  }
  return payload;
}

}  // namespace vv::testing
