#include "rtc/peer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/prefetch.hpp"
#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/ice/lite_agent.hpp"
#include "rtc/ice/tcp_framing.hpp"
#include "rtc/sctp/association.hpp"
#include "rtc/srtp/srtp_receiver.hpp"

namespace vv::rtc {
namespace {

constexpr std::size_t kMaxRareEvents = 16;

/// RFC 7983 §7, of which we speak four.
enum class DatagramClass : std::uint8_t { Unknown, Stun, Dtls, Rtp, Rtcp };

DatagramClass classify(Bytes datagram) {
  const std::uint8_t first = datagram[0];
  if (first <= 3) return DatagramClass::Stun;
  if (first >= 20 && first <= 63) return DatagramClass::Dtls;
  if (first < 128 || first > 191 || datagram.size() < 2) return DatagramClass::Unknown;
  return datagram[1] >= 192 && datagram[1] <= 223 ? DatagramClass::Rtcp  // RFC 5761 §4
                                                  : DatagramClass::Rtp;
}

DropReason drop_reason(SrtpError error, bool rtcp) {
  switch (error) {
    case SrtpError::Replayed:
      return rtcp ? DropReason::SrtcpReplayed : DropReason::SrtpReplayed;
    case SrtpError::NotAuthentic:
      return rtcp ? DropReason::SrtcpNotAuthentic : DropReason::SrtpNotAuthentic;
    default:
      return rtcp ? DropReason::SrtcpMalformed : DropReason::SrtpMalformed;
  }
}

}  // namespace

struct Peer::Parts {
  Parts(Instant now, PeerOptions options)
      : identity(*options.identity),
        role(options.dtls_role),
        random(*options.random),
        shared(options.shared),
        last_now(now),
        ice(now, std::move(options.local)) {}

  // First what a packet to be sent looks at.
  bool connected = false;
  bool ended = false;
  std::optional<SrtpSender> sender;
  const DtlsIdentity& identity;
  const DtlsRole role;
  Random& random;
  PeersShared* const shared;
  Instant last_now;
  LiteAgent ice;
  Fingerprint remote;
  HandshakeGate::Place handshake;  // while it runs
  std::optional<DtlsTransport> dtls;
  std::optional<SrtpReceiver> receiver;
  std::optional<sctp::SctpAssociation> sctp;
  DropCounters drops{};

  // What waits for its owner.
  std::array<std::uint8_t, LiteAgent::kMaxAnswerSize> answer{};
  std::size_t answer_size = 0;
  Path answer_path;
  std::vector<Event>
      rare_events;  // everything but media; empty, and without memory, in a quiet call
  std::size_t next_rare = 0;
  MutableBytes media;
  bool media_is_rtcp = false;
  // Whether anything but media came in since the last nullopt: media alone, which is nearly all
  // that happens, asks neither DTLS nor SCTP.
  bool may_transmit = true;
  bool may_have_events = true;

  void stir() { may_transmit = may_have_events = true; }
  void drop(DropReason reason) {
    ++drops[static_cast<std::size_t>(reason)];
    if (shared != nullptr) ++shared->drops[static_cast<std::size_t>(reason)];
  }
  void note(Event event);
  void end(DisconnectReason reason);

  void handle_stun(const Path& path, Bytes datagram);
  void handle_dtls(const Path& path, Bytes datagram);
  void handle_media(const Path& path, MutableBytes datagram, bool rtcp);
  void start_dtls();
  void on_dtls_progress();
  void on_connected();
  sctp::SctpAssociation& association();
  std::optional<Transmit> next_transmit(Instant now, MutableBytes out);
  std::optional<Event> next_rare_event();
  std::optional<Event> next_sctp_event();
};

void Peer::Parts::note(Event event) {
  if (rare_events.size() >= kMaxRareEvents) return drop(DropReason::NotDrained);
  rare_events.push_back(std::move(event));
}

void Peer::Parts::end(DisconnectReason reason) {
  if (std::exchange(ended, true)) return;
  media = {};
  connected = false;
  handshake = {};
  sctp.reset();
  note(Disconnected{reason});
}

void Peer::Parts::handle_stun(const Path& path, Bytes datagram) {
  const auto message = stun::parse(datagram);
  if (!message) return drop(DropReason::BadStun);
  if (answer_size != 0) return drop(DropReason::NotDrained);
  const LiteAgent::Outcome outcome = ice.handle(last_now, path, *message, answer);
  if (outcome.retired) note(PathRetired{*outcome.retired});
  if (outcome.validated) note(PathValidated{path});
  if (outcome.selection_changed && ice.selected() != nullptr) note(PathSelected{*ice.selected()});
  switch (outcome.verdict) {
    case LiteAgent::Verdict::Answered:
      break;
    case LiteAgent::Verdict::NotRequest:
      return drop(DropReason::StunNotRequest);
    case LiteAgent::Verdict::UnknownUfrag:
      return drop(DropReason::StunUnknownUfrag);
    case LiteAgent::Verdict::NotAuthentic:
      return drop(DropReason::StunNotAuthentic);
    case LiteAgent::Verdict::Replayed:
      return drop(DropReason::StunReplayed);
    case LiteAgent::Verdict::NoAnswer:
      return drop(DropReason::BadStun);
  }
  answer_size = outcome.answer_size;
  answer_path = path;
  start_dtls();
}

/// As soon as somebody can be reached (threat-model M5: not only once a path is nominated).
void Peer::Parts::start_dtls() {
  if (dtls || remote.empty() || ice.selected() == nullptr) return;
  if (shared != nullptr && !handshake) {
    handshake = shared->handshakes.enter(ice.selected()->remote);
    if (!handshake) return drop(DropReason::HandshakeWaits);  // its next datagram asks again
  }
  dtls.emplace(identity, role, remote);
  dtls->start(last_now);
}

void Peer::Parts::handle_dtls(const Path& path, Bytes datagram) {
  if (!ice.is_validated(path)) return drop(DropReason::UnvalidatedAddress);
  if (!dtls && !ended) start_dtls();
  if (!dtls) return drop(DropReason::DtlsNotExpected);
  if (!dtls->handle_datagram(last_now, datagram)) return drop(DropReason::DtlsRejected);
  on_dtls_progress();
  if (!connected) return;
  std::array<std::uint8_t, kMaxDatagramSize> packet;
  while (const auto size = dtls->poll_data(packet)) {
    association().handle_packet(last_now, Bytes{packet}.first(*size));
  }
  on_dtls_progress();
}

void Peer::Parts::on_dtls_progress() {
  switch (dtls->state()) {
    case DtlsTransport::State::Idle:
    case DtlsTransport::State::Handshaking:
      return;
    case DtlsTransport::State::Connected:
      return connected ? void() : on_connected();
    case DtlsTransport::State::Closed:
      return end(DisconnectReason::ClosedByPeer);
    case DtlsTransport::State::Failed:
      return end(DisconnectReason::HandshakeFailed);
    case DtlsTransport::State::FingerprintMismatch:
      return end(DisconnectReason::FingerprintMismatch);
    case DtlsTransport::State::TimedOut:
      return end(DisconnectReason::HandshakeTimeout);
  }
}

void Peer::Parts::on_connected() {
  const auto keys = dtls->take_keys();
  if (!keys) return end(DisconnectReason::HandshakeFailed);
  sender.emplace(keys->send);
  receiver.emplace(keys->receive);
  connected = true;
  handshake = {};
  note(Connected{});
  if (sctp) sctp->connect(last_now);  // a channel was opened before
}

/// Made when there is a use for it: a call without data channels has none.
sctp::SctpAssociation& Peer::Parts::association() {
  if (!sctp) {
    sctp.emplace(sctp::SctpAssociation::create(
        {.role = role == DtlsRole::Client ? sctp::Role::DtlsClient : sctp::Role::DtlsServer,
         .max_packet = DtlsTransport::max_data(kMaxSentDatagram),
         .random = &random}));
  }
  return *sctp;
}

void Peer::Parts::handle_media(const Path& path, MutableBytes datagram, bool rtcp) {
  if (!ice.is_validated(path)) return drop(DropReason::UnvalidatedAddress);
  if (!receiver) return drop(DropReason::MediaBeforeKeys);
  if (!media.empty()) return drop(DropReason::NotDrained);
  const auto size = rtcp ? receiver->unprotect_rtcp(datagram) : receiver->unprotect_rtp(datagram);
  if (!size) return drop(drop_reason(size.error(), rtcp));
  media = datagram.first(*size);
  media_is_rtcp = rtcp;
}

Peer::Peer(Instant now, PeerOptions options) {
  VV_CHECK(options.identity != nullptr && options.random != nullptr, "a peer is given both");
  parts_ = std::make_unique<Parts>(now, std::move(options));
}
Peer::~Peer() = default;

void Peer::set_remote(Instant now, const Fingerprint& fingerprint) {
  parts_->last_now = now;
  parts_->stir();
  if (parts_->connected || parts_->ended) return;
  if (parts_->dtls && !(fingerprint == parts_->remote)) parts_->dtls.reset();
  parts_->remote = fingerprint;
  parts_->start_dtls();
}

void Peer::restart_ice(Instant now, IceCredentials local) {
  parts_->last_now = now;
  parts_->ice.restart(now, std::move(local));
}

const IceCredentials& Peer::local_credentials() const { return parts_->ice.local(); }

void Peer::close() noexcept {
  parts_->stir();
  if (parts_->dtls) parts_->dtls->close();
  parts_->end(DisconnectReason::ClosedByUs);
}

void Peer::handle_datagram(Instant now, const Path& path, MutableBytes datagram) noexcept {
  Parts& p = *parts_;
  p.last_now = now;
  if (p.ended || datagram.empty()) return;
  if (datagram.size() > kMaxDatagramSize) return p.drop(DropReason::Oversize);
  const DatagramClass kind = classify(datagram);
  if (kind == DatagramClass::Stun || kind == DatagramClass::Dtls) p.stir();
  switch (kind) {
    case DatagramClass::Stun:
      return p.handle_stun(path, datagram);
    case DatagramClass::Dtls:
      return p.handle_dtls(path, datagram);
    case DatagramClass::Rtp:
      return p.handle_media(path, datagram, false);
    case DatagramClass::Rtcp:
      return p.handle_media(path, datagram, true);
    case DatagramClass::Unknown:
      return p.drop(DropReason::UnknownClass);
  }
}

void Peer::handle_timeout(Instant now) noexcept {
  Parts& p = *parts_;
  p.last_now = now;
  p.stir();
  if (p.ended) return;
  if (now >= p.ice.consent_deadline()) {
    p.dtls.reset();  // threat-model M20: not one datagram more
    return p.end(p.ice.was_reached() ? DisconnectReason::ConsentLost
                                     : DisconnectReason::NeverReached);
  }
  if (p.dtls && now >= p.dtls->next_timeout()) {
    p.dtls->handle_timeout(now);
    p.on_dtls_progress();
  }
  if (p.sctp && p.connected && now >= p.sctp->next_timeout()) p.sctp->handle_timeout(now);
}

Instant Peer::next_timeout() const noexcept {
  const Parts& p = *parts_;
  if (p.ended) return Instant::never();
  Instant next = p.ice.consent_deadline();
  if (p.dtls) next = std::min(next, p.dtls->next_timeout());
  if (p.sctp && p.connected) next = std::min(next, p.sctp->next_timeout());
  return next;
}

std::optional<Transmit> Peer::poll_transmit(Instant now, MutableBytes out) noexcept {
  if (!parts_->may_transmit) return std::nullopt;
  auto transmit = parts_->next_transmit(now, out);
  parts_->may_transmit = transmit.has_value();
  return transmit;
}

std::optional<Transmit> Peer::Parts::next_transmit(Instant now, MutableBytes out) {
  if (answer_size != 0 && !ended) {
    const std::size_t size = std::exchange(answer_size, 0);
    std::copy_n(answer.begin(), size, out.begin());
    return Transmit{answer_path, size};
  }
  const Path* path = ice.selected();
  if (!dtls || path == nullptr) return std::nullopt;
  if (const auto size = dtls->poll_transmit(out)) return Transmit{*path, *size};
  if (!sctp || !connected) return std::nullopt;
  std::array<std::uint8_t, kMaxSentDatagram> packet;
  if (const auto size = sctp->poll_packet(now, packet)) {
    if (!dtls->send_data(Bytes{packet}.first(*size))) return std::nullopt;
    if (const auto sealed = dtls->poll_transmit(out)) return Transmit{*path, *sealed};
  }
  return std::nullopt;
}

std::optional<Event> Peer::poll_event() noexcept {
  Parts& p = *parts_;
  if (!p.media.empty()) {
    const MutableBytes bytes = std::exchange(p.media, {});
    if (p.media_is_rtcp) return RtcpPacket{bytes};
    return RtpPacket{bytes};
  }
  if (!p.may_have_events) return std::nullopt;
  auto event = p.next_rare_event();
  p.may_have_events = event.has_value();
  if (event) p.may_transmit = true;  // taking a message may open SCTP's window again
  return event;
}

std::optional<Event> Peer::Parts::next_rare_event() {
  if (next_rare == rare_events.size()) return sctp ? next_sctp_event() : std::nullopt;
  Event event = std::move(rare_events[next_rare++]);
  if (next_rare == rare_events.size()) {
    rare_events = {};
    next_rare = 0;
  }
  return event;
}

std::optional<Event> Peer::Parts::next_sctp_event() {
  auto event = sctp->poll_event();
  if (!event) return std::nullopt;
  if (auto* opened = std::get_if<sctp::ChannelOpened>(&*event)) {
    return ChannelOpened{opened->stream, std::move(opened->label), std::move(opened->options)};
  }
  if (auto* message = std::get_if<sctp::ChannelMessage>(&*event)) {
    return ChannelMessage{message->stream, message->binary, std::move(message->bytes)};
  }
  if (const auto* closed = std::get_if<sctp::ChannelClosed>(&*event))
    return ChannelClosed{closed->stream};
  // Data channels are gone; the call is not. The owner sees it by what it cannot send.
  sctp.reset();
  return std::nullopt;
}

Result<std::size_t, SrtpError> Peer::protect_rtp(MutableBytes out, Bytes header, Bytes payload,
                                                 std::uint32_t rollover) noexcept {
  if (!parts_->connected) return SrtpError::NotReady;
  return parts_->sender->protect_rtp(out, header, payload, rollover);
}

Result<std::size_t, SrtpError> Peer::protect_rtcp(MutableBytes buffer, std::size_t size) noexcept {
  if (!parts_->connected) return SrtpError::NotReady;
  return parts_->sender->protect_rtcp(buffer, size);
}

std::optional<ChannelId> Peer::open_channel(Instant now, std::string_view label,
                                            const ChannelOptions& options) noexcept {
  Parts& p = *parts_;
  p.last_now = now;
  p.stir();
  if (p.ended) return std::nullopt;
  const bool first = !p.sctp.has_value();
  sctp::SctpAssociation& association = p.association();
  if (first && p.connected) association.connect(now);
  const auto stream = association.open(label, options);
  if (!stream) return std::nullopt;
  return *stream;
}

bool Peer::send(ChannelId channel, Bytes message, bool binary) noexcept {
  parts_->stir();
  return parts_->sctp && parts_->sctp->send(channel, message, binary).has_value();
}

std::size_t Peer::buffered(ChannelId channel) const noexcept {
  return parts_->sctp ? parts_->sctp->buffered(channel) : 0;
}

const Path* Peer::selected_path() const noexcept {
  return parts_->ended ? nullptr : parts_->ice.selected();
}
SrtpSender* Peer::sender() noexcept { return parts_->connected ? &*parts_->sender : nullptr; }
void Peer::prefetch() const noexcept {
  prefetch_range(&parts_->connected, 1);
  prefetch_range(&parts_->sender, sizeof parts_->sender);
  parts_->ice.prefetch();
}
void Peer::prefetch_further() const noexcept {
  if (parts_->sender) parts_->sender->prefetch();
}
bool Peer::is_connected() const noexcept { return parts_->connected; }
const DropCounters& Peer::drops() const noexcept { return parts_->drops; }

}  // namespace vv::rtc
