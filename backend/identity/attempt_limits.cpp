#include "identity/attempt_limits.hpp"

#include <algorithm>

namespace vv::identity {

Duration RateWindow::take(const std::string& name, UnixMillis now) {
  if (counts_.size() >= kMaxNames) forget_stale(now);
  Count& count = counts_[name];
  // A clock that went back starts the window afresh, too (F12).
  if (count.tries == 0 || now - count.since >= window_ || now < count.since) count = {now, 0};
  if (count.tries >= limit_) return std::max(milliseconds(1), window_ - (now - count.since));
  ++count.tries;
  return {};
}

void RateWindow::forget_stale(UnixMillis now) {
  std::erase_if(counts_, [&](const auto& entry) { return now - entry.second.since >= window_; });
  // All fresh: a flood of made-up names. Starting over costs us precision, never memory.
  if (counts_.size() >= kMaxNames) counts_.clear();
}

Duration AttemptLimits::delay_after(int failures) {
  if (failures < kFreeFailures) return {};
  const int doublings = std::min(failures - kFreeFailures, 10);
  return std::min(kLongestDelay, seconds(std::int64_t{1} << doublings));
}

Duration AttemptLimits::before_login(const std::string& email, const std::string& address_block,
                                     UnixMillis now) {
  const std::lock_guard lock(mutex_);
  if (!address_block.empty()) {
    const Duration wait = logins_by_block_.take(address_block, now);
    if (wait > Duration()) return wait;
  }
  const auto found = failures_.find(email);
  if (found == failures_.end() || now < found->second.last) return {};
  const Duration wait = delay_after(found->second.count) - (now - found->second.last);
  return std::max(wait, Duration());
}

Duration AttemptLimits::before_signup(const std::string& email, const std::string& address_block,
                                      UnixMillis now) {
  const std::lock_guard lock(mutex_);
  if (!address_block.empty()) {
    const Duration wait = signups_by_block_.take(address_block, now);
    if (wait > Duration()) return wait;
  }
  return signups_by_email_.take(email, now);
}

void AttemptLimits::login_failed(const std::string& email, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= RateWindow::kMaxNames) {
    std::erase_if(failures_,
                  [&](const auto& entry) { return now - entry.second.last >= kLongestDelay; });
    if (failures_.size() >= RateWindow::kMaxNames) failures_.clear();
  }
  Failures& failures = failures_[email];
  if (now - failures.last >= hours(24)) failures.count = 0;
  ++failures.count;
  failures.last = now;
}

void AttemptLimits::login_succeeded(const std::string& email) {
  const std::lock_guard lock(mutex_);
  failures_.erase(email);
}

}  // namespace vv::identity
