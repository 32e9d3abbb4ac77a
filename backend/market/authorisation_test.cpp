#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "market/authorisation.hpp"
#include "market/testing_world.hpp"

// threat-model.md, section 5: every rule of the table, tried as every actor.
namespace vv::market {
namespace {

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) {
    text.replace(at, what.size(), with);
  }
}

std::string verdict_of(const Answer& answer) {
  if (!answer.ok) return answer.code().empty() ? answer.message : answer.code();
  if (answer.value.is_null()) return "null";
  const bool is_list = answer.value.array() != nullptr || answer.value.find("page") != nullptr;
  return is_list && answer.size() == 0 ? "empty" : "ok";
}

/// A demande with two offres on it, and who made them.
struct Deal {
  Deal(World& world, Stage stage, const std::string& who)
      : demandeur(world.add_user(who + "-demandeur")),
        offreur(world.add_user(who + "-offreur")),
        rival(world.add_user(who + "-rival")),
        demande(world.add_demande(demandeur)),
        offre(world.add_offre(offreur, demande)),
        rival_offre(world.add_offre(rival, demande)),
        file(world.add_file(offreur)) {
    if (stage == Stage::Accepted) {
      session = world.move(demandeur, offre, "accepted").text("meetSessionId");
    }
  }
  [[nodiscard]] std::string fill_in(std::string_view given) const {
    std::string args(given);
    replace(args, "{D}", demande);
    replace(args, "{O}", offre);
    replace(args, "{R}", rival_offre);
    replace(args, "{S}", session);
    replace(args, "{F}", file);
    return args;
  }

  std::string demandeur, offreur, rival, demande, offre, rival_offre, file;
  std::string session = "none";
};

constexpr std::array<const char*, 5> kActors = {"anonymous", "other user", "rival", "demandeur",
                                                "offreur"};
constexpr std::size_t kOther = 1;

enum class Objects : std::uint8_t { Own, OfAnotherDeal, Unknown };

std::string try_as(const Rule& rule, std::size_t actor, Objects objects) {
  World world;
  const Deal deal(world, rule.stage, "here");
  std::string args = deal.fill_in(rule.args);
  if (objects == Objects::OfAnotherDeal) {
    args = Deal(world, rule.stage, "there").fill_in(rule.args);
  } else if (objects == Objects::Unknown) {
    args = rule.args;
    for (const auto* name : {"{D}", "{O}", "{R}", "{S}", "{F}"}) replace(args, name, "nothing");
  }
  const std::array<std::string, 5> actors = {"", world.add_user("other"), deal.rival,
                                             deal.demandeur, deal.offreur};
  const std::string function(rule.function);
  const reactive::Function* found = world.engine->registry().find(function);
  if (found == nullptr) return "no such function";
  switch (found->kind) {
    case reactive::FunctionKind::Query:
      return verdict_of(world.query(actors[actor], function, args));
    case reactive::FunctionKind::Mutation:
      return verdict_of(world.mutate(actors[actor], function, args));
    case reactive::FunctionKind::Action:
      return verdict_of(world.act(actors[actor], function, args));
  }
  return "";
}

std::string told(const Rule& rule, std::size_t actor) {
  return std::string(rule.function) + " " + std::string(rule.args) + " as " + kActors[actor] +
         (rule.stage == Stage::Open ? ", open" : ", accepted");
}

bool names_an_object(const Rule& rule) {
  constexpr std::array<std::string_view, 5> kNames = {"{D}", "{O}", "{R}", "{S}", "{F}"};
  return std::ranges::any_of(kNames, [&rule](std::string_view name) {
    return rule.args.find(name) != std::string_view::npos;
  });
}

// covers H17
TEST(Authorisation, GivesEachActorWhatTheTableSays) {
  for (const Rule& rule : kRules) {
    for (std::size_t actor = 0; actor < kActors.size(); ++actor) {
      EXPECT_EQ(try_as(rule, actor, Objects::Own), rule.verdicts[actor]) << told(rule, actor);
    }
  }
}

// covers H17: whoever one is in a deal of one's own, in another's one is another user
TEST(Authorisation, GivesNobodyMoreThanAnotherUserOverTheObjectsOfAnotherDeal) {
  for (const Rule& rule : kRules) {
    if (!names_an_object(rule)) continue;
    for (std::size_t actor = kOther + 1; actor < kActors.size(); ++actor) {
      EXPECT_EQ(try_as(rule, actor, Objects::OfAnotherDeal), rule.verdicts[kOther])
          << told(rule, actor);
    }
  }
}

// covers H17: where the table says not_found or null, an object that is there looks like one that
// is not
TEST(Authorisation, ShowsStrangersNoDifferenceToWhatDoesNotExist) {
  for (const Rule& rule : kRules) {
    const std::string_view said = rule.verdicts[kOther];
    const bool hidden = said == "not_found" || (said == "null" && names_an_object(rule));
    if (!hidden) continue;
    EXPECT_EQ(try_as(rule, kOther, Objects::Unknown), said) << told(rule, kOther);
  }
}

// That no function lacks its rules is seen to by the compiler; this, that no rule lacks its
// function and none came in by another door.
TEST(Authorisation, RulesTheFunctionsThatThereAreAndNoOthers) {
  const World world;
  std::set<std::string> ruled;
  for (const Rule& rule : kRules) ruled.emplace(rule.function);
  std::set<std::string> registered;
  for (const auto& [name, function] : world.engine->registry().functions()) registered.insert(name);
  EXPECT_EQ(ruled, registered);
}

}  // namespace
}  // namespace vv::market
