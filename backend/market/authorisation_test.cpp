#include <gtest/gtest.h>

#include <map>
#include <set>

#include "market/testing_world.hpp"

// threat-model.md, section 5: every function, every actor. A function that is missing here fails.
namespace vv::market {
namespace {

/// What an actor gets: "ok", "null" (an answer that tells nothing), "empty", or an error's code.
using Verdict = std::string;

struct Case {
  std::string function;
  /// On which stage the objects stand: an open demande with a pending offre, or an accepted one.
  enum class Stage : std::uint8_t { Open, Accepted } stage = Stage::Open;
  std::string args;  // {D}emande, {O}ffre, {S}ession are replaced
  // anonymous, other user, rival (an offre of their own, not accepted), demandeur, offreur
  std::array<Verdict, 5> verdicts;
};

constexpr auto kOpen = Case::Stage::Open;
constexpr auto kAccepted = Case::Stage::Accepted;
const std::string kPage = R"({"paginationOpts":{"numItems":5,"cursor":null}})";
const std::string kNew = R"({"titre":"x","description":"","prix":1,"devise":"EUR"})";
const std::string kDemande = R"({"demandeId":"{D}"})";
const std::string kSession = R"({"sessionId":"{S}"})";
const std::string kOffre = R"({"offreId":"{O}"})";
const std::string kOffer = R"({"demandeId":"{D}","prixPropose":1,"message":""})";

const std::string kOffreMessages =
    R"({"offreId":"{O}","paginationOpts":{"numItems":5,"cursor":null}})";
const std::string kSessionMessages =
    R"({"sessionId":"{S}","paginationOpts":{"numItems":5,"cursor":null}})";

std::string moving(const std::string& status) {
  return R"({"offreId":"{O}","status":")" + status + "\"}";
}

const std::vector<Case>& table() {
  static const std::vector<Case> cases = {
      // clang-format off
      {"users:me", kOpen, "{}", {"null", "ok", "ok", "ok", "ok"}},
      {"users:update", kOpen, R"({"name":"x"})", {"unauthenticated", "null", "null", "null", "null"}},
      {"demandes:create", kOpen, kNew, {"unauthenticated", "ok", "ok", "ok", "ok"}},
      {"demandes:list", kOpen, kPage, {"ok", "ok", "ok", "ok", "ok"}},
      {"demandes:list", kAccepted, kPage, {"empty", "empty", "empty", "empty", "empty"}},
      {"demandes:get", kOpen, kDemande, {"ok", "ok", "ok", "ok", "ok"}},
      {"demandes:get", kAccepted, kDemande, {"null", "ok", "ok", "ok", "ok"}},
      {"demandes:mine", kOpen, kPage, {"unauthenticated", "empty", "empty", "ok", "empty"}},
      {"demandes:cancel", kOpen, kDemande, {"unauthenticated", "forbidden", "forbidden", "null", "forbidden"}},
      {"demandes:cancel", kAccepted, kDemande, {"unauthenticated", "forbidden", "forbidden", "conflict", "forbidden"}},
      {"offres:create", kOpen, kOffer, {"unauthenticated", "ok", "conflict", "forbidden", "conflict"}},
      {"offres:create", kAccepted, kOffer, {"unauthenticated", "conflict", "conflict", "forbidden", "conflict"}},
      {"offres:listForDemande", kOpen, kDemande, {"unauthenticated", "empty", "ok", "ok", "ok"}},
      {"offres:listForDemande", kAccepted, kDemande, {"unauthenticated", "empty", "ok", "ok", "ok"}},
      {"offres:received", kOpen, kPage, {"unauthenticated", "empty", "empty", "ok", "empty"}},
      {"offres:sent", kOpen, kPage, {"unauthenticated", "empty", "ok", "empty", "ok"}},
      {"offres:updateOffreStatus", kOpen, moving("accepted"), {"unauthenticated", "not_found", "not_found", "ok", "forbidden"}},
      {"offres:updateOffreStatus", kOpen, moving("rejected"), {"unauthenticated", "not_found", "not_found", "null", "forbidden"}},
      {"offres:updateOffreStatus", kOpen, moving("withdrawn"), {"unauthenticated", "not_found", "not_found", "forbidden", "null"}},
      {"offres:updateOffreStatus", kAccepted, moving("withdrawn"), {"unauthenticated", "not_found", "not_found", "forbidden", "conflict"}},
      {"offres:updateOffreStatus", kAccepted, moving("rejected"), {"unauthenticated", "not_found", "not_found", "conflict", "forbidden"}},
      {"meetSessions:getUserActiveMeetSessions", kAccepted, "{}", {"unauthenticated", "empty", "empty", "ok", "ok"}},
      {"meetSessions:getMeetSession", kAccepted, kSession, {"unauthenticated", "null", "null", "ok", "ok"}},
      {"meetSessions:history", kAccepted, kPage, {"unauthenticated", "empty", "empty", "empty", "empty"}},
      {"meetSessions:endMeetSession", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:cancel", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:start", kOpen, kOffre, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"meetSessions:start", kAccepted, kOffre, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"messages:list", kOpen, kOffreMessages, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"messages:list", kAccepted, kOffreMessages, {"unauthenticated", "not_found", "not_found", "empty", "empty"}},
      {"messages:list", kAccepted, kSessionMessages, {"unauthenticated", "not_found", "not_found", "empty", "empty"}},
      {"messages:send", kOpen, R"({"offreId":"{O}","texte":"x"})", {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"messages:send", kAccepted, R"({"offreId":"{O}","texte":"x"})", {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"messages:send", kAccepted, R"({"sessionId":"{S}","texte":"x"})", {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"files:generateUploadUrl", kOpen, "{}", {"unauthenticated", "ok", "ok", "ok", "ok"}},
      {"video:join", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      // clang-format on
  };
  return cases;
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what)) {
    text.replace(at, what.size(), with);
  }
}

Verdict verdict_of(const Answer& answer) {
  if (!answer.ok) return answer.code().empty() ? answer.message : answer.code();
  if (answer.value.is_null()) return "null";
  const bool is_list = answer.value.array() != nullptr || answer.value.find("page") != nullptr;
  return is_list && answer.size() == 0 ? "empty" : "ok";
}

Verdict try_as(const Case& each, std::size_t actor, bool unknown_objects) {
  World world;
  const std::string amina = world.add_user("demandeur");
  const std::string bruno = world.add_user("offreur");
  const std::string rival = world.add_user("rival");
  const std::string other = world.add_user("other");
  const std::string demande = world.add_demande(amina);
  const std::string offre = world.add_offre(bruno, demande);
  world.add_offre(rival, demande);
  std::string session = "none";
  if (each.stage == kAccepted) session = world.move(amina, offre, "accepted").text("meetSessionId");
  std::string args = each.args;
  replace(args, "{D}", unknown_objects ? "nothing" : demande);
  replace(args, "{O}", unknown_objects ? "nothing" : offre);
  replace(args, "{S}", unknown_objects ? "nothing" : session);

  const std::array<std::string, 5> actors = {"", other, rival, amina, bruno};
  const reactive::Function* function = world.engine->registry().find(each.function);
  if (function == nullptr) return "no such function";
  switch (function->kind) {
    case reactive::FunctionKind::Query:
      return verdict_of(world.query(actors[actor], each.function, args));
    case reactive::FunctionKind::Mutation:
      return verdict_of(world.mutate(actors[actor], each.function, args));
    case reactive::FunctionKind::Action:
      return verdict_of(world.act(actors[actor], each.function, args));
  }
  return "";
}

constexpr std::array<const char*, 5> kActors = {"anonymous", "other user", "rival", "demandeur",
                                                "offreur"};

// covers H17
TEST(Authorisation, GivesEachActorWhatTheTableSays) {
  for (const Case& each : table()) {
    for (std::size_t actor = 0; actor < kActors.size(); ++actor) {
      EXPECT_EQ(try_as(each, actor, false), each.verdicts[actor])
          << each.function << " " << each.args << " as " << kActors[actor]
          << (each.stage == kOpen ? ", open" : ", accepted");
    }
  }
}

// covers H17: where the table says not_found or null, an object that is there looks like one that
// is not
TEST(Authorisation, ShowsStrangersNoDifferenceToWhatDoesNotExist) {
  constexpr std::size_t kOther = 1;
  for (const Case& each : table()) {
    const Verdict& said = each.verdicts[kOther];
    const bool hidden = said == "not_found" || (said == "null" && each.args != "{}");
    if (!hidden) continue;
    EXPECT_EQ(try_as(each, kOther, true), said) << each.function;
  }
}

TEST(Authorisation, HasALineForEveryFunction) {
  World world;
  std::set<std::string> covered;
  for (const Case& each : table()) covered.insert(each.function);
  for (const auto& [name, function] : world.engine->registry().functions()) {
    EXPECT_TRUE(covered.contains(name)) << name;
  }
}

}  // namespace
}  // namespace vv::market
