#include <gtest/gtest.h>

#include <algorithm>

#include "market/testing_world.hpp"

namespace vv::market {
namespace {

/// Four people who press whatever they find, also what is not theirs.
class Crowd {
 public:
  explicit Crowd(std::uint64_t seed) : world_(seed), random_(seed) {
    for (int i = 0; i < 4; ++i) people_.push_back(world_.add_user(format("p{}", i)));
    demandes_.push_back(world_.add_demande(people_[0]));
  }

  void step() {
    const std::string& who = any(people_);
    switch (random_.below(10)) {
      case 0:
        demandes_.push_back(world_.add_demande(who));
        break;
      case 1:
      case 2:
      case 3: {
        const Answer made = world_.offer(who, any(demandes_));
        if (made.ok) offres_.push_back(*made.value.string());
        break;
      }
      case 4:
      case 5: {
        const char* const moves[] = {"accepted", "rejected", "withdrawn"};
        keep(world_.move(who, any(offres_), moves[random_.below(3)]));
        break;
      }
      case 6:
        world_.mutate(who, "demandes:cancel", World::demande_args(any(demandes_)));
        break;
      case 7:
        keep(world_.mutate(who, "meetSessions:start", World::offre_args(any(offres_))));
        break;
      case 8:
        world_.mutate(who,
                      random_.below(2) == 0 ? "meetSessions:endMeetSession" : "meetSessions:cancel",
                      World::session_args(any(sessions_)));
        break;
      default:
        if (random_.below(2) == 0) {
          world_.doorkeeper->joined(any(rooms_), who);
        } else {
          world_.doorkeeper->left(any(rooms_), who);
        }
        world_.settle();
        break;
    }
    if (random_.below(20) == 0) {
      world_.advance(hours(static_cast<std::int64_t>(random_.below(30))));
      world_.tick();
    }
  }
  World& world() { return world_; }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }

 private:
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

  World world_;
  SeededRandom random_;
  std::vector<std::string> people_;
  std::vector<std::string> demandes_;
  std::vector<std::string> offres_;
  std::vector<std::string> sessions_;
  std::vector<std::string> rooms_;
};

// covers I1, I2, I3, I4, I5
TEST(MarketSim, NoHistoryBreaksAnInvariant) {
  std::size_t sessions = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Crowd crowd(seed);
    for (int i = 0; i < 300; ++i) {
      crowd.step();
      ASSERT_EQ(broken_invariant(crowd.world()), "") << "seed " << seed << ", step " << i;
    }
    sessions += crowd.sessions();
  }
  EXPECT_GT(sessions, 20U) << "the crowd gets somewhere";
}

}  // namespace
}  // namespace vv::market
