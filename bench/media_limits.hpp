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
  /// The same in bursts of 8 a subscriber, one GSO message each.
  [[nodiscard]] Duration bursts_of_8(std::size_t packets);
  /// Whether the kernel splits those messages before the receivers, as for a wire without GSO of
  /// its own (L8s), or hands them over whole (L8).
  void split(bool on);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Receivers that cost their sender no wake-up: a classic BPF filter drops everything at the
/// socket.
void drop_everything(int fd);
/// A receiver with UDP_GRO takes a GSO message whole; for one without the kernel splits it.
void take_whole(int fd, bool on);
/// CPU time of the calling thread so far.
[[nodiscard]] Duration thread_cpu_time();

}  // namespace vv::bench
