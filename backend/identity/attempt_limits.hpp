#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/time.hpp"

namespace vv::identity {

/// How often something was tried under one name, in windows of fixed length.
///
/// Bounds: kMaxNames names; past that the stalest windows are forgotten first.
class RateWindow {
 public:
  static constexpr std::size_t kMaxNames = 100'000;

  RateWindow(int limit, Duration window) : limit_(limit), window_(window) {}

  /// Counts one try. @return how long to wait when it is one too many, else zero
  [[nodiscard]] Duration take(const std::string& name, UnixMillis now);

 private:
  struct Count {
    UnixMillis since;
    int tries = 0;
  };
  void forget_stale(UnixMillis now);

  int limit_;
  Duration window_;
  std::map<std::string, Count> counts_;
};

/// The delays of threat-model H14: per account a growing one after 5 failures, never a lock-out;
/// per address block 60 logins a minute and 30 signups an hour; 3 signups an hour an e-mail.
/// Any thread.
class AttemptLimits {
 public:
  /// @param address_block  empty: not limited by address (loopback)
  [[nodiscard]] Duration before_login(const std::string& email, const std::string& address_block,
                                      UnixMillis now);
  [[nodiscard]] Duration before_signup(const std::string& email, const std::string& address_block,
                                       UnixMillis now);
  void login_failed(const std::string& email, UnixMillis now);
  void login_succeeded(const std::string& email);

 private:
  static constexpr int kFreeFailures = 5;
  static constexpr Duration kLongestDelay = minutes(15);
  struct Failures {
    int count = 0;
    UnixMillis last;
  };
  static Duration delay_after(int failures);

  std::mutex mutex_;  // logins start on the front loop and fail on a hashing thread
  std::map<std::string, Failures> failures_;
  RateWindow logins_by_block_{60, minutes(1)};
  RateWindow signups_by_block_{30, hours(1)};
  RateWindow signups_by_email_{3, hours(1)};
};

}  // namespace vv::identity
