#include <gtest/gtest.h>

#include <set>

#include "base/testing_seeds.hpp"
#include "reactive/testing_client.hpp"
#include "reactive/testing_pages.hpp"

// Whole marketplaces of clients on a virtual clock and a disk in memory: subscriptions, mutations,
// pages, cuts, identity switches, slow readers, clock steps, restarts, kills and lost power, in
// random order. After every Transition each client compares all it holds with the reference at that
// timestamp: stale, torn and lost updates, results of another identity, gaps between pages and
// results out of order all show there; after every crash the files are compared with what anybody
// had been told. A failure prints its seed and the command that replays it.
namespace vv::reactive {
namespace {

constexpr std::size_t kClients = 3;
constexpr int kSteps = 120;
constexpr int kPageItems = 2;
constexpr std::size_t kCheckpointPages = 12;  // so that the log is folded in, also under crashes
const char* const kTokens[] = {"amina", "bruno", "amina@86400", "none"};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : random_(seed * 2 + 1),
        world_({.seed = seed,
                .limit_rates = false,
                .reveal_errors = false,
                .checkpoint_pages = kCheckpointPages,
                // Results that are still good run again often: commits then meet them running.
                .misses_before_refresh = seed % 2 == 1 ? 1 : 3}) {
    for (std::size_t i = 0; i < kClients; ++i) {
      TestClient& client = *clients_.emplace_back(
          std::make_unique<TestClient>(world_, "session-" + std::to_string(i)));
      client.on_transition = [this, &client, i] {
        if (lists_[i]) lists_[i]->compare(world_.history.at(client.version().ts));
      };
    }
    if (seed % 4 == 0) world_.query_time = milliseconds(300);  // batches end before their last
    // The writer has its own thread: while it waits for the disk, the front loop goes on.
    world_.disk.before_sync = [this] {
      if (!writer_is_apart_) return;
      for (std::uint64_t i = below(4); i > 0 && world_.run_loop_once(); --i) {
      }
      any().read_all();
    };
  }

  void run() {
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      act();
      if (const auto files = world_.disk.take_crash()) crash(*files);
    }
    if (testing::Test::HasFailure()) return;
    come_to_rest();
    if (testing::Test::HasFailure()) return;
    for (const auto& client : clients_) {
      EXPECT_EQ(client->unfinished(), 0U) << "a mutation never resolved";
      for (const auto& [id, query] : client->queries()) {
        EXPECT_TRUE(query.answered()) << query.path << " stays loading";
      }
    }
    compare_files();
    // Effects may be lost with a restart, writes may not; neither may happen twice.
    for (const auto& [tag, times] : world_.history.applied) EXPECT_EQ(times, 1) << tag;
    std::map<std::string, std::set<std::string>> ids_by_tag;
    for (const auto& [ts, state] : world_.history.states) {
      for (const auto& item : state) ids_by_tag[item.tag].insert(item.id.str());
    }
    EXPECT_EQ(ids_by_tag.size(), added_) << "a mutation was lost";
    for (const auto& [tag, ids] : ids_by_tag) EXPECT_EQ(ids.size(), 1U) << tag << " ran twice";
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  TestClient& any() { return *clients_[below(clients_.size())]; }
  // Half of everything in one box, so that its list has pages.
  std::string box() { return std::string(1, static_cast<char>('a' + below(4) % 3)); }
  std::string in_box() { return "{\"box\":\"" + box() + "\"}"; }
  std::string some_tag() { return "t" + std::to_string(below(added_ + 1)); }

  void act() {
    switch (below(21)) {
      case 0:
      case 1:
      case 2:
      case 3:
        world_.run_loop_once();
        return;
      case 4:
      case 5:
        world_.run_pool_once(below(8));
        return;
      case 6:
        world_.hand_back_once();
        return;
      case 7:
      case 8:
      case 9:
        any().read_one();
        return;
      case 10:
      case 11:
      case 12:
        return mutate();
      case 13:
      case 14:
        return watch();
      case 15:
        return unwatch();
      case 16:
        return reconnect();
      case 17:
        return sign_in();
      case 18:
        return stall();
      case 19:
        return write();
      default:
        return rare();
    }
  }

  void mutate() {
    TestClient& client = any();
    const std::string n = std::to_string(below(6));
    switch (below(7)) {
      case 0:
      case 1:
      case 2: {
        const std::string tag = "t" + std::to_string(added_++);
        client.mutate("items:add",
                      R"({"box":")" + box() + R"(","n":)" + n + R"(,"tag":")" + tag + "\"}", tag);
        return;
      }
      case 3:
        client.mutate("items:move",
                      R"({"tag":")" + some_tag() + R"(","box":")" + box() + R"(","n":)" + n + "}");
        return;
      case 4:
        client.mutate("items:remove", R"({"tag":")" + some_tag() + "\"}");
        return;
      case 5:
        client.mutate("items:writeAndFail", R"({"box":")" + box() + R"(","n":1,"tag":"undone"})");
        return;
      default:
        client.mutate(below(2) == 0 ? "items:nothing" : "items:unknown", "{}");
        return;
    }
  }

  void watch() {
    const std::size_t who = below(clients_.size());
    TestClient& client = *clients_[who];
    if (client.queries().size() > 8) return;
    switch (below(10)) {
      case 0:
        client.subscribe("items:inBox", in_box());
        return;
      case 1:
        client.subscribe("items:first", in_box());
        return;
      case 2:
        client.subscribe("items:total", "{}");
        return;
      case 3:
        client.subscribe("items:mine", "{}");
        return;
      case 4:
        client.subscribe("items:maybeMine", in_box());
        return;
      case 5:
        client.subscribe("items:byId", R"({"itemId":")" + known_id() + "\"}");
        return;
      default:
        if (lists_[who] == nullptr) {
          lists_[who] = std::make_unique<PagedList>(client, kPageItems);
        } else if (below(3) != 0) {
          lists_[who]->load_more();
        } else {
          lists_[who]->split_long_pages();
        }
    }
  }

  std::string known_id() {
    const auto& state = world_.history.at(world_.store->published());
    return state.empty() ? "missing" : state[below(state.size())].id.str();
  }

  void unwatch() {
    const std::size_t who = below(clients_.size());
    TestClient& client = *clients_[who];
    std::vector<std::uint64_t> plain;
    for (const auto& [id, query] : client.queries()) {
      if (query.path != "items:page") plain.push_back(id);
    }
    if (!plain.empty()) client.unsubscribe(plain[below(plain.size())]);
  }

  void reconnect() {
    TestClient& client = any();
    if (below(3) == 0) {
      client.cut();
    } else {
      client.connect();
    }
  }

  void sign_in() {
    TestClient& client = any();
    client.sign_in(kTokens[below(4)]);
  }

  void stall() {
    TestClient& client = any();
    if (client.stalled) {
      client.drained();
    } else {
      client.stalled = below(2) == 0;
    }
  }

  /// The writer works off what it was given, or is held so that the next batch has many.
  void write() {
    world_.hold_writer = below(2) == 0;
    writer_is_apart_ = true;
    world_.run_writer();
    writer_is_apart_ = false;
  }

  void rare() {
    switch (below(7)) {
      case 0:
        world_.advance(milliseconds(static_cast<std::int64_t>(below(8000))));
        return renew_tokens();
      case 1:
        world_.pool_full = !world_.pool_full;
        return;
      case 2:
        if (below(2) == 0) restart();
        return;
      case 3: {
        const Duration steps[] = {hours(1), -hours(1), days(1), -days(1)};
        world_.wall_step += steps[below(4)];
        return;
      }
      case 4:  // killed or without power at some write or sync of the next commits
        world_.disk.crash_before(1 + below(16), below(2) == 0, random_);
        return;
      case 5:
        if (below(2) == 0) crash(world_.disk.image());
        return;
      default:
        while (world_.run_loop_once()) {
          if (const auto files = world_.disk.take_crash()) return crash(*files);
        }
    }
  }

  /// A client whose token has ended gets another one, and connects again with it.
  void renew_tokens() {
    for (const auto& client : clients_) {
      if (!std::exchange(client->wants_new_token, false)) continue;
      client->sign_in(kTokens[below(2)]);
      client->connect();
    }
  }

  void restart() {
    for (const auto& client : clients_) client->cut();
    world_.restart();
  }

  void crash(const store::MemoryDisk::Image& files) {
    for (const auto& client : clients_) client->cut();
    world_.disk.crash_before(0, false, random_);
    world_.crash(files);
    world_.history.forget_after(world_.store->published());
    compare_files();
  }

  /// The rows are those of the reference, and nothing that a client has seen or been told is gone.
  void compare_files() {
    const store::Timestamp head = world_.store->published();
    std::map<std::string, std::string> found;
    const Status read = world_.store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const auto items, db.query<testing_domain::Item>().collect());
      for (const auto& item : items) found[item.id.str()] = describe(item);
      return {};
    });
    EXPECT_TRUE(read) << read.error().message;
    std::map<std::string, std::string> expected;
    for (const auto& item : world_.history.at(head)) expected[item.id.str()] = describe(item);
    EXPECT_EQ(found, expected) << "rows after a restart";
    std::set<std::string> ever;
    for (const auto& [ts, state] : world_.history.states) {
      for (const auto& item : state) ever.insert(item.tag);
    }
    for (const auto& client : clients_) {
      EXPECT_LE(client->max_observed(), head) << "a client has seen what never was";
      for (const auto& [tag, ts] : client->added) {
        EXPECT_TRUE(ever.contains(tag)) << tag << " was acknowledged and is lost";
      }
    }
  }
  static std::string describe(const testing_domain::Item& item) {
    return item.box + std::to_string(item.n) + item.owner + ' ' + item.tag;
  }

  void come_to_rest() {
    world_.pool_full = false;
    world_.hold_writer = false;
    world_.disk.crash_before(0, false, random_);
    world_.run_writer();
    for (const auto& client : clients_) {
      if (!client->is_connected() || !client->closed_with.empty()) client->connect();
      client->drained();
    }
    for (int round = 0; round < 4; ++round) {
      do {
        world_.run();
        for (const auto& client : clients_) client->read_all();
        renew_tokens();
      } while (anything_unread());
      world_.advance(milliseconds(100));
    }
    for (const auto& client : clients_) EXPECT_EQ(client->closed_with, "");
  }

  bool anything_unread() const {
    for (const auto& client : clients_) {
      if (client->has_unread()) return true;
    }
    return false;
  }

  SeededRandom random_;  // outlives the world, whose disk draws from it
  TestWorld world_;
  std::vector<std::unique_ptr<TestClient>> clients_;
  std::array<std::unique_ptr<PagedList>, kClients> lists_;
  std::size_t added_ = 0;
  bool writer_is_apart_ = false;  // nothing of the front loop is under way
};

// covers I7, I8, H6, F1, F2, F12, R16
TEST(ReactiveSim, EveryTransitionShowsOneCommittedStateToItsReader) {
  for_each_seed(2'000, [](std::uint64_t seed) { Simulation(seed).run(); });
}

// Slow queries, of which a batch ends before the last: results that are still good run again while
// commits touch them, and other results of the same session come meanwhile.
TEST(ReactiveSim, ACommitThatMeetsAQueryRunningEndsTheResultItHad) {
  for_each_seed(100, [](std::uint64_t seed) {
    TestWorld world({.seed = seed,
                     .limit_rates = false,
                     .reveal_errors = false,
                     .checkpoint_pages = 4'000,
                     .misses_before_refresh = 1});
    SeededRandom random(seed * 5);
    world.query_time = milliseconds(600);
    TestClient writer(world, "writer");
    TestClient reader(world, "reader");
    writer.connect();
    reader.connect();
    for (const char* box : {"a", "b", "c", "d"}) {
      reader.subscribe("items:inBox", R"({"box":")" + std::string(box) + "\"}");
    }
    reader.subscribe("items:total", "{}");
    world.run();
    int tags = 0;
    for (int step = 0; step < 150 && !testing::Test::HasFailure(); ++step) {
      switch (random.below(8)) {
        case 0:
        case 1:
          writer.mutate("items:add", R"({"box":")" + std::string(1, "abcd"[random.below(4)]) +
                                         R"(","n":1,"tag":"t)" + std::to_string(tags++) + "\"}");
          break;
        case 2:
        case 3:
          world.run_pool_once(random.below(4));
          break;
        case 4:
          world.hand_back_once();
          break;
        default:
          world.run_loop_once();
      }
      reader.read_all();  // compares what it holds with the reference
    }
  });
}

TEST(ReactiveSim, PagesTogetherAreTheListWithoutGapsOrDuplicates) {
  for_each_seed(100, [](std::uint64_t seed) {
    TestWorld world({.seed = seed, .limit_rates = false, .reveal_errors = false});
    SeededRandom random(seed * 3);
    TestClient writer(world, "writer");
    TestClient reader(world, "reader");
    writer.connect();
    reader.connect();
    PagedList list(reader, 3);
    int tags = 0;
    for (int step = 0; step < 60 && !testing::Test::HasFailure(); ++step) {
      const std::string n = std::to_string(random.below(20));
      const std::string tag =
          "t" + std::to_string(random.below(static_cast<std::uint64_t>(tags) + 1));
      switch (random.below(8)) {
        case 0:
        case 1:
        case 2:
          writer.mutate("items:add",
                        R"({"box":"a","n":)" + n + R"(,"tag":"t)" + std::to_string(tags++) + "\"}");
          break;
        case 3:
          writer.mutate("items:remove", R"({"tag":")" + tag + "\"}");
          break;
        case 4:
          writer.mutate("items:move", R"({"tag":")" + tag + R"(","box":"a","n":)" + n + "}");
          break;
        case 5:
          list.load_more();
          break;
        case 6:
          list.split_long_pages();
          break;
        default:
          if (random.below(4) == 0) reader.connect();
      }
      if (random.below(3) == 0) world.run_loop_once();
      if (random.below(2) == 0) {
        world.run();
        writer.read_all();
        while (reader.read_one()) list.compare(world.history.at(reader.version().ts));
      }
    }
  });
}

}  // namespace
}  // namespace vv::reactive
