#pragma once

#include <map>
#include <string>

#include "base/time.hpp"

namespace vv::reactive {

/// A token bucket a caller: `rate` a second, `burst` at once (threat-model, section 4).
class RateLimiter {
 public:
  RateLimiter(double rate, double burst) : rate_(rate), burst_(burst) {}

  /// Whether one more is allowed now.
  [[nodiscard]] bool allow(Instant now, const std::string& caller) {
    auto [entry, fresh] = buckets_.try_emplace(caller, Bucket{burst_, now});
    Bucket& bucket = entry->second;
    bucket.tokens += (now - bucket.filled).as_seconds() * rate_;
    if (bucket.tokens > burst_) bucket.tokens = burst_;
    bucket.filled = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /// Forgets who has been idle until their bucket filled up again.
  void forget_idle(Instant now) {
    std::erase_if(buckets_, [&](const auto& entry) {
      return entry.second.tokens + (now - entry.second.filled).as_seconds() * rate_ >= burst_;
    });
  }

 private:
  struct Bucket {
    double tokens = 0;
    Instant filled;
  };
  double rate_;
  double burst_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace vv::reactive
