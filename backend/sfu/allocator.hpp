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

/// Shares one subscriber's link among the pictures it takes: which layer of each, at how many
/// frames a second, and which of them not at all. Voice is never touched. By priority first (a
/// shared screen before faces), and among equals everyone's lowest layer before anyone's second.
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
  // Every frame rate of the lowest spatial layer, and of each above it the full one and the next
  // slower: a picture of half the frames is better than one of a quarter of the size.
  static constexpr int kMaxSteps = 4 + 2 * (static_cast<int>(kMaxLayers) - 1);

  /// One way to send a picture.
  struct Step {
    std::uint8_t spatial = 0;
    std::uint8_t temporal = kAllFrames;
    std::uint64_t rate = 0;  // bit/s
  };
  struct Picture {
    Subscription* subscription = nullptr;
    std::array<Step, kMaxSteps> steps{};  // cheapest first
    int count = 0;
    int now = 0;    // sent, as an index of `steps`; -1 nothing
    int given = 0;  // likewise, from now on

    [[nodiscard]] const Step& step(int at) const { return steps[static_cast<std::size_t>(at)]; }
    void add(const Step& step);
  };

  void collect(Instant now, Transport& transport);
  static void add_steps(Instant now, PublishedTrack& track, LayerLimit limit, Picture& picture);
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
