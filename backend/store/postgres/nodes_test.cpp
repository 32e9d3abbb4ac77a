#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "base/random.hpp"
#include "store/store.hpp"
#include "store/testing_postgres.hpp"

// Several stores on one database, as several servers are (convex-wire.md 9.7).
namespace vv::store {
namespace {

constexpr auto kDeadline = std::chrono::seconds(60);

struct Account {
  Id<Account> id;
  double creation_time = 0;
  std::string owner;
  std::int64_t balance = 0;
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, creation_time, owner, balance))

Schema accounts() {
  Schema schema;
  schema.add(table<Account>("accounts").index("by_owner", &Account::owner));
  return schema;
}

/// One server's store, and what it was told.
struct Node {
  explicit Node(const std::string& url, Schema schema = accounts()) {
    auto opened = Store::open({.path = url}, std::move(schema));
    VV_CHECK(opened.has_value(), "the test's database opens");
    store = std::move(opened).value();
    store->on_commit([this](const Commit& commit) {
      const std::lock_guard lock(mutex);
      heard.push_back(commit);
      changed.notify_all();
    });
    store->on_gap([this](Timestamp) {
      const std::lock_guard lock(mutex);
      ++gaps;
      changed.notify_all();
    });
  }
  template <class Test>
  bool until(Test&& test) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kDeadline, test);
  }
  std::vector<Timestamp> times() {
    const std::lock_guard lock(mutex);
    std::vector<Timestamp> out;
    for (const Commit& commit : heard) out.push_back(commit.ts);
    return out;
  }
  Result<Commit> add(const std::string& owner, std::int64_t balance, Id<Account>* id = nullptr) {
    return store->write_and_wait([&](Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(
          const auto made,
          db.insert(Account{.id = {}, .creation_time = 0, .owner = owner, .balance = balance}));
      if (id != nullptr) *id = made;
      return {};
    });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Commit> heard;
  int gaps = 0;
  std::unique_ptr<Store> store;
};

struct Nodes : testing::Test {
  TestDatabase database{TestEngine::Postgres};
};

TEST_F(Nodes, HearOfEachOthersCommitsWithTheKeysTheyWrote) {
  Node a(database.path());
  Node b(database.path());
  EXPECT_FALSE(a.store->was_shared());
  EXPECT_TRUE(b.store->was_shared());

  ReadSet of_amina;
  ASSERT_TRUE(b.store->read([&](Reader& db) -> Status {
    VV_TRY(db.query<Account>("by_owner").eq("amina").collect());
    of_amina = db.read_set();
    return {};
  }));
  const auto done = a.add("amina", 7);
  ASSERT_TRUE(done);
  ASSERT_TRUE(b.until([&] { return !b.heard.empty(); }));
  EXPECT_EQ(b.heard.front().ts, done->ts);
  EXPECT_TRUE(touches(of_amina, *b.heard.front().writes));
  ASSERT_TRUE(a.add("bruno", 7));
  ASSERT_TRUE(b.until([&] { return b.heard.size() == 2; }));
  EXPECT_FALSE(touches(of_amina, *b.heard.back().writes));

  ASSERT_TRUE(b.store->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Account>().collect());
    EXPECT_EQ(all.size(), 2U);
    EXPECT_LE(db.timestamp(), b.store->published()) << "only what its listeners know is shown";
    return {};
  }));
}

// Money moves on two nodes at once: no reader of either sees a sum that never was, and both hear
// the same commits in the same order.
TEST_F(Nodes, AgreeOnOneOrderOfCommitsAndShowNoneTorn) {
  Node a(database.path());
  Node b(database.path());
  std::vector<Id<Account>> ids(4);
  for (Id<Account>& id : ids) ASSERT_TRUE(a.add("bank", 100, &id));
  std::atomic<int> running = 2;
  const auto move_money = [&](Node& node, std::uint64_t seed) {
    SeededRandom dice(seed);
    for (int i = 0; i < 60; ++i) {
      const auto from = ids[dice.below(4)];
      const auto to = ids[dice.below(4)];
      EXPECT_TRUE(node.store->write_and_wait([&](Writer& db) -> Status {
        VV_ASSIGN_OR_RETURN(Account giver, db.get(from));
        giver.balance -= 1;
        VV_TRY(db.replace(giver));
        VV_ASSIGN_OR_RETURN(Account taker, db.get(to));
        taker.balance += 1;
        return db.replace(taker);
      }));
    }
    --running;
  };
  std::thread on_a([&] { move_money(a, 1); });
  std::thread on_b([&] { move_money(b, 2); });
  while (running > 0) {
    for (Node* node : {&a, &b}) {
      EXPECT_TRUE(node->store->read([&](Reader& db) -> Status {
        VV_ASSIGN_OR_RETURN(const auto all, db.query<Account>("by_owner").eq("bank").collect());
        std::int64_t sum = 0;
        for (const Account& account : all) sum += account.balance;
        EXPECT_EQ(sum, 400);
        return {};
      }));
    }
  }
  on_a.join();
  on_b.join();
  const std::size_t commits = a.times().size();
  ASSERT_TRUE(b.until([&] { return b.store->published() >= a.store->published(); }));
  ASSERT_TRUE(a.until([&] { return a.store->published() >= b.store->published(); }));
  EXPECT_GE(commits, 4U);
  const auto order = a.times();
  EXPECT_TRUE(std::ranges::is_sorted(order, std::ranges::less_equal())) << "numbers only grow";
  EXPECT_EQ(order, b.times());
}

// covers I2: each reads that the other is on call and leaves; one of them must be refused.
TEST_F(Nodes, RefuseWriteSkew) {
  Node a(database.path());
  Node b(database.path());
  for (int round = 0; round < 20; ++round) {
    Id<Account> first;
    Id<Account> second;
    ASSERT_TRUE(a.add("on call", 1, &first));
    ASSERT_TRUE(a.add("on call", 1, &second));
    const auto leave = [&](Node& node, const Id<Account>& who) {
      return node.store->write_and_wait([&](Writer& db) -> Status {
        VV_ASSIGN_OR_RETURN(const auto others,
                            db.query<Account>("by_owner").eq("on call").count(2));
        if (others < 2) return conflict("somebody has to stay");
        VV_ASSIGN_OR_RETURN(Account account, db.get(who));
        account.owner = "at home";
        return db.replace(account);
      });
    };
    auto left = std::async(std::launch::async, [&] { return leave(a, first).has_value(); });
    const bool b_left = leave(b, second).has_value();
    EXPECT_NE(left.get(), b_left) << "round " << round;
    ASSERT_TRUE(a.store->write_and_wait([&](Writer& db) -> Status {
      VV_TRY(db.remove(first));
      return db.remove(second);
    }));
  }
}

// covers F6: a replica that lacks the last moments became the primary.
TEST_F(Nodes, SayThatTheDatabaseHasGoneBackAndGoOn) {
  Node a(database.path());
  ASSERT_TRUE(a.add("amina", 1));
  const auto lost = a.add("bruno", 1);
  ASSERT_TRUE(lost);
  shared_server().execute(
      "BEGIN; SELECT ts FROM commit_head FOR UPDATE;"
      "UPDATE commit_head SET ts = (SELECT previous FROM commit_log ORDER BY ts DESC LIMIT 1);"
      "DELETE FROM commit_log WHERE ts > (SELECT ts FROM commit_head);"
      "DELETE FROM accounts WHERE owner = 'bruno'; COMMIT",
      database.name());
  ASSERT_TRUE(a.until([&] { return a.gaps > 0; }));
  // The mark follows its listeners; whoever writes waits for both.
  const auto nothing = a.store->write_and_wait([](Writer&) { return Status(); });
  ASSERT_TRUE(nothing);
  EXPECT_LT(nothing->ts, lost->ts) << "what is lost is not brought back";
  EXPECT_EQ(a.store->published(), nothing->ts);
  ASSERT_TRUE(a.store->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const std::size_t left, db.query<Account>().count(9));
    EXPECT_EQ(left, 1U);
    return {};
  }));
  EXPECT_TRUE(a.add("carla", 1));
}

TEST_F(Nodes, BeginAnewWhenTheLogLacksWhatTheyHaveNotHeard) {
  Node a(database.path());
  ASSERT_TRUE(a.add("amina", 1));
  shared_server().execute(
      "BEGIN; SELECT ts FROM commit_head FOR UPDATE; UPDATE commit_head SET ts = ts + 1000;"
      "INSERT INTO commit_log SELECT ts, ts - 1, 'else', '' FROM commit_head; COMMIT",
      database.name());
  EXPECT_TRUE(a.until([&] { return a.gaps > 0; }));
  EXPECT_TRUE(a.add("bruno", 1));
}

TEST_F(Nodes, TextIsOrderedByItsBytesAndKeepsEveryCharacter) {
  Node a(database.path());
  const std::vector<std::string> texts = {"",
                                          std::string("\0", 1),
                                          std::string("\0a", 2),
                                          "\x01",
                                          "\x01\x02",
                                          "\x02",
                                          "B",
                                          "a",
                                          "b",
                                          "é",
                                          "ç\x01"};
  for (const std::string& text : texts) ASSERT_TRUE(a.add(text, 0));
  auto sorted = texts;
  std::ranges::sort(sorted);
  ASSERT_TRUE(a.store->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Account>("by_owner").collect());
    std::vector<std::string> owners;
    for (const Account& account : all) owners.push_back(account.owner);
    EXPECT_EQ(owners, sorted);
    return {};
  }));
}

}  // namespace
}  // namespace vv::store
