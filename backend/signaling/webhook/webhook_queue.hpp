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
/// Bounds:  kDepth a line, kMaxWaiting and kMaxBytes in all, kMaxInFlight at once to one receiver;
///          an event is tried at least once, and given up kGiveUp after it happened (threat-model
///          H22), or at once when the receiver refuses it. What is lost is counted.
class WebhookQueue {
 public:
  static constexpr std::size_t kDepth = 200;
  static constexpr std::size_t kMaxWaiting = 10'000;
  static constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;  ///< of bodies
  static constexpr std::size_t kMaxInFlight = 8;
  static constexpr Duration kGiveUp = hours(24);
  static constexpr Duration kFirstPause = milliseconds(500);  ///< doubled after each failure
  static constexpr Duration kLongestPause = minutes(5);

  struct Delivery {
    std::uint64_t number = 0;
    std::string id;  ///< as it was pushed
    std::string url;
    std::string body;
  };
  enum class Outcome : std::uint8_t { Delivered, Refused, Failed };

  /// @param since  when it happened
  /// @return false: there is no room for it
  bool push(Instant since, std::string_view resource, const std::string& url, std::string body,
            std::string id = {});
  /// The next one to send now. Its line waits for `done`.
  [[nodiscard]] std::optional<Delivery> next(Instant now);
  /// @return whether the event is over: taken or given up
  bool done(Instant now, std::uint64_t number, Outcome outcome);
  /// When `next` may have something, if nothing else happens; never() when only `done` can tell.
  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  struct Item {
    Instant since;
    std::string id;
    std::string body;
  };
  struct Line {
    std::string url;
    std::deque<Item> items;
    std::uint64_t in_flight = 0;  ///< its number; 0: none
    Instant not_before;
    Duration pause = kFirstPause;
  };
  [[nodiscard]] bool is_busy(const std::string& url) const;

  std::map<std::string, Line> lines_;          // by url and resource
  std::map<std::string, std::size_t> flying_;  // by url
  std::size_t waiting_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace vv::signaling
