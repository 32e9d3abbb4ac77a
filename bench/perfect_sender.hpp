#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "net/endpoint.hpp"

namespace vv::bench {

/// The limit for delay: a thread that reads a datagram, encrypts it for everyone, and sends them
/// all with one `sendmmsg`; no rooms, no choices, no state. What it sends begins with kHeader bytes
/// in the clear, the datagram's own first ones among them.
class PerfectSender {
 public:
  static constexpr std::size_t kHeader = 28;
  static constexpr std::size_t kStamp = 12;  ///< where the first kStampBytes of the datagram stand
  static constexpr std::size_t kStampBytes = 8;

  /// @param cpu  where its thread runs
  PerfectSender(std::vector<net::Endpoint> receivers, int cpu);
  ~PerfectSender();
  PerfectSender(const PerfectSender&) = delete;
  PerfectSender& operator=(const PerfectSender&) = delete;

  [[nodiscard]] const net::Endpoint& address() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vv::bench
