#include "server/demo.hpp"

#include <array>
#include <optional>

#include "base/clock.hpp"
#include "identity/password_hasher.hpp"
#include "identity/user.hpp"
#include "market/market.hpp"
#include "reactive/context.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

using identity::User;

constexpr std::string_view kPassword = "visavis-demo";
struct Person {
  std::string_view email;
  std::string_view name;
};
constexpr std::array<Person, 2> kPeople = {
    {{"amina@example.org", "Amina"}, {"bruno@example.org", "Bruno"}}};

Result<Id<User>> find_or_add(store::Writer& db, const Person& person, const std::string& hash) {
  VV_ASSIGN_OR_RETURN(const std::optional<User> found,
                      db.query<User>("by_email").eq(std::string(person.email)).unique());
  if (found) return found->id;
  return db.insert(User{.id = {},
                        .email = std::string(person.email),
                        .name = std::string(person.name),
                        .locale = "fr",
                        .avatar_storage_id = {},
                        .password_hash = hash});
}

}  // namespace

Status add_demo(store::Store& store, Random& random) {
  const std::string hash = identity::PasswordHasher::hash(kPassword);
  const auto commit = store.write_and_wait([&](store::Writer& db) -> Status {
    VV_ASSIGN_OR_RETURN(const Id<User> amina, find_or_add(db, kPeople[0], hash));
    VV_TRY(find_or_add(db, kPeople[1], hash));
    reactive::MutationContext context(db,
                                      {.identity = nullptr, .now = wall_now(), .random = &random});
    return market::add_demo_demande(context, amina);
  });
  if (!commit) return commit.error();
  return {};
}

}  // namespace vv::server
