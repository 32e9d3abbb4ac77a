#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "push/endpoint.hpp"

namespace vv::push {

/// One message for one browser.
struct Order {
  std::string device;  ///< which subscription: told back when it is gone
  Endpoint endpoint{};
  ByteVector receiver{};  ///< its `p256dh`
  ByteVector auth{};
  std::string text{};   ///< what its service worker is given; at most kMaxPlain
  std::string topic{};  ///< RFC 8030 §5.4: of one topic a browser is given the newest alone
  bool is_urgent = false;
  Instant until{};  ///< of no use afterwards
};

/// What waits to be handed to push services.
///
/// Bounds:  kMaxWaiting in all, kMaxInFlight at once. A message is given up when its time is over,
///          or when the push service says that it will never take it. A service that asks for
///          patience is left alone, whatever else waits for it.
class PushQueue {
 public:
  static constexpr std::size_t kMaxWaiting = 1'000;
  static constexpr std::size_t kMaxInFlight = 32;
  static constexpr Duration kFirstPause = seconds(1);  ///< doubled after each failure
  static constexpr Duration kLongestPause = minutes(1);

  struct Delivery {
    std::uint64_t number = 0;
    Order order;
  };
  struct Answer {
    std::optional<int> status{};  ///< none: it was not reached
    std::optional<Duration> retry_after{};
  };
  enum class Outcome : std::uint8_t {
    Taken,
    Gone,     ///< the browser has let go of its subscription
    Refused,  ///< the push service will not take this one
    Late,     ///< its time is over
    Again,
  };

  /// An older one for the same device and topic that still waits gives way.
  /// False: there is no room for it.
  bool push(Instant now, Order order);
  /// The next one to hand over now.
  [[nodiscard]] std::optional<Delivery> next(Instant now);
  Outcome done(Instant now, std::uint64_t number, const Answer& answer);
  /// When `next` may have something, if nothing else happens; never() when only `done` can tell.
  [[nodiscard]] Instant next_due() const;
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Item {
    Order order;
    Instant not_before{};
    Duration pause = kFirstPause;
  };
  [[nodiscard]] Instant due_of(const Item& item) const;
  static bool are_same(const Order& a, const Order& b) {
    return a.device == b.device && a.topic == b.topic;
  }

  std::deque<Item> waiting_;
  std::map<std::uint64_t, Item> in_flight_;
  std::map<std::string, Instant> patience_;  // by host, of services that asked for it
  std::uint64_t last_number_ = 0;
};

}  // namespace vv::push
