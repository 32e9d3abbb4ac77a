#include "market/users.hpp"

#include "market/files.hpp"
#include "market/see.hpp"
#include "market/text.hpp"

namespace vv::market {

Result<reactive::Nullable<Me>> me(reactive::QueryContext& ctx, const reactive::NoArgs&,
                                  const FileLinks& links) {
  const std::optional<std::string> caller = ctx.caller_if_any();
  if (!caller) return reactive::Nullable<Me>{};
  VV_ASSIGN_OR_RETURN(const std::optional<User> user, ctx.db.find(UserId(*caller)));
  if (!user) return reactive::Nullable<Me>{};
  Viewer viewer(ctx, links);
  VV_ASSIGN_OR_RETURN(Nullable<std::string> avatar, viewer.avatar_of(*user));
  return reactive::Nullable<Me>{Me{.id = user->id,
                                   .name = user->name,
                                   .email = user->email,
                                   .locale = user->locale,
                                   .avatar_url = std::move(avatar)}};
}

Status update_user(reactive::MutationContext& ctx, const UpdateUserArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(User user, ctx.db.get(caller));
  if (args.name) {
    VV_ASSIGN_OR_RETURN(user.name, title(*args.name, "name"));
  }
  if (args.locale) {
    if (*args.locale != "fr" && *args.locale != "en") return invalid("fr or en", "locale");
    user.locale = *args.locale;
  }
  if (args.avatar_storage_id) {
    VV_TRY(change_avatar(ctx.db, user, *args.avatar_storage_id));
  }
  return ctx.db.replace(user);
}

}  // namespace vv::market
