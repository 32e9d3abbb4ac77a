#include "store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <thread>

#include "base/format.hpp"
#include "base/random.hpp"
#include "store/testing_postgres.hpp"

namespace vv::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

enum class BookStatus : std::uint8_t { Free, OnLoan };
BOOST_DESCRIBE_ENUM(BookStatus, Free, OnLoan)

struct Shelf {
  Id<Shelf> id;
  double creation_time = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (id, creation_time, name))

struct Book {
  Id<Book> id;
  double creation_time = 0;
  Id<Shelf> shelf_id;
  std::string title;
  std::int64_t year = 0;
  std::optional<std::string> reader;
  BookStatus status = BookStatus::Free;
  UnixMillis bought_at;
};
BOOST_DESCRIBE_STRUCT(Book, (),
                      (id, creation_time, shelf_id, title, year, reader, status, bought_at))

Schema library() {
  Schema schema;
  schema.add(table<Shelf>("shelves").unique("by_name", &Shelf::name));
  schema.add(table<Book>("books")
                 .index("by_shelf_year", &Book::shelf_id, &Book::year)
                 .index("by_reader", &Book::reader)
                 .unique_where("one_loan", &Book::status, BookStatus::OnLoan, &Book::reader));
  return schema;
}

/// What holds on every engine.
class StoreTest : public testing::TestWithParam<TestEngine> {
 protected:
  StoreTest() { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = Store::open(
        {.path = database_.path(), .wall_nanos = [this] { return now_; }, .random = &random_},
        library());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(opened).value();
  }
  Result<Commit> write(const Store::WriteBody& body) { return store_->write_and_wait(body); }

  Id<Shelf> add_shelf(const std::string& name) {
    Id<Shelf> id;
    const auto done = write([&](Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(id, db.insert(Shelf{.id = {}, .creation_time = 0, .name = name}));
      return {};
    });
    EXPECT_TRUE(done);
    return id;
  }
  static Book book(const Id<Shelf>& shelf, std::string title, std::int64_t year) {
    Book b;
    b.shelf_id = shelf;
    b.title = std::move(title);
    b.year = year;
    return b;
  }
  Id<Book> add_book(const Book& b) {
    Id<Book> id;
    const auto done = write([&](Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(id, db.insert(b));
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
    return id;
  }

  TestDatabase database_{GetParam()};
  SeededRandom random_{7};
  std::int64_t now_ = 1'700'000'000'000'000'000;
  std::unique_ptr<Store> store_;
};

std::vector<std::string> titles(const std::vector<Book>& books) {
  std::vector<std::string> out;
  for (const Book& b : books) out.push_back(b.title);
  return out;
}

TEST_P(StoreTest, GivesBackWhatWasInserted) {
  const Id<Shelf> shelf = add_shelf("A");
  Book b = book(shelf, std::string("L'Étranger \0 x", 15), 1942);
  b.reader = "amina";
  b.status = BookStatus::OnLoan;
  b.bought_at = UnixMillis{5};
  const Id<Book> id = add_book(b);

  ASSERT_TRUE(store_->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const Book got, db.get(id));
    EXPECT_EQ(got.title, b.title);
    EXPECT_EQ(got.year, 1942);
    EXPECT_EQ(got.reader, "amina");
    EXPECT_EQ(got.status, BookStatus::OnLoan);
    EXPECT_EQ(got.bought_at, UnixMillis{5});
    EXPECT_NEAR(got.creation_time, 1.7e12, 1);
    return {};
  }));
  EXPECT_EQ(id.str().size(), 26U);
}

// covers H17
TEST_P(StoreTest, TellsThatARowIsMissing) {
  const Status read = store_->read([](Reader& db) -> Status {
    VV_TRY(db.get(Id<Book>("nothing")));
    return {};
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::NotFound);
}

TEST_P(StoreTest, ReadsAlongAnIndexBothWaysAndBetweenBounds) {
  const Id<Shelf> a = add_shelf("A");
  const Id<Shelf> b = add_shelf("B");
  for (const int year : {1942, 1947, 1951, 1956}) add_book(book(a, format("a{}", year), year));
  add_book(book(b, "b1950", 1950));

  ASSERT_TRUE(store_->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Book>("by_shelf_year").eq(a).collect());
    EXPECT_THAT(titles(all), ElementsAre("a1942", "a1947", "a1951", "a1956"));
    VV_ASSIGN_OR_RETURN(const auto newest,
                        db.query<Book>("by_shelf_year").eq(a).order(Order::Descending).take(2));
    EXPECT_THAT(titles(newest), ElementsAre("a1956", "a1951"));
    VV_ASSIGN_OR_RETURN(const auto between,
                        db.query<Book>("by_shelf_year").eq(a).at_least(1947).below(1956).collect());
    EXPECT_THAT(titles(between), ElementsAre("a1947", "a1951"));
    VV_ASSIGN_OR_RETURN(const std::size_t count,
                        db.query<Book>("by_shelf_year").eq(a).above(1942).count(100));
    EXPECT_EQ(count, 3U);
    VV_ASSIGN_OR_RETURN(const auto none, db.query<Book>("by_reader").eq("nobody").collect());
    EXPECT_THAT(titles(none), IsEmpty());
    VV_ASSIGN_OR_RETURN(const auto free, db.query<Book>("by_reader").eq(std::nullopt).take(9));
    EXPECT_EQ(free.size(), 5U);
    // NULL is a place to look at, never a bound.
    for (auto bounded :
         {&Query<Book>::above<std::nullopt_t>, &Query<Book>::at_least<std::nullopt_t>,
          &Query<Book>::below<std::nullopt_t>, &Query<Book>::at_most<std::nullopt_t>}) {
      auto query = db.query<Book>("by_reader");
      EXPECT_FALSE((query.*bounded)(std::nullopt).collect());
    }
    return {};
  }));
}

TEST_P(StoreTest, KeepsTheOrderOfInsertionInsideOneMutation) {
  const Id<Shelf> shelf = add_shelf("A");
  ASSERT_TRUE(write([&](Writer& db) -> Status {
    for (int i = 0; i < 20; ++i) VV_TRY(db.insert(book(shelf, format("{:02}", i), 2000)));
    return {};
  }));
  ASSERT_TRUE(store_->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Book>().collect());
    EXPECT_TRUE(std::ranges::is_sorted(titles(all)));
    EXPECT_EQ(all.size(), 20U);
    return {};
  }));
}

TEST_P(StoreTest, LetsAMutationReadItsOwnWrites) {
  const Id<Shelf> shelf = add_shelf("A");
  ASSERT_TRUE(write([&](Writer& db) -> Status {
    VV_ASSIGN_OR_RETURN(const Id<Book> id, db.insert(book(shelf, "old", 1)));
    VV_ASSIGN_OR_RETURN(Book b, db.get(id));
    b.title = "new";
    VV_TRY(db.replace(b));
    VV_ASSIGN_OR_RETURN(const auto found, db.query<Book>("by_shelf_year").eq(shelf).collect());
    EXPECT_THAT(titles(found), ElementsAre("new"));
    VV_TRY(db.remove(id));
    VV_ASSIGN_OR_RETURN(const std::size_t left, db.query<Book>().count(9));
    EXPECT_EQ(left, 0U);
    return {};
  }));
}

TEST_P(StoreTest, UndoesARefusedMutationAndNotItsNeighbours) {
  const Id<Shelf> shelf = add_shelf("A");
  std::vector<std::future<Result<Commit>>> outcomes;
  std::promise<void> gate;
  store_->write(
      [future = gate.get_future().share()](Writer&) -> Status { return future.wait(), Status{}; },
      [](Result<Commit>) {});
  for (const bool fail : {false, true, false}) {
    auto promise = std::make_shared<std::promise<Result<Commit>>>();
    outcomes.push_back(promise->get_future());
    store_->write(
        [&, fail](Writer& db) -> Status {
          VV_TRY(db.insert(book(shelf, fail ? "bad" : "good", 1)));
          if (fail) return conflict("no");
          return {};
        },
        [promise](Result<Commit> r) { promise->set_value(std::move(r)); });
  }
  gate.set_value();
  EXPECT_TRUE(outcomes[0].get());
  const auto refused = outcomes[1].get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
  EXPECT_TRUE(outcomes[2].get());
  ASSERT_TRUE(store_->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Book>().collect());
    EXPECT_THAT(titles(all), ElementsAre("good", "good"));
    return {};
  }));
}

TEST_P(StoreTest, OnlyWhatWasNotRefusedStaysHoweverRefusalsFallIntoBatches) {
  const Id<Shelf> shelf = add_shelf("A");
  SeededRandom dice(7);
  std::vector<std::string> expected;
  std::atomic<int> answered = 0;
  std::promise<void> last;
  constexpr int kCount = 2'000;
  for (int i = 0; i < kCount; ++i) {
    // Long runs without a refusal, then several: batches with savepoints and without.
    const bool fails = i % 400 > 350 && dice.below(3) == 0;
    const bool writes = dice.below(4) != 0;
    const std::string title = std::to_string(i);
    if (writes && !fails) expected.push_back(title);
    store_->write(
        [&, fails, writes, title](Writer& db) -> Status {
          if (writes) VV_TRY(db.insert(book(shelf, title, 1)));
          return fails ? conflict(title) : Status{};
        },
        [&, fails, title](Result<Commit> r) {
          EXPECT_EQ(r.has_value(), !fails);
          EXPECT_EQ(r ? title : r.error().message, title);
          if (++answered == kCount) last.set_value();
        });
  }
  last.get_future().get();
  ASSERT_TRUE(store_->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Book>().collect());
    EXPECT_EQ(titles(all), expected);
    return {};
  }));
}

// covers I1, I2: the database itself refuses what the state machines forbid
TEST_P(StoreTest, HoldsAPartialUniqueIndexAmongMatchingRowsOnly) {
  const Id<Shelf> shelf = add_shelf("A");
  Book b = book(shelf, "x", 1);
  b.reader = "amina";
  add_book(b);
  add_book(b);  // both free: no rule
  b.status = BookStatus::OnLoan;
  const Id<Book> lent = add_book(b);
  const auto second = write([&](Writer& db) -> Status {
    VV_TRY(db.insert(b));
    return {};
  });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Conflict);
  ASSERT_TRUE(write([&](Writer& db) { return db.remove(lent); }));
  add_book(b);
}

TEST_P(StoreTest, HoldsForeignKeys) {
  const auto dangling = write([&](Writer& db) -> Status {
    VV_TRY(db.insert(book(Id<Shelf>("nowhere"), "x", 1)));
    return {};
  });
  ASSERT_FALSE(dangling);
  EXPECT_EQ(dangling.error().code, ErrorCode::Conflict);
}

TEST_P(StoreTest, RefusesNaN) {
  struct Unused {};
  const auto refused = store_->read([](Reader& db) -> Status {
    VV_TRY(db.query<Shelf>().at_least(std::nan("")).collect());
    return {};
  });
  EXPECT_FALSE(refused);
}

// covers I7
TEST_P(StoreTest, NumbersCommitsUpwardsEvenWhenTheClockGoesBack) {
  add_shelf("A");
  const Timestamp before = store_->published();
  now_ -= 3'600'000'000'000;
  add_shelf("B");
  EXPECT_GT(store_->published(), before);
  const Timestamp last = store_->published();
  reopen();
  EXPECT_EQ(store_->published(), last);
  add_shelf("C");
  EXPECT_GT(store_->published(), last);
}

TEST_P(StoreTest, CallsListenersThenPublishesThenAnswersInOrder) {
  std::vector<std::string> events;
  Timestamp seen_before;
  store_->on_commit([&](const Commit& commit) {
    events.push_back("listener");
    EXPECT_GT(commit.ts, store_->published());
    seen_before = commit.ts;
  });
  std::promise<void> gate;
  std::promise<void> finished;
  store_->write(
      [future = gate.get_future().share()](Writer&) -> Status { return future.wait(), Status{}; },
      [](Result<Commit>) {});
  for (int i = 0; i < 3; ++i) {
    store_->write(
        [i](Writer& db) -> Status {
          VV_TRY(db.insert(Shelf{.id = {}, .creation_time = 0, .name = format("{}", i)}));
          return {};
        },
        [&, i](Result<Commit> done) {
          ASSERT_TRUE(done);
          EXPECT_LE(done->ts, store_->published());
          events.push_back(format("done {}", i));
          if (i == 2) finished.set_value();
        });
  }
  gate.set_value();
  finished.get_future().wait();
  EXPECT_THAT(events,
              ElementsAre("listener", "listener", "listener", "done 0", "done 1", "done 2"));
}

TEST_P(StoreTest, RefusesWritesPastItsQueueAtOnce) {
  store_.reset();
  auto opened = Store::open({.path = database_.path(), .max_queue = 1}, library());
  ASSERT_TRUE(opened);
  std::promise<void> gate;
  std::promise<void> started;
  (*opened)->write(
      [&, future = gate.get_future().share()](Writer&) -> Status {
        started.set_value();
        return future.wait(), Status{};
      },
      [](Result<Commit>) {});
  started.get_future().wait();
  (*opened)->write([](Writer&) -> Status { return {}; }, [](Result<Commit>) {});
  bool refused = false;
  (*opened)->write(
      [](Writer&) -> Status { return {}; },
      [&](Result<Commit> done) { refused = !done && done.error().code == ErrorCode::Unavailable; });
  EXPECT_TRUE(refused);
  gate.set_value();
}

TEST_P(StoreTest, GivesEachReaderOneStateWhileAWriterMovesMoney) {
  std::vector<Id<Shelf>> shelves = {add_shelf("A"), add_shelf("B")};
  std::vector<Id<Book>> accounts = {add_book(book(shelves[0], "a", 500)),
                                    add_book(book(shelves[1], "b", 500))};
  std::atomic<bool> ended = false;
  std::thread writer([&] {
    for (int i = 0; i < 300; ++i) {
      const auto moved = write([&](Writer& db) -> Status {
        VV_ASSIGN_OR_RETURN(Book a, db.get(accounts[0]));
        VV_ASSIGN_OR_RETURN(Book b, db.get(accounts[1]));
        a.year -= 1;
        b.year += 1;
        VV_TRY(db.replace(a));
        return db.replace(b);
      });
      EXPECT_TRUE(moved);
    }
    ended = true;
  });
  Timestamp last;
  while (!ended) {
    const Status read = store_->read([&](Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const Book a, db.get(accounts[0]));
      VV_ASSIGN_OR_RETURN(const Book b, db.get(accounts[1]));
      EXPECT_EQ(a.year + b.year, 1000);
      EXPECT_GE(db.timestamp(), last);
      EXPECT_LE(db.timestamp(), store_->published());
      last = db.timestamp();
      return {};
    });
    EXPECT_TRUE(read);
  }
  writer.join();
}

TEST_P(StoreTest, RefusesAQueryPastItsBudget) {
  store_.reset();
  auto opened = Store::open(
      {.path = database_.path(), .query_limits = {.rows = 3, .bytes = 1000, .time = seconds(60)}},
      library());
  ASSERT_TRUE(opened);
  Store& store = **opened;
  const auto insert = [&](const std::string& name) {
    const auto done = store.write_and_wait([&](Writer& db) -> Status {
      VV_TRY(db.insert(Shelf{.id = {}, .creation_time = 0, .name = name}));
      return {};
    });
    EXPECT_TRUE(done);
  };
  const auto read_all = [&] {
    return store.read([](Reader& db) -> Status {
      VV_TRY(db.query<Shelf>().collect());
      return {};
    });
  };
  for (const char* name : {"a", "b", "c"}) insert(name);
  EXPECT_TRUE(read_all());
  insert("d");
  EXPECT_FALSE(read_all());
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreTest, testing::Values(TestEngine::Sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, StoreTest, testing::Values(TestEngine::Postgres));

/// What is SQLite's alone.
class StoreFileTest : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Sqlite, StoreFileTest, testing::Values(TestEngine::Sqlite));

TEST_P(StoreFileTest, LeavesOneFileBehindAlsoWhenItWasRead) {
  const Id<Shelf> shelf = add_shelf("a");
  const auto find = [&](Reader& db) -> Status {
    VV_TRY(db.get(shelf));
    return {};
  };
  ASSERT_TRUE(store_->read(find));
  store_.reset();
  EXPECT_FALSE(std::filesystem::exists(database_.file("test.db-wal")));
  reopen();
  EXPECT_TRUE(store_->read(find));
}

TEST_P(StoreFileTest, LetsNoSecondServerUseItsFile) {
  const auto second = Store::open({.path = database_.path()}, library());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, testing::HasSubstr("another visavis"));
}

}  // namespace
}  // namespace vv::store
