#include "identity/ended_logins.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "identity/user.hpp"
#include "store/store.hpp"

namespace vv::identity {

Status EndedLogins::load(store::Store& store) {
  VV_ASSIGN_OR_RETURN(const std::vector<std::string> known, refresh(store));
  static_cast<void>(known);
  return {};
}

Result<std::vector<std::string>> EndedLogins::refresh(store::Store& store) {
  constexpr std::size_t kPage = 10'000;  // well inside a query's budget
  // Clocks of two servers may differ, so that the later commit has the earlier time.
  constexpr double kOverlap = 60'000;  // milliseconds
  const std::lock_guard loading(loading_);
  std::vector<std::string> learnt;
  std::vector<EndedLogin> found;
  double after = read_until_ - kOverlap;
  do {
    VV_TRY(store.read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<EndedLogin>().above(after).take(kPage));
      return {};
    }));
    for (const EndedLogin& ended : found) {
      after = ended.creation_time;
      if (add(ended.login, UnixMillis{static_cast<std::int64_t>(after)})) {
        learnt.push_back(ended.login);
      }
    }
  } while (found.size() == kPage);
  read_until_ = std::max(read_until_, after);
  return learnt;
}

bool EndedLogins::add(std::string login, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  while (!in_order_.empty() &&
         (now - in_order_.front().at > kKeep || in_order_.size() >= kMaxLogins)) {
    logins_.erase(in_order_.front().login);
    in_order_.pop_front();
  }
  if (!logins_.insert(login).second) return false;
  in_order_.push_back({std::move(login), now});
  return true;
}

bool EndedLogins::contains(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  return logins_.contains(login);
}

}  // namespace vv::identity
