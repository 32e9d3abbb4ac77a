#pragma once

#include <cstddef>
#include <memory>

#include "base/time.hpp"

namespace vv::bench {

/// The limit loops of performance.md section 1: forwarding with nothing but crypto, a header and
/// system calls, to receivers that drop in a socket filter.
class MediaLimits {
 public:
  explicit MediaLimits(std::size_t subscribers);
  ~MediaLimits();

  /// CPU time a forwarded packet when packets come one by one: each encrypted for everyone by
  /// AES-GCM, one message each, sendmmsg.
  [[nodiscard]] Duration one_by_one(std::size_t packets);
  /// The same in bursts of 8 a subscriber, one GSO message each, which the kernel splits.
  [[nodiscard]] Duration bursts_of_8(std::size_t packets);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Receivers that cost their sender no wake-up: a classic BPF filter drops everything at the
/// socket.
void drop_everything(int fd);
/// CPU time of the calling thread so far.
[[nodiscard]] Duration thread_cpu_time();

}  // namespace vv::bench
