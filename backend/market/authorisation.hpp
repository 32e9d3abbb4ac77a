#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "reactive/registry.hpp"

/// Who may do what (threat-model.md, section 5): one table, function × actor, that compiles into
/// nothing. A function without its rows cannot be registered, and `authorisation_test.cpp` tries
/// every row as every actor, on the objects of this deal and on those of another.
namespace vv::market {

enum class Stage : std::uint8_t { Open, Accepted };

/// One call, as each actor of a deal makes it.
struct Rule {
  std::string_view function;
  /// Whether the demande stands open with pending offres, or one of them is accepted.
  Stage stage;
  /// {D}emande, {O}ffre, {S}ession of the deal; the {R}ival's offre; a {F}ile of the offreur's.
  std::string_view args;
  /// anonymous, another user, rival (whose own offre is not accepted), demandeur, offreur: "ok",
  /// "null" (an answer that tells nothing), "empty" (a list without rows), or an error's code.
  std::array<std::string_view, 5> verdicts;
};

namespace detail {

constexpr auto kOpen = Stage::Open;
constexpr auto kAccepted = Stage::Accepted;
constexpr std::string_view kPage = R"({"paginationOpts":{"numItems":5,"cursor":null}})";
constexpr std::string_view kNew = R"({"titre":"x","description":"","prix":1,"devise":"EUR"})";
constexpr std::string_view kDemande = R"({"demandeId":"{D}"})";
constexpr std::string_view kSession = R"({"sessionId":"{S}"})";
constexpr std::string_view kShown = R"({"sessionId":"{S}","device":"phone","sign":"rings"})";
constexpr std::string_view kOffre = R"({"offreId":"{O}"})";
constexpr std::string_view kOffer = R"({"demandeId":"{D}","prixPropose":1,"message":""})";
constexpr std::string_view kAccept = R"({"offreId":"{O}","status":"accepted"})";
constexpr std::string_view kReject = R"({"offreId":"{O}","status":"rejected"})";
constexpr std::string_view kWithdraw = R"({"offreId":"{O}","status":"withdrawn"})";
constexpr std::string_view kRivalWithdraw = R"({"offreId":"{R}","status":"withdrawn"})";
constexpr std::string_view kOffreMessages =
    R"({"offreId":"{O}","paginationOpts":{"numItems":5,"cursor":null}})";
constexpr std::string_view kRivalMessages =
    R"({"offreId":"{R}","paginationOpts":{"numItems":5,"cursor":null}})";
constexpr std::string_view kSessionMessages =
    R"({"sessionId":"{S}","paginationOpts":{"numItems":5,"cursor":null}})";
constexpr std::string_view kOffreText = R"({"offreId":"{O}","texte":"x"})";
constexpr std::string_view kRivalText = R"({"offreId":"{R}","texte":"x"})";
constexpr std::string_view kSessionText = R"({"sessionId":"{S}","texte":"x"})";
constexpr std::string_view kOffreFile = R"({"offreId":"{O}","storageId":"{F}"})";
constexpr std::string_view kOutcome = R"({"sessionId":"{S}","outcome":"agreed"})";
constexpr std::string_view kRating = R"({"sessionId":"{S}","sound":5})";
constexpr std::string_view kMeasured =
    R"({"sessionId":"{S}","measuredMs":1000,"lossSent":0,"lossReceived":0,"rttMs":1,"pauses":0,"pausedMs":0})";
constexpr std::string_view kDevice =
    R"({"endpoint":"https://push.example/x","p256dh":"key","auth":"auth","device":"phone"})";
constexpr std::string_view kEndpoint = R"({"endpoint":"https://push.example/x"})";
constexpr std::string_view kReceipt = R"({"ring":"x","receipt":"e=9&p=x&s=x"})";
constexpr std::string_view kPicture = R"({"avatarStorageId":"{F}"})";

}  // namespace detail

inline constexpr auto kRules = [] {
  using namespace detail;  // NOLINT(google-build-using-namespace): the table's own words
  return std::to_array<Rule>({
      // clang-format off
      {"users:me", kOpen, "{}", {"null", "ok", "ok", "ok", "ok"}},
      {"users:update", kOpen, R"({"name":"x"})", {"unauthenticated", "null", "null", "null", "null"}},
      {"users:update", kOpen, kPicture, {"unauthenticated", "not_found", "not_found", "not_found", "null"}},
      {"users:generateExportUrl", kOpen, "{}", {"unauthenticated", "ok", "ok", "ok", "ok"}},
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
      {"offres:updateOffreStatus", kOpen, kAccept, {"unauthenticated", "not_found", "not_found", "ok", "forbidden"}},
      {"offres:updateOffreStatus", kOpen, kReject, {"unauthenticated", "not_found", "not_found", "null", "forbidden"}},
      {"offres:updateOffreStatus", kOpen, kWithdraw, {"unauthenticated", "not_found", "not_found", "forbidden", "null"}},
      {"offres:updateOffreStatus", kOpen, kRivalWithdraw, {"unauthenticated", "not_found", "null", "forbidden", "not_found"}},
      {"offres:updateOffreStatus", kAccepted, kWithdraw, {"unauthenticated", "not_found", "not_found", "forbidden", "conflict"}},
      {"offres:updateOffreStatus", kAccepted, kReject, {"unauthenticated", "not_found", "not_found", "conflict", "forbidden"}},
      {"meetSessions:getUserActiveMeetSessions", kAccepted, "{}", {"unauthenticated", "empty", "empty", "ok", "ok"}},
      {"meetSessions:getMeetSession", kAccepted, kSession, {"unauthenticated", "null", "null", "ok", "ok"}},
      {"meetSessions:history", kAccepted, kPage, {"unauthenticated", "empty", "empty", "empty", "empty"}},
      {"meetSessions:getSummary", kAccepted, kSession, {"unauthenticated", "null", "null", "ok", "ok"}},
      {"meetSessions:setOutcome", kAccepted, kOutcome, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"meetSessions:rate", kAccepted, kRating, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"meetSessions:reportQuality", kAccepted, kMeasured, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:endMeetSession", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:cancel", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:start", kOpen, kOffre, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"meetSessions:start", kAccepted, kOffre, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"meetSessions:ring", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:ringShown", kAccepted, kShown, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:answer", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"meetSessions:snooze", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "conflict", "null"}},
      {"meetSessions:decline", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "conflict", "null"}},
      {"meetSessions:missedCalls", kAccepted, "{}", {"unauthenticated", "empty", "empty", "empty", "empty"}},
      {"meetSessions:dismissMissed", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "null", "null"}},
      {"push:publicKey", kOpen, "{}", {"ok", "ok", "ok", "ok", "ok"}},
      {"push:subscribe", kOpen, kDevice, {"unauthenticated", "null", "null", "null", "null"}},
      {"push:unsubscribe", kOpen, kEndpoint, {"unauthenticated", "null", "null", "null", "null"}},
      {"push:shown", kAccepted, kReceipt, {"forbidden", "forbidden", "forbidden", "forbidden", "forbidden"}},
      {"push:answer", kAccepted, kReceipt, {"forbidden", "forbidden", "forbidden", "forbidden", "forbidden"}},
      {"push:snooze", kAccepted, kReceipt, {"forbidden", "forbidden", "forbidden", "forbidden", "forbidden"}},
      {"messages:list", kOpen, kOffreMessages, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"messages:list", kAccepted, kOffreMessages, {"unauthenticated", "not_found", "not_found", "empty", "empty"}},
      {"messages:list", kAccepted, kRivalMessages, {"unauthenticated", "not_found", "conflict", "conflict", "not_found"}},
      {"messages:list", kAccepted, kSessionMessages, {"unauthenticated", "not_found", "not_found", "empty", "empty"}},
      {"messages:send", kOpen, kOffreText, {"unauthenticated", "not_found", "not_found", "conflict", "conflict"}},
      {"messages:send", kAccepted, kOffreText, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"messages:send", kAccepted, kRivalText, {"unauthenticated", "not_found", "conflict", "conflict", "not_found"}},
      {"messages:send", kAccepted, kSessionText, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      {"messages:send", kAccepted, kOffreFile, {"unauthenticated", "not_found", "not_found", "not_found", "ok"}},
      {"files:generateUploadUrl", kOpen, "{}", {"unauthenticated", "ok", "ok", "ok", "ok"}},
      {"video:joinEcho", kOpen, "{}", {"unauthenticated", "ok", "ok", "ok", "ok"}},
      {"video:join", kAccepted, kSession, {"unauthenticated", "not_found", "not_found", "ok", "ok"}},
      // clang-format on
  });
}();

/// Whether the table says what each actor gets from this function; where it takes a demande or an
/// offre, both before and after an acceptance.
consteval bool has_rules(std::string_view function) {
  bool open = false;
  bool accepted = false;
  bool takes_stages = false;
  for (const Rule& rule : kRules) {
    if (rule.function != function) continue;
    if (std::ranges::any_of(rule.verdicts, [](std::string_view said) { return said.empty(); })) {
      return false;
    }
    open |= rule.stage == Stage::Open;
    accepted |= rule.stage == Stage::Accepted;
    takes_stages |= rule.args.find("{D}") != std::string_view::npos ||
                    rule.args.find("{O}") != std::string_view::npos;
  }
  return takes_stages ? open && accepted : open || accepted;
}

/// The name of a function that has its rules: of another it does not compile.
class RuledName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): written as a plain literal
  consteval RuledName(const char* name) : name_(name) {
    if (!has_rules(name)) throw "kRules does not say who may call this function";
  }
  [[nodiscard]] std::string_view text() const { return name_; }

 private:
  std::string_view name_;
};

/// The only door to the registry for what clients may call (tools/check_tree.py).
class RuledRegistry {
 public:
  explicit RuledRegistry(reactive::Registry& registry) : registry_(registry) {}

  template <class F>
  void query(RuledName name, F fn) {
    registry_.query(name.text(), std::move(fn));
  }
  template <class F>
  void mutation(RuledName name, F fn) {
    registry_.mutation(name.text(), std::move(fn));
  }
  template <class F>
  void action(RuledName name, F fn) {
    registry_.action(name.text(), std::move(fn));
  }

 private:
  reactive::Registry& registry_;
};

}  // namespace vv::market
