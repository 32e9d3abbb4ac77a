#include "identity/ended_logins.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "identity/user.hpp"
#include "store/store.hpp"

namespace vv::identity {

Status EndedLogins::load(store::Store& store) {
  constexpr std::size_t kPage = 10'000;  // well inside a query's budget
  std::vector<EndedLogin> found;
  double after = 0;
  do {
    VV_TRY(store.read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<EndedLogin>().above(after).take(kPage));
      return {};
    }));
    for (EndedLogin& ended : found) {
      after = ended.creation_time;
      add(std::move(ended.login), UnixMillis{static_cast<std::int64_t>(after)});
    }
  } while (found.size() == kPage);
  return {};
}

void EndedLogins::add(std::string login, UnixMillis now) {
  const std::lock_guard lock(mutex_);
  while (!in_order_.empty() &&
         (now - in_order_.front().at > kKeep || in_order_.size() >= kMaxLogins)) {
    logins_.erase(in_order_.front().login);
    in_order_.pop_front();
  }
  if (logins_.insert(login).second) in_order_.push_back({std::move(login), now});
}

bool EndedLogins::contains(std::string_view login) const {
  const std::lock_guard lock(mutex_);
  return logins_.contains(login);
}

}  // namespace vv::identity
