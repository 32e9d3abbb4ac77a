#include "sfu/drop_reason.hpp"

namespace vv::sfu {

std::string_view to_string(DropReason reason) {
  switch (reason) {
    case DropReason::Malformed:
      return "malformed";
    case DropReason::UnknownSsrc:
      return "unknown_ssrc";
    case DropReason::UnknownPayloadType:
      return "unknown_payload_type";
    case DropReason::TooManySsrcs:
      return "too_many_ssrcs";
    case DropReason::OverIngressRate:
      return "over_ingress_rate";
    case DropReason::Duplicate:
      return "duplicate";
    case DropReason::TooOld:
      return "too_old";
    case DropReason::Muted:
      return "muted";
    case DropReason::PaddingOnly:
      return "padding_only";
    case DropReason::NobodyTakes:
      return "nobody_takes";
    case DropReason::Paused:
      return "paused";
    case DropReason::WrongLayer:
      return "wrong_layer";
    case DropReason::AwaitingKeyframe:
      return "awaiting_keyframe";
    case DropReason::TemporalLayer:
      return "temporal_layer";
    case DropReason::BeforeSwitch:
      return "before_switch";
    case DropReason::NoPayloadType:
      return "no_payload_type";
    case DropReason::NotConnected:
      return "not_connected";
    case DropReason::ProtectFailed:
      return "protect_failed";
    case DropReason::DelayFull:
      return "delay_full";
    case DropReason::FanoutFull:
      return "fanout_full";
    case DropReason::OutboxFull:
      return "outbox_full";
    case DropReason::ResendUnknown:
      return "resend_unknown";
    case DropReason::ResendTooSoon:
      return "resend_too_soon";
    case DropReason::ResendOverBudget:
      return "resend_over_budget";
    case DropReason::BadRtcp:
      return "bad_rtcp";
    case DropReason::ForeignFeedback:
      return "foreign_feedback";
    case DropReason::Count:
      break;
  }
  return "unknown";
}

}  // namespace vv::sfu
