#include "rtc/peer_event.hpp"

namespace vv::rtc {

std::string_view to_string(DisconnectReason reason) {
  switch (reason) {
    case DisconnectReason::NeverReached:
      return "never_reached";
    case DisconnectReason::ConsentLost:
      return "consent_lost";
    case DisconnectReason::HandshakeTimeout:
      return "handshake_timeout";
    case DisconnectReason::HandshakeFailed:
      return "handshake_failed";
    case DisconnectReason::FingerprintMismatch:
      return "fingerprint_mismatch";
    case DisconnectReason::ClosedByPeer:
      return "closed_by_peer";
    case DisconnectReason::ClosedByUs:
      return "closed_by_us";
  }
  return "unknown";
}

std::string_view to_string(DropReason reason) {
  switch (reason) {
    case DropReason::Oversize:
      return "oversize";
    case DropReason::UnknownClass:
      return "unknown_class";
    case DropReason::BadStun:
      return "bad_stun";
    case DropReason::StunNotRequest:
      return "stun_not_request";
    case DropReason::StunUnknownUfrag:
      return "stun_unknown_ufrag";
    case DropReason::StunNotAuthentic:
      return "stun_not_authentic";
    case DropReason::StunReplayed:
      return "stun_replayed";
    case DropReason::UnvalidatedAddress:
      return "unvalidated_address";
    case DropReason::DtlsNotExpected:
      return "dtls_not_expected";
    case DropReason::DtlsRejected:
      return "dtls_rejected";
    case DropReason::MediaBeforeKeys:
      return "media_before_keys";
    case DropReason::SrtpMalformed:
      return "srtp_malformed";
    case DropReason::SrtpReplayed:
      return "srtp_replayed";
    case DropReason::SrtpNotAuthentic:
      return "srtp_not_authentic";
    case DropReason::SrtcpMalformed:
      return "srtcp_malformed";
    case DropReason::SrtcpReplayed:
      return "srtcp_replayed";
    case DropReason::SrtcpNotAuthentic:
      return "srtcp_not_authentic";
    case DropReason::HandshakeWaits:
      return "handshake_waits";
    case DropReason::NotDrained:
      return "not_drained";
    case DropReason::Count:
      break;
  }
  return "unknown";
}

}  // namespace vv::rtc
