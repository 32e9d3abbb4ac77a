#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "reactive/testing_client.hpp"

// Whole marketplaces of clients, cuts, slow readers and restarts on a virtual clock. After every
// Transition each client compares all it holds with the reference engine at that timestamp: stale,
// torn and lost updates, results of another identity and results out of order all show there.
// A failure is its seed: VV_SIM_FIRST=<seed> VV_SIM_SEEDS=1 replays it.
namespace vv::reactive {
namespace {

constexpr int kClients = 3;
constexpr int kSteps = 160;

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed)
      : options_{.seed = seed, .limit_rates = false, .reveal_errors = false},
        world_(options_),
        random_(seed * 2 + 1) {
    for (int i = 0; i < kClients; ++i) {
      clients_.push_back(std::make_unique<TestClient>(world_, "session-" + std::to_string(i)));
    }
  }

  void run() {
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) act();
    come_to_rest();
    if (testing::Test::HasFailure()) return;
    for (const auto& client : clients_) {
      EXPECT_EQ(client->unfinished(), 0U) << "a mutation never resolved";
      for (const auto& [id, query] : client->queries()) {
        EXPECT_TRUE(query.answered()) << query.path << " stays loading";
      }
    }
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
  std::string box() { return std::string(1, static_cast<char>('a' + below(3))); }
  std::string in_box() { return "{\"box\":\"" + box() + "\"}"; }
  std::string some_tag() { return "t" + std::to_string(below(added_ + 1)); }

  void act() {
    switch (below(20)) {
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
      default:
        return rare();
    }
  }

  void mutate() {
    TestClient& client = any();
    const std::string n = std::to_string(below(6));
    switch (below(6)) {
      case 0:
      case 1:
      case 2:
        client.mutate("items:add", R"({"box":")" + box() + R"(","n":)" + n + R"(,"tag":"t)" +
                                       std::to_string(added_++) + "\"}");
        return;
      case 3:
        client.mutate("items:move",
                      R"({"tag":")" + some_tag() + R"(","box":")" + box() + R"(","n":)" + n + "}");
        return;
      case 4:
        client.mutate("items:remove", R"({"tag":")" + some_tag() + "\"}");
        return;
      default:
        client.mutate(below(2) == 0 ? "items:nothing" : "items:unknown", "{}");
        return;
    }
  }

  void watch() {
    TestClient& client = any();
    if (client.queries().size() > 8) return;
    switch (below(6)) {
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
      default:
        client.subscribe("items:byId", R"({"itemId":")" + known_id() + "\"}");
        return;
    }
  }

  std::string known_id() {
    const auto state = world_.history.at(world_.store->published());
    return state.empty() ? "missing" : state[below(state.size())].id.str();
  }

  void unwatch() {
    TestClient& client = any();
    if (client.queries().empty()) return;
    auto query = client.queries().begin();
    std::advance(query, static_cast<std::ptrdiff_t>(below(client.queries().size())));
    client.unsubscribe(query->first);
  }

  void reconnect() {
    TestClient& client = any();
    if (below(3) == 0) {
      client.cut();
    } else {
      client.connect();
      world_.settle();
    }
  }

  void sign_in() {
    TestClient& client = any();
    const char* tokens[] = {"amina", "bruno", "amina@86400", "none"};
    client.sign_in(tokens[below(4)]);
  }

  void stall() {
    TestClient& client = any();
    if (client.stalled) {
      client.drained();
    } else {
      client.stalled = below(2) == 0;
    }
  }

  void rare() {
    switch (below(4)) {
      case 0:
        world_.advance(milliseconds(static_cast<std::int64_t>(below(8000))));
        return;
      case 1:
        world_.pool_full = !world_.pool_full;
        return;
      case 2:
        if (below(4) == 0) restart();
        return;
      default:
        while (world_.run_loop_once()) {
        }
    }
  }

  void restart() {
    for (const auto& client : clients_) client->cut();
    world_.restart_engine(options_);
  }

  void come_to_rest() {
    world_.pool_full = false;
    for (const auto& client : clients_) {
      if (!client->is_connected() || !client->closed_with.empty()) client->connect();
      client->drained();
    }
    for (int round = 0; round < 4; ++round) {
      do {
        world_.run();
        for (const auto& client : clients_) client->read_all();
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

  TestWorld::Options options_;
  TestWorld world_;
  SeededRandom random_;
  std::vector<std::unique_ptr<TestClient>> clients_;
  std::size_t added_ = 0;
};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(ReactiveSim, EveryTransitionShowsOneCommittedStateToItsReader) {
  const std::uint64_t first = setting("VV_SIM_FIRST", 1);
  const std::uint64_t count = setting("VV_SIM_SEEDS", 50);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Simulation(seed).run();
    if (HasFailure()) {
      std::cout << "seed " << seed << '\n';
      return;
    }
  }
}

/// A list of pages as the paginated hook keeps it: each page its own live query, the next one
/// beginning where the last one ended, long pages split in two.
class PagedList {
 public:
  PagedList(TestClient& client, int items) : client_(client), items_(items) {
    pages_.push_back(client_.subscribe("items:page", args("null", "")));
  }

  void load_more() {
    const Value* last = page(pages_.back());
    if (last == nullptr || *last->find("isDone")->boolean() || pages_.size() > 6) return;
    pages_.push_back(client_.subscribe("items:page", args(quoted(*last, "continueCursor"), "")));
    starts_[pages_.back()] = quoted(*last, "continueCursor");
  }

  void split_long_pages() {
    if (halves_ != 0) return finish_split();
    for (const std::uint64_t id : pages_) {
      const Value* long_page = page(id);
      if (long_page == nullptr) continue;
      const Value* split = long_page->find("splitCursor");
      if (split->string() == nullptr ||
          int(long_page->find("page")->array()->size()) <= 2 * items_) {
        continue;
      }
      const std::string middle = quoted(*long_page, "splitCursor");
      const std::string start = starts_.contains(id) ? starts_[id] : "null";
      splitting_ = id;
      halves_ = client_.subscribe("items:page", args(start, middle));
      const std::uint64_t second =
          client_.subscribe("items:page", args(middle, quoted(*long_page, "continueCursor")));
      starts_[halves_] = start;
      starts_[second] = middle;
      return;
    }
  }

  /// The pages together are the beginning of the whole list, and all of it when the last is done.
  void compare(const testing_domain::History::State& state) const {
    std::string held = "[";
    bool done = false;
    for (const std::uint64_t id : pages_) {
      const Value* shown = page(id);
      if (shown == nullptr) return;  // still loading
      EXPECT_FALSE(done) << "a page after the last";
      for (const Value& item : *shown->find("page")->array()) {
        if (held.size() > 1) held += ',';
        append_json_value(held, item);
      }
      done = *shown->find("isDone")->boolean();
    }
    std::string whole;
    append_json_value(whole, *convex::parse_json(testing_domain::evaluate(
                                 "items:inBox", *convex::parse_json(R"({"box":"a"})"), "", state)));
    if (done) {
      EXPECT_EQ(held + ']', whole);
    } else {
      EXPECT_EQ(held, whole.substr(0, held.size())) << "of " << whole;
    }
  }

 private:
  [[nodiscard]] std::string args(const std::string& cursor, const std::string& end) const {
    std::string text = R"({"box":"a","paginationOpts":{"numItems":)" + std::to_string(items_) +
                       ",\"cursor\":" + cursor + ",\"id\":1";
    if (!end.empty()) text += ",\"endCursor\":" + end;
    return text + "}}";
  }
  static std::string quoted(const Value& from, const char* name) {
    return '"' + *from.find(name)->string() + '"';
  }
  [[nodiscard]] const Value* page(std::uint64_t id) const {
    const TestClient::Query& query = client_.query(id);
    EXPECT_EQ(query.error, "");
    return query.value ? &*query.value : nullptr;
  }
  void finish_split() {
    if (page(halves_) == nullptr || page(halves_ + 1) == nullptr) return;
    const auto place = std::find(pages_.begin(), pages_.end(), splitting_);
    *place = halves_;
    pages_.insert(place + 1, halves_ + 1);
    client_.unsubscribe(splitting_);
    halves_ = 0;
  }

  TestClient& client_;
  int items_;
  std::vector<std::uint64_t> pages_;
  std::map<std::uint64_t, std::string> starts_;
  std::uint64_t splitting_ = 0;
  std::uint64_t halves_ = 0;
};

TEST(ReactiveSim, PagesTogetherAreTheListWithoutGapsOrDuplicates) {
  const std::uint64_t first = setting("VV_SIM_FIRST", 1);
  const std::uint64_t count = std::max<std::uint64_t>(setting("VV_SIM_SEEDS", 50) / 2, 1);
  for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TestWorld world({.seed = seed, .limit_rates = false, .reveal_errors = false});
    SeededRandom random(seed * 3);
    TestClient writer(world, "writer");
    TestClient reader(world, "reader");
    writer.connect();
    reader.connect();
    PagedList list(reader, 3);
    int tags = 0;
    for (int step = 0; step < 60 && !HasFailure(); ++step) {
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
  }
}

}  // namespace
}  // namespace vv::reactive
