#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "rtc/transport_address.hpp"

namespace vv::testing {

/// What happens to datagrams on their way to one address.
struct LinkConditions {
  Duration delay = milliseconds(10);
  Duration jitter{};  ///< added evenly; more than the gap between packets reorders them
  int loss_permille = 0;
  /// Mean length of a run of losses, in packets (Gilbert's model); 1: each for itself.
  int loss_burst = 1;
  int duplicate_permille = 0;
  std::int64_t bits_per_second = 0;  ///< 0: no limit
  std::size_t queue_bytes = 50'000;  ///< what waits for its turn when there is a limit
};

struct Delivery {
  rtc::TransportAddress from;
  rtc::TransportAddress to;
  ByteVector bytes;
};

/// A network on virtual time: the same seed and the same datagrams give the same arrivals.
///
/// Owns:    what is in flight.
/// Not its: time (the caller's loop moves it), NAT (an endpoint that moves just sends from
/// elsewhere).
class VirtualNetwork {
 public:
  explicit VirtualNetwork(std::uint64_t seed) : random_(seed) {}

  void set_default(const LinkConditions& conditions) { default_.conditions = conditions; }
  /// For everything that goes to `to`.
  void set_link(const rtc::TransportAddress& to, const LinkConditions& conditions);
  /// For everything that comes from `from`; what goes to an address with conditions of its own
  /// meets these first and those not.
  void set_uplink(const rtc::TransportAddress& from, const LinkConditions& conditions);
  /// A NAT on the way: what `inside` sends seems to come from `outside`, and what is sent there
  /// reaches it. Called again it is a rebind, after which the old `outside` leads nowhere.
  void set_nat(const rtc::TransportAddress& inside, const rtc::TransportAddress& outside);
  /// Nothing reaches `address` and nothing it sends arrives, until told otherwise.
  void set_unplugged(const rtc::TransportAddress& address, bool unplugged);

  void send(Instant now, const rtc::TransportAddress& from, const rtc::TransportAddress& to,
            Bytes bytes);
  /// never() when nothing is in flight.
  [[nodiscard]] Instant next_arrival() const;
  /// What has arrived by `now`, one at a time, in order of arrival.
  [[nodiscard]] std::optional<Delivery> poll(Instant now);

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  struct Flight {
    Instant arrival;
    std::uint64_t order;  // equal arrivals keep the order of sending
    Delivery delivery;
    bool operator<(const Flight& other) const {  // std::priority_queue has the largest on top
      return arrival != other.arrival ? arrival > other.arrival : order > other.order;
    }
  };
  struct Link {
    LinkConditions conditions;
    Instant busy_until;
    bool is_losing = false;  ///< amid a run of losses
  };
  [[nodiscard]] Link& link_of(const rtc::TransportAddress& from, const rtc::TransportAddress& to);
  [[nodiscard]] bool loses(Link& link);
  void launch(Instant leaves, const LinkConditions& conditions, Delivery delivery);
  [[nodiscard]] bool happens(int permille) {
    return permille > 0 && random_.below(1000) < static_cast<std::uint64_t>(permille);
  }

  SeededRandom random_;
  Link default_;
  std::map<rtc::TransportAddress, Link> links_;    ///< by receiver
  std::map<rtc::TransportAddress, Link> uplinks_;  ///< by sender
  std::map<rtc::TransportAddress, bool> unplugged_;
  std::map<rtc::TransportAddress, rtc::TransportAddress> seen_as_;   ///< by inside
  std::map<rtc::TransportAddress, rtc::TransportAddress> leads_to_;  ///< by outside
  std::priority_queue<Flight> in_flight_;
  std::uint64_t order_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace vv::testing
