#include "reactive/promises.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactive/detail/outcomes.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::reactive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Promises : ::testing::Test {
  store::TemporaryFolder folder;
  std::unique_ptr<store::Store> store;

  Promises() {
    store::Schema schema;
    declare_schema(schema);
    auto opened = store::Store::open({.path = folder.file("test.db")}, std::move(schema));
    VV_CHECK(opened.has_value(), "the test has its database");
    store = *std::move(opened);
  }

  void add(const std::string& session, std::int64_t request, std::int64_t commit_ts) const {
    const auto done = store->write_and_wait([&](store::Writer& db) -> Status {
      MutationOutcome outcome;
      outcome.session_id = session;
      outcome.request_id = request;
      outcome.commit_ts = commit_ts;
      VV_TRY(db.insert(outcome));
      return {};
    });
    ASSERT_TRUE(done);
  }
  [[nodiscard]] std::vector<std::string> complaints() const {
    std::vector<std::string> found;
    const Status read = store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, broken_promises(db));
      return {};
    });
    EXPECT_TRUE(read);
    return found;
  }
};

// covers I7, I8
TEST_F(Promises, OutcomesOfCommitsThatWereAndOneARequestAreSound) {
  add("a", 1, 1);
  add("a", 2, 2);
  add("b", 1, 3);
  EXPECT_THAT(complaints(), IsEmpty());
}

// covers I7
TEST_F(Promises, AnOutcomeFromAfterTheNewestCommitIsNamed) {
  add("a", 0, 1);
  add("a", 1, static_cast<std::int64_t>(store->published().nanos) + days(1).as_nanos());
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("I7: outcome")));
}

// covers I8
TEST_F(Promises, ARequestThatTookEffectTwiceIsNamed) {
  add("a", 1, 1);
  add("a", 1, 2);
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("I8: outcome")));
}

}  // namespace
}  // namespace vv::reactive
