#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vv::sfu {

/// Why a media packet, or what it would have caused, went no further. Counted, never logged.
enum class DropReason : std::uint8_t {
  Malformed,    ///< no RTP header, or a payload descriptor that cannot be read
  UnknownSsrc,  ///< neither negotiated nor named by mid and rid (threat-model M11)
  UnknownPayloadType,
  TooManySsrcs,
  OverIngressRate,  ///< threat-model section 4
  Duplicate,
  TooOld,  ///< from before the stream's history
  Muted,
  PaddingOnly,  ///< bandwidth probes are the publisher's business
  NobodyTakes,  ///< no subscriber wants this layer
  Paused,       ///< per subscriber, as all below
  WrongLayer,
  AwaitingKeyframe,
  TemporalLayer,
  BeforeSwitch,   ///< reordered from before the layer switch
  NoPayloadType,  ///< the subscriber does not speak this codec
  NotConnected,
  ProtectFailed,
  FanoutFull,
  DelayFull,  ///< an echo room holds as much as it may
  OutboxFull,
  ResendUnknown,  ///< asked again for what was never sent, or is gone
  ResendTooSoon,  ///< threat-model M16
  ResendOverBudget,
  BadRtcp,
  ForeignFeedback,  ///< feedback about an SSRC this peer does not receive (threat-model M14)
  Count,
};

[[nodiscard]] std::string_view to_string(DropReason reason);

/// Plain counters of one thread; the shard adds them to the process's metrics in batches.
class DropCounters {
 public:
  void add(DropReason reason, std::uint64_t times = 1) noexcept {
    counts_[static_cast<std::size_t>(reason)] += times;
  }
  [[nodiscard]] std::uint64_t operator[](DropReason reason) const noexcept {
    return counts_[static_cast<std::size_t>(reason)];
  }

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(DropReason::Count)> counts_{};
};

}  // namespace vv::sfu
