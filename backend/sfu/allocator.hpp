#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sfu/published_track.hpp"

namespace vv::sfu {

class Subscription;
struct Transport;

/// Shares one subscriber's link among the pictures it takes: which layer of each, and which of
/// them not at all. Voice is never touched. By priority first (a shared screen before faces), and
/// among equals everyone's lowest layer before anyone's second.
///
/// Where the receiver reports arrivals, the link's capacity is known and a step up waits for a
/// probe (rtc/bwe/link_estimator.hpp). Where it does not, its own estimate (REMB) and losses are
/// all there is, and a step up is tried, with longer waits after each one that did not hold.
class Allocator {
 public:
  static constexpr Duration kInterval = milliseconds(200);
  static constexpr Duration kFirstRaise = seconds(3);
  static constexpr Duration kLongestRaise = seconds(30);

  /// Every kInterval at most; sets the forwarders' targets.
  void update(Instant now, Transport& transport) noexcept;
  /// The link has just shown its limit: at once, and nothing is held on to.
  void answer_cut(Instant now, Transport& transport) noexcept;

 private:
  struct Picture {
    Subscription* subscription = nullptr;
    std::array<std::uint8_t, kMaxLayers> layer{};
    std::array<std::uint64_t, kMaxLayers> rate{};  // bit/s
    int count = 0;
    int now = 0;    // sent, as an index of `layer`; -1 nothing
    int given = 0;  // likewise, from now on
  };

  void collect(Instant now, Transport& transport);
  void give_everything(Instant now, Transport& transport) noexcept;
  void share(Instant now, Transport& transport, bool is_cut) noexcept;
  void share_by_estimate(Instant now, Transport& transport) noexcept;
  void set(Transport& transport, Picture& picture, bool let_go) noexcept;

  std::vector<Picture> pictures_;  ///< only once a link has shown a limit
  Instant next_;
  Instant next_raise_;
  Instant raised_at_;
  Duration wait_ = kFirstRaise;
};

}  // namespace vv::sfu
