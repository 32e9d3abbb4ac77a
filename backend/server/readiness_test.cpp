#include "server/readiness.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "server/health_routes.hpp"
#include "store/store.hpp"
#include "store/testing_memory_disk.hpp"

namespace vv::server {
namespace {

using Done = std::function<void(Status)>;

/// A database that answers when it is told to.
struct ReadinessTest : testing::Test {
  explicit ReadinessTest(Duration limit = seconds(60))
      : readiness({.loop = loop,
                   .check =
                       [this](Done done) {
                         ++asked;
                         if (answer) return done(*answer);
                         waiting.push_back(std::move(done));
                       },
                   .now = [this] { return now; },
                   .limit = limit}) {
    mount_health_routes(router, {.is_ready = [this] { return readiness.ask(); },
                                 .refresh_gauges = [] {},
                                 .metrics_token = {}});
  }
  int status() {
    int got = 0;
    loop.spawn([](ReadinessTest& self, int& result) -> Task<void> {
      const auto* route = self.router.find("GET", "/readyz").route;
      net::HttpRequest request;
      const net::HttpResponse response = co_await route->handler(std::move(request));
      result = response.status;
      self.loop.stop();
    }(*this, got));
    loop.run();
    loop.context().restart();
    return got;
  }
  /// Until whoever has asked is answered, and what was posted has run.
  void settle() {
    loop.post([this] { loop.stop(); });
    loop.run();
    loop.context().restart();
  }

  net::EventLoop loop;
  net::Router router;
  Instant now;
  std::optional<Status> answer = Status{};
  int asked = 0;
  std::vector<Done> waiting;
  Readiness readiness;
};

TEST_F(ReadinessTest, FollowsWhetherTheDatabaseTakesChanges) {
  EXPECT_EQ(status(), 200);
  answer = unavailable("the disk is nearly full");
  now = now + seconds(1);
  EXPECT_EQ(status(), 503);
  answer = Status{};
  now = now + seconds(1);
  EXPECT_EQ(status(), 200);
}

TEST_F(ReadinessTest, AsksTheDatabaseOnceASecondHoweverManyAsk) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(status(), 200);
  EXPECT_EQ(asked, 1);
  now = now + milliseconds(999);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(asked, 1);
  now = now + milliseconds(1);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(asked, 2);
}

struct ImpatientTest : ReadinessTest {
  ImpatientTest() : ReadinessTest(milliseconds(20)) {}
};

TEST_F(ImpatientTest, ADatabaseThatDoesNotAnswerIsNotReadyAndNotAskedAgainMeanwhile) {
  answer.reset();
  EXPECT_EQ(status(), 503);
  now = now + seconds(5);
  EXPECT_EQ(status(), 503);
  EXPECT_EQ(asked, 1);

  // Its late answer is old by now: the next one counts.
  waiting.front()(Status{});
  settle();
  answer = Status{};
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(asked, 2);
}

// covers F3
TEST(ReadinessOfAStore, AFullDiskIsNotReadyUntilSpaceIsBack) {
  store::MemoryDisk disk;
  std::uint64_t left = kDiskReserve;
  auto opened = store::Store::open(
      {.path = disk.path("test.db"), .free_bytes = [&left] { return left; }}, store::Schema{});
  ASSERT_TRUE(opened);
  net::EventLoop loop;
  Instant now;
  Readiness readiness(
      {.loop = loop,
       .check = [&opened](Done done) { (*opened)->check_writable(std::move(done)); },
       .now = [&now] { return now; },
       .limit = seconds(60)});
  const auto ask = [&] {
    bool ready = false;
    loop.spawn([](net::EventLoop& l, Readiness& r, bool& result) -> Task<void> {
      result = co_await r.ask();
      l.stop();
    }(loop, readiness, ready));
    loop.run();
    loop.context().restart();
    now = now + seconds(1);
    return ready;
  };
  EXPECT_TRUE(ask());
  left = kDiskReserve - 1;
  EXPECT_FALSE(ask());
  left = kDiskReserve;
  EXPECT_TRUE(ask());
}

}  // namespace
}  // namespace vv::server
