#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>

#include "store/store.hpp"
#include "store/testing_memory_disk.hpp"

// threat-model.md section 4, the store's rows, each at its limit and one past it.
//
//   rows a query reads     16,384    invalid
//   bytes a query reads    16 MiB    invalid
//   time a query takes     1 s       unavailable
//   a document             1 MiB     invalid
//   writes that wait       16,384    unavailable
namespace vv::store {
namespace {

struct Line {
  Id<Line> id;
  double creation_time = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Line, (), (id, creation_time, text))

struct StoreLimits : testing::Test {
  MemoryDisk disk;
  std::deque<std::function<void()>> jobs;
  bool hold = false;
  std::unique_ptr<Store> store;

  StoreLimits() { store = open({.time = hours(1)}); }

  std::unique_ptr<Store> open(ReadLimits limits) {
    store.reset();
    Schema schema;
    schema.add(table<Line>("lines"));
    auto opened = Store::open(
        {.path = disk.path("test.db"),
         .query_limits = limits,
         .writer =
             [this](std::function<void()> job) { hold ? jobs.push_back(std::move(job)) : job(); }},
        std::move(schema));
    VV_CHECK(opened.has_value(), "the test has its database");
    return *std::move(opened);
  }
  Result<Commit> add(std::size_t rows, std::size_t bytes) {
    return store->write_and_wait([&](Writer& db) -> Status {
      for (std::size_t i = 0; i < rows; ++i) {
        VV_TRY(db.insert(Line{.id = {}, .creation_time = 0, .text = std::string(bytes, 'x')}));
      }
      return {};
    });
  }
  ErrorCode read_all() {
    const Status read = store->read([](Reader& db) -> Status {
      VV_TRY(db.query<Line>().collect());
      return {};
    });
    return read ? ErrorCode::Internal : read.error().code;  // Internal: was not refused
  }
  static constexpr ErrorCode kRead = ErrorCode::Internal;
};

TEST_F(StoreLimits, RowsOfAQuery) {
  ASSERT_TRUE(add(16'384, 1));
  EXPECT_EQ(read_all(), kRead);
  ASSERT_TRUE(add(1, 1));
  EXPECT_EQ(read_all(), ErrorCode::Invalid);
}

TEST_F(StoreLimits, BytesOfAQuery) {
  // A row counts its id of 26 characters and 2, its creation time as 9, and its text and 2.
  constexpr std::size_t kRest = 26 + 2 + 9 + 2;
  constexpr std::size_t kHalf = 512 * 1024;
  ASSERT_TRUE(add(31, kHalf - kRest));
  ASSERT_TRUE(add(1, kHalf - kRest - kRest));
  EXPECT_EQ(read_all(), kRead);
  ASSERT_TRUE(add(1, 0));
  EXPECT_EQ(read_all(), kRead) << "exactly 16 MiB";
  ASSERT_TRUE(add(1, 0));
  EXPECT_EQ(read_all(), ErrorCode::Invalid);
}

TEST_F(StoreLimits, TimeOfAQuery) {
  EXPECT_EQ(ReadLimits{}.time, seconds(1));
  ASSERT_TRUE(add(100, 1));  // the clock is looked at now and then
  store = open({.time = hours(1)});
  EXPECT_EQ(read_all(), kRead);
  store = open({.time = -seconds(1)});  // was over before it began
  EXPECT_EQ(read_all(), ErrorCode::Unavailable);
}

TEST_F(StoreLimits, SizeOfADocument) {
  constexpr std::size_t kLimit = 1024 * 1024;
  constexpr std::size_t kId = 26;
  EXPECT_TRUE(add(1, kLimit - kId));
  const auto refused = add(1, kLimit - kId + 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Invalid);
}

TEST_F(StoreLimits, WritesThatWait) {
  hold = true;
  std::size_t answered = 0;
  std::size_t refused = 0;
  const auto write = [&] {
    store->write([](Writer&) -> Status { return {}; },
                 [&](const Result<Commit>& done) { ++(done ? answered : refused); });
  };
  for (int i = 0; i < 16'384; ++i) write();
  EXPECT_EQ(refused, 0U);
  write();
  EXPECT_EQ(refused, 1U) << "told at once";
  hold = false;
  for (; !jobs.empty(); jobs.pop_front()) jobs.front()();
  EXPECT_EQ(answered, 16'384U) << "who waited is served";
}

}  // namespace
}  // namespace vv::store
