#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "rtc/sctp/association.hpp"
#include "rtc/transport_address.hpp"

namespace vv::rtc {

/// A data channel of one peer: its SCTP stream number.
using ChannelId = std::uint16_t;

/// How a channel delivers; the default is ordered and fully reliable.
using ChannelOptions = sctp::ChannelOptions;

enum class DisconnectReason : std::uint8_t {
  NeverReached,         ///< no valid check within kConsentTimeout of the start
  ConsentLost,          ///< no valid check for kConsentTimeout (RFC 7675, threat-model M20)
  HandshakeTimeout,     ///< ICE works, DTLS did not finish in time
  HandshakeFailed,      ///< DTLS failed kMaxHandshakes times (threat-model M6)
  FingerprintMismatch,  ///< the certificate is not the one signalled (threat-model M7)
  ClosedByPeer,         ///< DTLS close_notify
  ClosedByUs,           ///< Peer::close
};
[[nodiscard]] std::string_view to_string(DisconnectReason reason);

/// Why an incoming datagram, or a part of it, went nowhere. Counted, never logged.
enum class DropReason : std::uint8_t {
  Oversize,            ///< over kMaxDatagramSize (M1)
  UnknownClass,        ///< first byte is none of RFC 7983's that we speak (M1)
  BadStun,             ///< not a Binding message in order
  StunNotRequest,      ///< a response or an indication: as the lite side we asked nothing
  StunUnknownUfrag,    ///< not for this peer
  StunNotAuthentic,    ///< MESSAGE-INTEGRITY missing or wrong (M2)
  StunReplayed,        ///< a transaction id seen from another source (M3)
  UnvalidatedAddress,  ///< DTLS or media from where no valid check came (M5)
  DtlsNotExpected,     ///< DTLS before the fingerprint is known, or after the end
  DtlsRejected,        ///< OpenSSL would not have it
  MediaBeforeKeys,     ///< RTP or RTCP before the handshake is done
  SrtpMalformed,
  SrtpReplayed,
  SrtpNotAuthentic,
  SrtcpMalformed,
  SrtcpReplayed,
  SrtcpNotAuthentic,
  HandshakeWaits,  ///< so many run already (threat-model section 4)
  NotDrained,      ///< the owner did not take the events or the answer in time
  Count,
};
[[nodiscard]] std::string_view to_string(DropReason reason);
using DropCounters = std::array<std::uint64_t, static_cast<std::size_t>(DropReason::Count)>;

/// The peer may be sent to and heard from `path` now: a valid check came over it. Whoever owns the
/// socket maps the remote address to this peer until PathRetired.
struct PathValidated {
  Path path;
};
struct PathRetired {
  Path path;
};
/// What we send goes over `path` from now on.
struct PathSelected {
  Path path;
};
/// DTLS stands and the fingerprint matched: media keys are there.
struct Connected {};
/// The end: nothing more comes and nothing more can be sent.
struct Disconnected {
  DisconnectReason reason;
};
/// Decrypted, still unparsed; a view into the datagram given to handle_datagram.
struct RtpPacket {
  MutableBytes bytes;
};
/// A decrypted compound, likewise.
struct RtcpPacket {
  MutableBytes bytes;
};
struct ChannelOpened {
  ChannelId channel;
  std::string label;
  ChannelOptions options;
};
struct ChannelClosed {
  ChannelId channel;
};
struct ChannelMessage {
  ChannelId channel;
  bool binary;
  ByteVector bytes;
};

using Event = std::variant<PathValidated, PathRetired, PathSelected, Connected, Disconnected,
                           RtpPacket, RtcpPacket, ChannelOpened, ChannelClosed, ChannelMessage>;

}  // namespace vv::rtc
