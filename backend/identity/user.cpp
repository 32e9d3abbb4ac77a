#include "identity/user.hpp"

namespace vv::identity {

void declare_schema(store::Schema& schema) {
  schema.add(store::table<User>("users").unique("by_email", &User::email));
  schema.add(store::table<Login>("logins").index("by_user", &Login::user_id));
}

}  // namespace vv::identity
