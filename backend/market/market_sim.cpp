#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/testing_seeds.hpp"
#include "market/testing_world.hpp"

// Crowds that press whatever they find, under kills, lost power and clocks set wrong. After every
// step the rows keep the invariants of threat-model.md, and what was once over stays as it was.
namespace vv::market {
namespace {

/// What the rows said when somebody last looked; what they say next must follow from it.
class Memory {
 public:
  /// The first row that is gone, moved where it may not, or has changed after its end; or nothing.
  std::string look(World& world) {
    wrong_.clear();
    const Status read = world.store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const auto demandes, db.query<Demande>().collect());
      follow(demandes, demandes_, [](const Demande& a, const Demande& b) {
        return a.demandeur_id == b.demandeur_id && a.prix == b.prix;
      });
      VV_ASSIGN_OR_RETURN(const auto offres, db.query<Offre>().collect());
      follow(offres, offres_, [](const Offre& a, const Offre& b) {
        return a.demande_id == b.demande_id && a.offreur_id == b.offreur_id;
      });
      VV_ASSIGN_OR_RETURN(const auto sessions, db.query<MeetSession>().collect());
      follow(sessions, sessions_, [](const MeetSession& a, const MeetSession& b) {
        const bool ended = a.status != MeetStatus::Active;
        return a.demandeur_id == b.demandeur_id && a.offreur_id == b.offreur_id &&
               a.call_id == b.call_id &&
               (!ended || (a.ended_at == b.ended_at && a.ended_by == b.ended_by));
      });
      return {};
    });
    return read ? wrong_ : read.error().message;
  }

 private:
  template <class Row>
  using Rows = std::map<Id<Row>, Row>;

  template <class Row, class Same>
  void follow(const std::vector<Row>& now, Rows<Row>& before, Same same) {
    Rows<Row> found;
    for (const Row& row : now) found.emplace(row.id, row);
    for (const auto& [id, old] : before) {
      const auto next = found.find(id);
      if (next == found.end()) {
        wrong_ = "I7: " + id.str() + " was there and is gone";
      } else if (next->second.status != old.status && !can_move(old.status, next->second.status)) {
        wrong_ = "I4: " + id.str() + " moved on from its end";
      } else if (!same(old, next->second)) {
        wrong_ = "I3, I4: " + id.str() + " changed what never changes";
      }
    }
    before = std::move(found);
  }

  std::string wrong_;
  Rows<Demande> demandes_;
  Rows<Offre> offres_;
  Rows<MeetSession> sessions_;
};

/// Three people who press whatever they find, also what is not theirs.
class Crowd {
 public:
  explicit Crowd(std::uint64_t seed) : random_(seed), world_(seed) {
    for (int i = 0; i < 3; ++i) people_.push_back(world_.add_user(format("p{}", i)));
    demandes_.push_back(world_.add_demande(people_[0]));
  }

  void step() {
    press();
    if (random_.below(20) == 0) {
      world_.advance(hours(static_cast<std::int64_t>(random_.below(30))));
      world_.tick();
      if (const auto files = world_.disk.take_crash()) crash(*files);
    }
    if (random_.below(40) == 0) {
      const Duration steps[] = {hours(1), -hours(1), days(1), -days(1)};
      world_.set_clock(steps[random_.below(4)]);
    }
    if (random_.below(20) == 0) {
      world_.disk.crash_before(1 + random_.below(12), random_.below(2) == 0, random_);
    }
  }
  World& world() { return world_; }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] std::size_t crashes() const { return crashes_; }

 private:
  void press() {
    const std::string& who = any(people_);
    switch (random_.below(12)) {
      case 0: {
        const Answer made = ask(who, "demandes:create",
                                R"({"titre":"Vélo","description":"","prix":100,"devise":"EUR"})");
        if (made.ok) demandes_.push_back(*made.value.string());
        return;
      }
      case 1:
      case 2:
      case 3: {
        const Answer made =
            ask(who, "offres:create",
                format(R"({{"demandeId":"{}","prixPropose":90,"message":"moi"}})", any(demandes_)));
        if (made.ok) offres_.push_back(*made.value.string());
        return;
      }
      case 4:
      case 5: {
        const char* const moves[] = {"accepted", "accepted", "rejected", "withdrawn"};
        return keep(ask(who, "offres:updateOffreStatus",
                        World::move_args(any(offres_), moves[random_.below(4)])));
      }
      case 6:
        ask(who, "demandes:cancel", World::demande_args(any(demandes_)));
        return;
      case 7:
        return keep(ask(who, "meetSessions:start", World::offre_args(any(offres_))));
      case 8:
        ask(who, random_.below(2) == 0 ? "meetSessions:endMeetSession" : "meetSessions:cancel",
            World::session_args(any(sessions_)));
        return;
      case 9:
      case 10: {
        const char* const presses[] = {"ring", "answer", "snooze", "decline", "dismissMissed"};
        const char* const press = presses[random_.below(5)];
        ask(who, format("meetSessions:{}", press), World::session_args(any(sessions_)));
        ask(any(people_), "meetSessions:ringShown",
            format(R"({{"sessionId":"{}","device":"d{}","sign":"rings"}})", any(sessions_),
                   random_.below(3)));
        return;
      }
      default:
        if (random_.below(2) == 0) {
          world_.doorkeeper->joined(any(rooms_), who);
        } else {
          world_.doorkeeper->left(any(rooms_), who);
        }
        world_.settle();
        if (const auto files = world_.disk.take_crash()) crash(*files);
    }
  }

  /// As a client calls: what was not answered before the crash is asked again, and what was
  /// answered may be asked again too, with the same answer (I8).
  Answer ask(const std::string& who, const std::string& path, const std::string& args) {
    const std::uint64_t id = ++requests_;
    Answer answer = world_.mutate_once(who, path, args, id);
    if (const auto files = world_.disk.take_crash()) {
      crash(*files);
      answer = world_.mutate_once(who, path, args, id);
    }
    if (answer.ok && random_.below(4) == 0) {
      const Answer again = world_.mutate_once(who, path, args, id);
      EXPECT_TRUE(again.ok) << path << " asked twice";
      EXPECT_EQ(again.value, answer.value) << path << " asked twice";
    }
    return answer;
  }

  void crash(const store::MemoryDisk::Image& files) {
    ++crashes_;
    world_.disk.crash_before(0, false, random_);
    world_.crash(files);
  }

  /// One of the newest, where there is still something to press.
  const std::string& any(const std::vector<std::string>& list) {
    static const std::string none = "nothing";
    if (list.empty()) return none;
    const std::size_t newest = std::min<std::size_t>(list.size(), 6);
    return list[list.size() - 1 - random_.below(newest)];
  }
  void keep(const Answer& pair) {
    if (!pair.ok || pair.value.is_null()) return;
    sessions_.push_back(pair.text("meetSessionId"));
    rooms_.push_back(pair.text("callId"));
  }

  SeededRandom random_;  // outlives the world, whose disk draws from it
  World world_;
  std::uint64_t requests_ = 0;
  std::size_t crashes_ = 0;
  std::vector<std::string> people_;
  std::vector<std::string> demandes_;
  std::vector<std::string> offres_;
  std::vector<std::string> sessions_;
  std::vector<std::string> rooms_;
};

// covers I1, I2, I3, I4, I5, I7, I8, R16, F12
TEST(MarketSim, NoHistoryBreaksAnInvariant) {
  constexpr int kSteps = 60;
  std::size_t sessions = 0;
  std::size_t crashes = 0;
  std::size_t crowds = 0;
  for_each_seed(300, [&](std::uint64_t seed) {
    Crowd crowd(seed);
    Memory memory;
    for (int i = 0; i < kSteps; ++i) {
      crowd.step();
      ASSERT_EQ(broken_invariant(crowd.world()), "") << "step " << i;
      ASSERT_EQ(memory.look(crowd.world()), "") << "step " << i;
    }
    ++crowds;
    sessions += crowd.sessions();
    crashes += crowd.crashes();
  });
  if (crowds < 100) return;
  EXPECT_GT(sessions, crowds) << "the crowds get somewhere";
  EXPECT_GT(crashes, crowds / 2) << "and meet what they are to outlive";
}

}  // namespace
}  // namespace vv::market
