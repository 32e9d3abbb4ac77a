#include "identity/ended_logins.hpp"

#include <utility>

namespace vv::identity {

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
