#include <gtest/gtest.h>

#include <map>

#include "base/testing_seeds.hpp"
#include "reactive/testing_scheduler.hpp"

// Calls made and taken back, refusals, kills at any step, stretches without a process and clocks
// that are set, in random order.
namespace vv::reactive {
namespace {

constexpr int kSteps = 60;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : random_(seed), world_([](Internals& internals) {
          internals.cron("sweep", Recurrence::every(minutes(10)), kSweep);
        }) {}

  void run() {
    for (int step = 0; step < kSteps; ++step) act();
    world_.refusing = false;
    world_.run();
    world_.live(hours(2), seconds(30));
    for (int tag = 0; tag < tags_; ++tag) {
      const std::string name = "t" + std::to_string(tag);
      EXPECT_EQ(world_.notes(name), cancelled_.contains(name) ? 0U : 1U) << name;
    }
    EXPECT_EQ(world_.rows().size(), 1U) << "nothing is left but the cron";
    const auto sweeps = static_cast<std::int64_t>(world_.notes("sweep"));
    EXPECT_LE(sweeps, (world_.now - began_) / minutes(10) + 1);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

  void act() {
    switch (below(9)) {
      case 0:
      case 1:
        return add();
      case 2:
        return cancel();
      case 3:
      case 4:
        return world_.live(seconds(static_cast<std::int64_t>(1 + below(120))), seconds(3));
      case 5: {  // the process dies with this much done
        world_.pass(seconds(5));
        world_.scheduler->tick();
        for (std::uint64_t left = below(6); left > 0 && world_.run_once(); --left) {
        }
        return world_.restart(seconds(static_cast<std::int64_t>(below(90))));
      }
      case 6:
        // Seen before the next start, or it would be time without a process.
        world_.set_clock(hours(1) * (static_cast<std::int64_t>(below(49)) - 24));
        return world_.live(seconds(1));
      case 7: {
        // One refusal each, so that nothing is given up.
        world_.refusing = true;
        world_.live(seconds(3), seconds(3));
        world_.refusing = false;
        return world_.live(minutes(2), seconds(5));
      }
      default:
        world_.run();
    }
  }
  void add() {
    last_ = "t" + std::to_string(tags_++);
    const bool refusable = below(2) == 0;
    last_id_ = world_.after(seconds(static_cast<std::int64_t>(below(300))),
                            refusable ? kWriteIfLet : kWrite, last_);
  }
  void cancel() {
    if (last_.empty()) return;
    bool taken = false;
    EXPECT_TRUE(world_.mutate([&](MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(taken, ctx.cancel(last_id_));
      return {};
    }));
    if (taken) cancelled_.insert({last_, true});
  }

  SeededRandom random_;
  ScheduledWorld world_;
  Instant began_ = world_.now;
  int tags_ = 0;
  std::string last_;
  ScheduledId last_id_;
  std::map<std::string, bool> cancelled_;
};

// covers F1, F12
TEST(SchedulerSim, EveryCallTakesEffectOnceWhateverHappens) {
  for_each_seed(30, [](std::uint64_t seed) { Simulation(seed).run(); });
}

}  // namespace
}  // namespace vv::reactive
