#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vv::identity {

/// Logins that ended while tokens made for them have not expired: a token names its login, and is
/// refused here (threat-model R14).
///
/// Not its: the logins themselves (accounts.hpp). Lost in a restart, which leaves a token that was
///          copied before the logout the rest of its quarter of an hour.
/// Bounds:  kKeep, kMaxLogins; past it the oldest is forgotten. Any thread.
class EndedLogins {
 public:
  /// Longer than an app token with its leeway lives, and than a ticket to a room.
  static constexpr Duration kKeep = minutes(17);
  static constexpr std::size_t kMaxLogins = 100'000;

  void add(std::string login, UnixMillis now);
  [[nodiscard]] bool contains(std::string_view login) const;

 private:
  struct Ended {
    std::string login;
    UnixMillis at;
  };
  mutable std::mutex mutex_;
  std::deque<Ended> in_order_;
  std::set<std::string, std::less<>> logins_;
};

}  // namespace vv::identity
