#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/dtls/fingerprint.hpp"
#include "rtc/dtls/handshake_gate.hpp"
#include "rtc/ice/ice_credentials.hpp"
#include "rtc/peer_event.hpp"
#include "rtc/srtp/srtp_sender.hpp"
#include "rtc/transport_address.hpp"

namespace vv::rtc {

/// Longest datagram we send: an IPv6 path's minimum less its headers, as browsers do.
constexpr std::size_t kMaxSentDatagram = 1200;

/// What the peers of one thread share. Outlives them.
struct PeersShared {
  HandshakeGate handshakes;
  DropCounters drops{};  ///< of all of them, those that are gone included
};

struct PeerOptions {
  IceCredentials local;
  DtlsRole dtls_role = DtlsRole::Client;
  const DtlsIdentity* identity = nullptr;  ///< there as long as the peer is used
  Random* random = nullptr;                ///< outlives the peer
  PeersShared* shared = nullptr;           ///< null: it is alone
};

/// One datagram to send: the first `size` bytes of the buffer given to poll_transmit.
struct Transmit {
  Path path;
  std::size_t size = 0;
};

/// One WebRTC connection seen from its bytes: ICE-lite, DTLS, SRTP and data channels on one
/// bundled, multiplexed transport (RFC 8445, 5764, 7983, 8831).
///
/// Owns:    the order of threat-model section 2: size, class, known source, authentication, parse.
/// Not its: sockets, clocks, what the media means; TCP framing (ice/tcp_framing.hpp).
/// Bounds:  kMaxValidatedPaths remote addresses, kMaxSrtpStreams SSRCs, one handshake of
///          kHandshakeDeadline, data channels as rtc/sctp bounds them.
///
/// After one input (handle_…, set_remote, restart_ice, open_channel, send) drain poll_event and
/// poll_transmit until nullopt before the next input. `now` never goes backwards.
class Peer {
 public:
  Peer(Instant now, PeerOptions options);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// The remote description's `a=fingerprint`; before it only checks are answered. A later call
  /// changes nothing once the handshake is done. The remote ICE credentials are not asked for: the
  /// lite side sends no checks, and those it gets are made with its own password.
  void set_remote(Instant now, const Fingerprint& fingerprint);
  /// New local credentials (RFC 8445 §9). Checks with the old ones count until the first with the
  /// new; media and DTLS go on meanwhile.
  void restart_ice(Instant now, IceCredentials local);
  [[nodiscard]] const IceCredentials& local_credentials() const;
  /// Says goodbye: one more datagram to poll, then nothing.
  void close() noexcept;

  /// Takes one datagram of any class and decrypts RTP and RTCP in place. For media it allocates
  /// nothing; at most one RtpPacket or RtcpPacket event follows, which borrows `datagram`.
  void handle_datagram(Instant now, const Path& path, MutableBytes datagram) noexcept;
  void handle_timeout(Instant now) noexcept;
  /// When handle_timeout wants to be called; never() when nothing is awaited.
  [[nodiscard]] Instant next_timeout() const noexcept;

  /// STUN answers, DTLS flights and data. `out` holds at least kMaxSentDatagram bytes.
  [[nodiscard]] std::optional<Transmit> poll_transmit(Instant now, MutableBytes out) noexcept;
  [[nodiscard]] std::optional<Event> poll_event() noexcept;

  /// Encrypts one packet out of place; see SrtpSender::protect_rtp. Send it over selected_path().
  Result<std::size_t, SrtpError> protect_rtp(MutableBytes out, Bytes header, Bytes payload,
                                             std::uint32_t rollover) noexcept;
  /// Encrypts a compound of `size` bytes in place; the buffer has kMaxSrtcpOverhead bytes more.
  Result<std::size_t, SrtpError> protect_rtcp(MutableBytes buffer, std::size_t size) noexcept;

  /// Opens a channel by DCEP (RFC 8832); before the association stands it waits for it.
  /// Refused when the peer is gone or has too many.
  std::optional<ChannelId> open_channel(Instant now, std::string_view label,
                                        const ChannelOptions& options) noexcept;
  /// Queues one message; false when the channel is not open, the message too long or the queue
  /// full.
  bool send(ChannelId channel, Bytes message, bool binary) noexcept;
  /// Bytes accepted by send and not yet acknowledged.
  [[nodiscard]] std::size_t buffered(ChannelId channel) const noexcept;

  /// For sending many packets in a row without asking each time; nullptr before the keys and after
  /// the end. Valid until the peer is told anything.
  [[nodiscard]] SrtpSender* sender() noexcept;
  /// What `selected_path` and `sender` look at, fetched into the cache ahead of them; then what the
  /// sender reads.
  void prefetch() const noexcept;
  void prefetch_further() const noexcept;

  /// Where media goes: the path that the last USE-CANDIDATE named, else the first validated one
  /// (threat-model M5); nullptr before the first valid check and after the end.
  [[nodiscard]] const Path* selected_path() const noexcept;
  [[nodiscard]] bool is_connected() const noexcept;
  [[nodiscard]] const DropCounters& drops() const noexcept;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vv::rtc
