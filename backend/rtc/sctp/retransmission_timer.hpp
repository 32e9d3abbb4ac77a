#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace vv::rtc::sctp {

/// One restartable timer with the backoff and smoothing of RFC 9260 §6.3.
class RetransmissionTimer {
 public:
  // Tuned: peers delay acknowledgements by up to 200 ms; the RFC's 1 s minimum is made for bulk
  // data.
  static constexpr Duration kInitial = milliseconds(500);
  static constexpr Duration kMin = milliseconds(300);
  static constexpr Duration kMax = seconds(10);

  [[nodiscard]] Instant deadline() const { return deadline_; }
  [[nodiscard]] bool is_running() const { return !deadline_.is_never(); }
  [[nodiscard]] bool is_due(Instant now) const { return now >= deadline_; }
  void start(Instant now) { deadline_ = now + timeout_; }
  void stop() { deadline_ = Instant::never(); }
  void back_off() { timeout_ = std::min(timeout_ * 2, kMax); }
  [[nodiscard]] Duration timeout() const { return timeout_; }

  void on_round_trip(Duration rtt) {
    if (!measured_) {
      smoothed_ = rtt;
      variation_ = rtt / 2;
      measured_ = true;
    } else {
      const Duration error = smoothed_ > rtt ? smoothed_ - rtt : rtt - smoothed_;
      variation_ = (variation_ * 3 + error) / 4;
      smoothed_ = (smoothed_ * 7 + rtt) / 8;
    }
    timeout_ = std::clamp(smoothed_ + variation_ * 4, kMin, kMax);
  }

 private:
  Instant deadline_ = Instant::never();
  Duration timeout_ = kInitial;
  Duration smoothed_;
  Duration variation_;
  bool measured_ = false;
};

}  // namespace vv::rtc::sctp
