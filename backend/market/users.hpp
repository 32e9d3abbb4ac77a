#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "market/see.hpp"
#include "reactive/context.hpp"
#include "reactive/types.hpp"

namespace vv::market {

struct Me {
  UserId id;
  std::string name;
  std::string email;
  std::string locale;
  reactive::Nullable<std::string> avatar_url;
};
BOOST_DESCRIBE_STRUCT(Me, (), (id, name, email, locale, avatar_url))

/// `users:me`: who is signed in, or null. Public.
[[nodiscard]] Result<reactive::Nullable<Me>> me(reactive::QueryContext& ctx,
                                                const reactive::NoArgs& args,
                                                const FileLinks& links);

struct UpdateUserArgs {
  std::optional<std::string> name;
  std::optional<std::string> locale;
  std::optional<FileId> avatar_storage_id;
};
BOOST_DESCRIBE_STRUCT(UpdateUserArgs, (), (name, locale, avatar_storage_id))

/// `users:update`: changes what is given of the caller's own profile.
/// refuses: invalid name or locale, or a picture that is none or too large; not_found when the file
///          is not the caller's own; conflict when it is used already
[[nodiscard]] Status update_user(reactive::MutationContext& ctx, const UpdateUserArgs& args);

}  // namespace vv::market
