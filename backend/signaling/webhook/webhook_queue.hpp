#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vv::signaling {

/// What waits to be told to webhook receivers: one line for each room and receiver, so that a
/// receiver hears of a room in order, and one that is away holds up nobody else (livekit-wire.md
///
///
/// Bounds:  kDepth a line, kMaxWaiting in all, kMaxInFlight at once; an event is given up kGiveUp
///          after it happened, or at once when the receiver refuses it. What is lost is counted.
class WebhookQueue {
 public:
  static constexpr std::size_t kDepth = 200;
  static constexpr std::size_t kMaxWaiting = 10'000;
  static constexpr std::size_t kMaxInFlight = 16;
  static constexpr Duration kGiveUp = minutes(10);
  static constexpr Duration kFirstPause = milliseconds(500);  ///< doubled after each failure
  static constexpr Duration kLongestPause = seconds(60);

  struct Delivery {
    std::uint64_t number = 0;
    std::string url;
    std::string body;
  };
  enum class Outcome : std::uint8_t { Delivered, Refused, Failed };

  /// False: there is no room for it.
  bool push(Instant now, std::string_view resource, const std::string& url, std::string body);
  /// The next one to send now. Its line waits for `done`.
  [[nodiscard]] std::optional<Delivery> next(Instant now);
  void done(Instant now, std::uint64_t number, Outcome outcome);
  /// When `next` may have something, if nothing else happens; never() when only `done` can tell.
  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  struct Item {
    Instant since;
    std::string body;
  };
  struct Line {
    std::string url;
    std::deque<Item> items;
    std::uint64_t in_flight = 0;  ///< its number; 0: none
    Instant not_before;
    Duration pause = kFirstPause;
  };
  std::map<std::string, Line> lines_;  // by url and resource
  std::size_t waiting_ = 0;
  std::size_t flying_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace vv::signaling
