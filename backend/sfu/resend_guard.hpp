#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "sfu/ids.hpp"

namespace vv::sfu {

/// Which resends one subscriber may have (threat-model M16, livekit-wire.md F-11): the same number
/// not too soon and not too often, and all of them at most half of what is sent anyway.
///
/// Bounds:  kRemembered numbers; an older one that is asked for again counts as new.
class ResendGuard {
 public:
  static constexpr std::size_t kRemembered = 128;
  static constexpr std::uint8_t kMaxResends = 10;
  static constexpr Duration kMinInterval = milliseconds(20);
  /// Credit never grows past this, so a long quiet stream cannot answer with a storm.
  static constexpr std::int64_t kMaxCredit = 128 * 1024;  // bytes

  enum class Answer : std::uint8_t { Yes, TooSoon, OverBudget };

  void on_sent(std::size_t bytes) noexcept;
  /// Whether `seq` of `subscription` may go out again; notes it when so.
  [[nodiscard]] Answer ask(Instant now, SubscriptionId subscription, std::uint16_t seq,
                           std::size_t bytes, Duration rtt) noexcept;

 private:
  struct Resent {
    Instant at;
    SubscriptionId subscription;
    std::uint16_t seq = 0;
    std::uint8_t times = 0;  // 0: empty
  };
  std::int64_t credit_ = kMaxCredit / 4;  // the first packets may be lost, too
  std::size_t next_ = 0;
  std::array<Resent, kRemembered> ring_{};
};

}  // namespace vv::sfu
