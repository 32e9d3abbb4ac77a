#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::store {
class Store;
}

namespace vv::identity {

/// Logins that ended while tokens made for them have not expired: a token names its login, and is
/// refused here (threat-model R14).
///
/// In memory, since every call asks; the rows from which a new process reads them are written in
/// the transaction that ends the login.
///
/// Not its: the logins themselves, and those rows (accounts.hpp).
/// Bounds:  kKeep, kMaxLogins; past it the oldest is forgotten. Any thread.
class EndedLogins {
 public:
  /// Longer than an app token with its leeway lives, and than a ticket to a room.
  static constexpr Duration kKeep = minutes(17);
  static constexpr std::size_t kMaxLogins = 100'000;

  /// What earlier processes have ended. Before the first call is answered.
  [[nodiscard]] Status load(store::Store& store);
  /// The same for what other processes have ended since. @return those not known until now
  [[nodiscard]] Result<std::vector<std::string>> refresh(store::Store& store);
  /// @return whether it was not known
  bool add(std::string login, UnixMillis now);
  [[nodiscard]] bool contains(std::string_view login) const;

 private:
  struct Ended {
    std::string login;
    UnixMillis at;
  };
  std::mutex loading_;
  double read_until_ = 0;  // creation times of the rows seen
  mutable std::mutex mutex_;
  std::deque<Ended> in_order_;
  std::set<std::string, std::less<>> logins_;
};

}  // namespace vv::identity
