#include <gtest/gtest.h>

#include <algorithm>

#include "base/format.hpp"
#include "base/random.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

// Random queries against random writes over a key space small enough to collide all the time
// (convex-wire.md 9.11): what a query did not say it examined must not be able to change it.
namespace vv::store {
namespace {

struct Item {
  Id<Item> id;
  double creation_time = 0;
  std::optional<std::int64_t> a;
  std::string b;
  bool c = false;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, creation_time, a, b, c))

Schema items() {
  Schema schema;
  schema.add(table<Item>("items").index("by_a_b", &Item::a, &Item::b).index("by_c", &Item::c));
  return schema;
}

constexpr std::uint64_t kIds = 12;

std::optional<std::int64_t> any_a(Random& random) {
  const std::uint64_t n = random.below(5);
  if (n == 4) return std::nullopt;
  return static_cast<std::int64_t>(n);
}
std::string any_b(Random& random) { return random.text(random.below(3), "ab"); }

/// A query that can be run again and compared.
struct Question {
  enum class Kind : std::uint8_t { Get, Take, Count, Page } kind = Kind::Get;
  std::uint64_t index = 0;
  std::uint64_t equalities = 0;
  std::optional<std::int64_t> a;
  std::string b;
  bool c = false;
  bool descending = false;
  bool filter = false;
  bool lower = false;
  bool upper = false;
  std::string low;
  std::string high;
  std::uint64_t n = 1;
  Id<Item> id;
  std::optional<Position> after;
  std::optional<Position> until;

  static Question any(Random& random) {
    Question q;
    q.kind = static_cast<Kind>(random.below(4));
    q.index = random.below(3);
    q.equalities = random.below(3);
    q.a = any_a(random);
    q.b = any_b(random);
    q.c = random.below(2) == 1;
    q.descending = random.below(2) == 1;
    q.filter = random.below(3) == 0;
    q.lower = random.below(3) == 0;
    q.upper = random.below(3) == 0;
    q.low = any_b(random);
    q.high = any_b(random);
    q.n = 1 + random.below(4);
    q.id = Id<Item>(format("id{}", random.below(kIds)));
    return q;
  }

  [[nodiscard]] Query<Item> query(Reader& db) const {
    Query<Item> q = db.query<Item>(index == 0   ? "by_creation_time"
                                   : index == 1 ? "by_a_b"
                                                : "by_c");
    if (index == 1 && equalities > 0) {
      q.eq(a);
      if (equalities == 1 && lower) q.at_least(low);
      if (equalities == 1 && upper) q.below(high);
      if (equalities == 2) q.eq(b);
    }
    if (index == 2 && equalities > 0) q.eq(c);
    if (descending) q.order(Order::Descending);
    if (filter) q.where([](const Item& item) { return !item.c; });
    return q;
  }
};

std::string text_of(const Item& item) {
  return format("{}:{}:{}:{};", item.id.str(), item.a.value_or(-1), item.b, item.c);
}

Result<std::string> answer(Reader& db, const Question& q) {
  std::string text;
  switch (q.kind) {
    case Question::Kind::Get: {
      VV_ASSIGN_OR_RETURN(const auto found, db.find(q.id));
      if (found) text += text_of(*found);
      break;
    }
    case Question::Kind::Take: {
      VV_ASSIGN_OR_RETURN(const auto rows, q.query(db).take(q.n));
      for (const Item& item : rows) text += text_of(item);
      break;
    }
    case Question::Kind::Count: {
      VV_ASSIGN_OR_RETURN(const std::size_t n, q.query(db).count(q.n));
      text += format("{}", n);
      break;
    }
    case Question::Kind::Page: {
      PageRequest request{.num_items = q.n, .after = q.after, .until = q.until};
      VV_ASSIGN_OR_RETURN(const auto page, q.query(db).paginate(request));
      for (const Item& item : page.rows) text += text_of(item);
      text += page.is_done ? "done" : page.end.key;
      break;
    }
  }
  return text;
}

Status random_write(Writer& db, Random& random) {
  const Id<Item> id(format("id{}", random.below(kIds)));
  VV_ASSIGN_OR_RETURN(std::optional<Item> item, db.find(id));
  if (!item) {
    Item fresh;
    fresh.id = id;
    fresh.a = any_a(random);
    fresh.b = any_b(random);
    fresh.c = random.below(2) == 1;
    VV_TRY(db.insert(fresh));
    return {};
  }
  if (random.below(3) == 0) return db.remove(id);
  if (random.below(2) == 0) item->a = any_a(random);
  if (random.below(2) == 0) item->b = any_b(random);
  if (random.below(3) == 0) item->c = !item->c;
  return db.replace(*item);
}

struct Answered {
  Question question;
  std::string text;
  ReadSet reads;
};

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    std::int64_t tick = 1'700'000'000'000'000'000;
    auto opened = Store::open({.path = folder_.file("sim.db"),
                               .wall_nanos = [tick]() mutable { return tick += 1'000'000; },
                               .random = &random_},
                              items());
    VV_CHECK(opened.has_value(), "the simulation has its database");
    store_ = std::move(opened).value();
  }

  Answered ask(Question q) {
    Answered out;
    const Status done = store_->read([&](Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(out.text, answer(db, q));
      out.reads = db.read_set();
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    out.question = std::move(q);
    return out;
  }
  WriteSet write() {
    const auto done = store_->write_and_wait([&](Writer& db) { return random_write(db, random_); });
    EXPECT_TRUE(done) << done.error().message;
    return done && done->writes != nullptr ? *done->writes : WriteSet{};
  }

  SeededRandom& random() { return random_; }
  Store& store() { return *store_; }

 private:
  TemporaryFolder folder_;
  SeededRandom random_;
  std::unique_ptr<Store> store_;
};

TEST(ReadSetSim, IsTouchedWheneverAWriteChangesTheAnswer) {
  int changed = 0;
  int touched = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(format("seed {}", seed));
    World world(seed);
    for (int i = 0; i < 8; ++i) world.write();
    for (int step = 0; step < 60; ++step) {
      std::vector<Answered> before;
      for (int i = 0; i < 25; ++i) before.push_back(world.ask(Question::any(world.random())));
      const WriteSet writes = world.write();
      for (const Answered& old : before) {
        const bool hit = touches(old.reads, writes);
        const bool differs = world.ask(old.question).text != old.text;
        EXPECT_TRUE(hit || !differs) << old.text;
        changed += differs ? 1 : 0;
        touched += hit ? 1 : 0;
      }
    }
  }
  EXPECT_GT(changed, 500);          // the test is not asleep
  EXPECT_LT(touched, changed * 4);  // and a read set is no blank cheque
}

TEST(ReadSetSim, PagesPinnedToTheirEndsStayOneListWithoutGapsOrDoubles) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(format("seed {}", seed));
    World world(seed);
    for (int i = 0; i < 12; ++i) world.write();
    for (int round = 0; round < 12; ++round) {
      Question q = Question::any(world.random());
      q.kind = Question::Kind::Page;
      // First runs fix where pages end; a write between them moves rows about.
      std::vector<PageRequest> pages;
      std::optional<Position> from;
      while (pages.size() < 40) {
        PageRequest request{.num_items = q.n, .after = from, .until = {}};
        Position end;
        ASSERT_TRUE(world.store().read([&](Reader& db) -> Status {
          VV_ASSIGN_OR_RETURN(const auto page, q.query(db).paginate(request));
          end = page.end;
          return {};
        }));
        request.until = end;
        pages.push_back(request);
        from = end;
        if (end.at_end) break;
        if (world.random().below(3) == 0) world.write();
      }
      ASSERT_TRUE(pages.back().until->at_end);
      for (int i = 0; i < 4; ++i) {
        world.write();
        ASSERT_TRUE(world.store().read([&](Reader& db) -> Status {
          std::string joined;
          for (const PageRequest& request : pages) {
            VV_ASSIGN_OR_RETURN(const auto page, q.query(db).paginate(request));
            for (const Item& item : page.rows) joined += text_of(item);
          }
          std::string whole;
          VV_ASSIGN_OR_RETURN(const auto rows, q.query(db).collect());
          for (const Item& item : rows) whole += text_of(item);
          EXPECT_EQ(joined, whole);
          return {};
        }));
      }
    }
  }
}

}  // namespace
}  // namespace vv::store
