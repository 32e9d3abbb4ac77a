#include "identity/user.hpp"

#include "store/writer.hpp"

namespace vv::identity {

void declare_schema(store::Schema& schema) {
  schema.add(store::table<User>("users").unique("by_email", &User::email));
  schema.add(store::table<Login>("logins")
                 .index("by_user", &Login::user_id)
                 .index("by_expiry", &Login::expires_at));
  schema.add(store::table<EndedLogin>("endedLogins"));
}

Result<std::size_t> purge_logins(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<Login> old,
                      db.query<Login>("by_expiry").below(before).take(limit));
  for (const Login& login : old) VV_TRY(db.remove(login.id));
  return old.size();
}

Result<std::size_t> purge_ended_logins(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<EndedLogin> old,
                      db.query<EndedLogin>().below(static_cast<double>(before.value)).take(limit));
  for (const EndedLogin& ended : old) VV_TRY(db.remove(ended.id));
  return old.size();
}

}  // namespace vv::identity
