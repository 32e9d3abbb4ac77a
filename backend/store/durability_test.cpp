#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::store {
namespace {

struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, number))

Schema entries() {
  Schema schema;
  schema.add(table<Entry>("entries").unique("by_number", &Entry::number));
  return schema;
}

/// The child: writes numbers in order as fast as it can and says on the pipe which are durable.
[[noreturn]] void write_until_killed(const std::string& path, int pipe) {
  auto opened = Store::open({.path = path}, entries());
  if (!opened) ::_exit(1);
  constexpr std::int64_t kInFlight = 64;
  for (std::int64_t next = 0;; ++next) {
    const auto body = [next](Writer& db) -> Status {
      VV_TRY(db.insert(Entry{.id = {}, .creation_time = 0, .number = next}));
      return {};
    };
    const auto acknowledge = [next, pipe](const Result<Commit>& done) {
      if (done && ::write(pipe, &next, sizeof next) != sizeof next) ::_exit(2);
    };
    if (next % kInFlight == kInFlight - 1) {
      acknowledge((*opened)->write_and_wait(body));
    } else {
      (*opened)->write(body, acknowledge);
    }
  }
}

// covers I7, F1
TEST(Durability, NothingAcknowledgedIsLostWhenTheProcessIsKilled) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) write_until_killed(path, ends[1]);
  ::close(ends[1]);

  std::int64_t last = -1;
  std::int64_t number = 0;
  while (::read(ends[0], &number, sizeof number) == sizeof number) {
    EXPECT_EQ(number, last + 1) << "answers come in the order of the commits";
    last = number;
    if (last == 2'000) ::kill(child, SIGKILL);  // and go on reading what it had said by then
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_GE(last, 2'000);

  auto reopened =
      Store::open({.path = path, .query_limits = {.rows = 1'000'000, .bytes = 1 << 30}}, entries());
  ASSERT_TRUE(reopened) << reopened.error().message;
  ASSERT_TRUE((*reopened)->read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto all, db.query<Entry>("by_number").collect());
    EXPECT_GT(static_cast<std::int64_t>(all.size()), last);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].number, static_cast<std::int64_t>(i)) << "no hole";
    }
    return {};
  }));
}

}  // namespace
}  // namespace vv::store
