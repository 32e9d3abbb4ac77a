#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "rtc/bwe/loss_watch.hpp"
#include "rtc/bwe/queue_watch.hpp"
#include "rtc/bwe/sent_packets.hpp"
#include "rtc/bwe/twcc_feedback.hpp"

namespace vv::rtc::bwe {

/// How much one subscriber's link carries, from what its receiver says of each packet's arrival
/// (transport-wide feedback). An SFU does not encode: it can send one layer or the next, nothing
/// between. So no number is steered up and down. A link has no limit until it shows one: a queue
/// that does not empty, or losses that less would cure. From then on its capacity is what arrived
/// meanwhile, and it grows when more has been seen to arrive: for that, padding is sent on top of
/// the media now and then, as much as the next layer would take (a probe).
///
/// Owns:    numbers of sent packets, the measure of queue and losses, the probe's timing.
/// Not its: bytes; which layer to send (sfu/allocator.hpp).
/// Bounds:  kMin to kMax, whatever the receiver claims (threat-model M17).
class LinkEstimator {
 public:
  static constexpr std::uint64_t kMin = 30'000;          ///< bit/s
  static constexpr std::uint64_t kMax = 100'000'000;     ///< bit/s
  static constexpr Duration kProbe = milliseconds(250);  ///< at most
  static constexpr Duration kFirstProbeAfter = seconds(2);
  static constexpr Duration kLongestProbeWait = seconds(6);

  /// Number that the next packet carries (transport-wide).
  [[nodiscard]] std::uint16_t next_number() const noexcept { return sent_.next(); }
  /// The packet of `next_number` left.
  void on_sent(Instant now, std::size_t bytes) noexcept {
    sent_.add(now, bytes, heard_);
    if (probe_ && !probe_->is_sent) probe_->sent += bytes;
  }
  /// What `on_sent` touches, fetched into the cache ahead of it: first the estimator itself, then
  /// what it points to.
  void prefetch() const noexcept {
    prefetch_range(&sent_, sizeof sent_);
    prefetch_range(&heard_, sizeof heard_);
    prefetch_range(&probe_, sizeof probe_);
  }
  void prefetch_further() const noexcept { sent_.prefetch(); }
  void on_feedback(Instant now, TwccFeedback feedback) noexcept;

  /// Whether the receiver reports at all, and did lately.
  [[nodiscard]] bool is_informed(Instant now) const noexcept;
  /// Nothing: no limit has shown.
  [[nodiscard]] std::optional<std::uint64_t> capacity() const noexcept { return capacity_; }
  /// Whether a limit has shown since the last call: what is sent must become less at once.
  [[nodiscard]] bool take_cut() noexcept;
  /// Whether the limit is a guess: losses that sending less may or may not cure. A picture stutters
  /// under them; to stop it for a guess would be worse. Past kHopeless there is none to save.
  static constexpr double kHopeless = 0.6;
  [[nodiscard]] bool is_guessing() const noexcept {
    return is_guess_ && losses_.lasting_share() < kHopeless;
  }
  /// How long packets wait in the link's queue, as of the last feedback.
  [[nodiscard]] Duration queue_wait() const noexcept { return queue_.wait(); }

  /// The rate that would be of use next, bit/s; 0: there is nothing more to send.
  void set_goal(std::uint64_t rate) noexcept { goal_ = rate; }
  /// Bytes of padding to send now; 0 most of the time. Call every 20 ms or so while there is a
  /// limit and a goal beyond it.
  [[nodiscard]] std::size_t padding_due(Instant now) noexcept;
  /// There is nothing to send padding in: the goal itself is to be tried instead.
  void cannot_pad(Instant now) noexcept;

 private:
  struct Probe {
    Instant begun;
    Duration length{};
    std::uint64_t rate = 0;   // bit/s, media included
    std::uint64_t sent = 0;   // bytes since it began
    std::uint16_t first = 0;  // number
    std::uint16_t last = 0;   // number after the last one; once `is_sent`
    bool is_sent = false;
    std::uint32_t packets = 0;  // that arrived
    std::uint64_t arrived = 0;  // bytes of all but the first
    std::int64_t from_us = 0;   // first and last arrival
    std::int64_t until_us = 0;
    std::uint32_t waited = 0;  // packets in a row that found a queue
  };

  void cut(Instant now, std::uint64_t rate) noexcept;
  void on_probe_packet(Instant now, const TwccStatus& status, std::size_t bytes) noexcept;
  void end_probe(Instant now, bool held) noexcept;
  [[nodiscard]] std::uint64_t probed_rate() const noexcept;

  SentPackets sent_;
  QueueWatch queue_;
  LossWatch losses_;
  std::optional<std::uint64_t> capacity_;
  std::optional<std::uint64_t> before_losses_;  // capacity when losses were first answered
  bool answers_losses_ = false;
  bool is_guess_ = false;  // capacity_, for want of a queue
  std::uint64_t goal_ = 0;
  std::optional<Probe> probe_;
  Instant next_probe_;
  Duration probe_wait_ = kFirstProbeAfter;
  Instant last_feedback_;
  Instant last_judged_;  // whether a standing queue must be answered
  Instant last_raise_;
  Duration judged_wait_;
  std::uint64_t window_bytes_ = 0;  // arrived since
  Instant window_from_;
  bool heard_ = false;
  bool was_cut_ = false;
};

}  // namespace vv::rtc::bwe
