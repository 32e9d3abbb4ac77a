#include "server/retention.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/format.hpp"
#include "base/metrics.hpp"
#include "market/push_devices.hpp"
#include "market/testing_world.hpp"
#include "server/webhook_table.hpp"

// covers P1: each line of the register, with the clock moved.
namespace vv::server {
namespace {

using market::Rates;
using market::World;
using reactive::Value;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::uint64_t purged(std::string_view what) {
  return metrics()
      .counter("visavis_retention_purged_total", "", {{"what", std::string(what)}})
      .value();
}

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest()
      : world(
            7, Rates::Lifted,
            [this](reactive::Internals& internals) {
              register_retention(internals, [this](const std::vector<std::string>& ids) {
                removed.insert(ids.begin(), ids.end());
              });
            },
            declare_webhooks) {
    world.tick();
    offre = world.add_offre(bruno, world.add_demande(amina));
    session = world.move(amina, offre, "accepted").text("meetSessionId");
  }

  void send(const std::string& fields) {
    ASSERT_TRUE(
        world.mutate(amina, "messages:send", format(R"({{"offreId":"{}",{}}})", offre, fields)).ok);
  }
  std::size_t messages() {
    return world
        .query(bruno, "messages:list",
               format(R"({{"offreId":"{}","paginationOpts":{{"numItems":500,"cursor":null}}}})",
                      offre))
        .size();
  }
  void end() { world.mutate(amina, "meetSessions:endMeetSession", World::session_args(session)); }
  /// Time passes; what the register says goes, however many batches that takes.
  void pass(Duration time) {
    world.advance(time);
    for (int i = 0; i < 5; ++i) {
      world.tick();
      world.advance(seconds(1));
    }
  }
  template <class D>
  std::size_t rows() {
    std::size_t found = 0;
    EXPECT_TRUE(world.store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<D>().count(10'000));
      return {};
    }));
    return found;
  }
  template <class D>
  void insert(const D& document) {
    EXPECT_TRUE(world.store->write_and_wait([&](store::Writer& db) -> Status {
      VV_TRY(db.insert(document));
      return {};
    }));
  }

  std::set<std::string> removed;
  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string offre;
  std::string session;
};

TEST_F(RetentionTest, MessagesAndTheirFilesGoAYearAfterTheSessionEnded) {
  const std::uint64_t before = purged("messages");
  const std::string file = world.add_file(amina);
  send(R"("texte":"bonjour")");
  send(format(R"("storageId":"{}")", file));
  world.advance(hours(20));
  end();
  pass(days(365) - hours(1));
  EXPECT_EQ(messages(), 2U);
  EXPECT_THAT(removed, IsEmpty());
  pass(hours(1));
  EXPECT_EQ(messages(), 0U);
  EXPECT_THAT(removed, ElementsAre(file));
  EXPECT_EQ(rows<market::File>(), 0U);
  EXPECT_EQ(purged("messages"), before + 2);
}

TEST_F(RetentionTest, WhatIsNotedAboutACallGoesAfterAYear) {
  end();
  ASSERT_TRUE(
      world.mutate(amina, "meetSessions:rate", format(R"({{"sessionId":"{}","sound":4}})", session))
          .ok);
  pass(days(365) - hours(1));
  EXPECT_EQ(rows<market::MeetReview>(), 1U);
  pass(hours(1));
  EXPECT_EQ(rows<market::MeetReview>(), 0U);
}

TEST_F(RetentionTest, LinksToCopiesAreForgottenAfterADay) {
  ASSERT_TRUE(world.mutate(amina, "users:generateExportUrl", "{}").ok);
  pass(hours(23));
  EXPECT_EQ(rows<market::Export>(), 1U);
  pass(hours(1));
  EXPECT_EQ(rows<market::Export>(), 0U);
}

TEST_F(RetentionTest, MessagesStayWhileALaterSessionIsOfTheSameYear) {
  send(R"("texte":"bonjour")");
  end();
  world.advance(days(200));
  session =
      world.mutate(bruno, "meetSessions:start", World::offre_args(offre)).text("meetSessionId");
  end();
  pass(days(200));
  EXPECT_EQ(messages(), 1U);
  pass(days(166));
  EXPECT_EQ(messages(), 0U);
}

TEST_F(RetentionTest, MoreThanABatchOfMessagesGoesABatchASecond) {
  for (int i = 0; i < 450; ++i) send(R"("texte":"x")");
  end();
  pass(days(366));
  EXPECT_EQ(rows<market::Message>(), 0U);
}

TEST_F(RetentionTest, FilesThatNothingShowsGoAfterADay) {
  const std::string orphan = world.add_file(amina);
  pass(hours(24) - minutes(5));
  EXPECT_THAT(removed, IsEmpty());
  pass(minutes(35));
  EXPECT_THAT(removed, ElementsAre(orphan));
}

TEST_F(RetentionTest, LoginsGoWhenTheyHaveExpired) {
  identity::Login login;
  login.user_id = market::UserId(amina);
  login.expires_at = world.now() + days(30);
  insert(login);
  pass(days(29));
  EXPECT_EQ(rows<identity::Login>(), 1U);
  pass(days(1) + minutes(30));
  EXPECT_EQ(rows<identity::Login>(), 0U);
}

TEST_F(RetentionTest, EndedLoginsGoAfterTwoDays) {
  identity::EndedLogin ended;
  ended.login = "l";
  insert(ended);
  pass(days(2) - minutes(1));
  EXPECT_EQ(rows<identity::EndedLogin>(), 1U);
  pass(minutes(31));
  EXPECT_EQ(rows<identity::EndedLogin>(), 0U);
}

TEST_F(RetentionTest, WebhooksThatNobodyTellsGoAfterTwoDays) {
  Webhook webhook;
  webhook.body = "{}";
  insert(webhook);
  pass(days(2) - minutes(1));
  EXPECT_EQ(rows<Webhook>(), 1U);
  pass(minutes(31));
  EXPECT_EQ(rows<Webhook>(), 0U);
}

TEST_F(RetentionTest, RingsGoAfterAYear) {
  end();
  pass(market::kRingAge - minutes(1));
  EXPECT_EQ(rows<market::Ring>(), 2U);
  pass(minutes(31));
  EXPECT_EQ(rows<market::Ring>(), 0U);
}

TEST_F(RetentionTest, BrowsersThatAreRungAreForgottenAfterAMonthAway) {
  world.mutate(bruno, "push:subscribe",
               R"({"endpoint":"https://push.example/1","p256dh":"k","auth":"a","device":"d"})");
  pass(market::kPushDeviceAge - minutes(1));
  EXPECT_EQ(rows<market::PushDevice>(), 1U);
  pass(minutes(31));
  EXPECT_EQ(rows<market::PushDevice>(), 0U);
}

TEST_F(RetentionTest, OutcomesOfMutationsGoAfterAWeek) {
  reactive::CallRequest request;
  request.path = "demandes:cancel";
  request.args = Value(Value::Object{{"demandeId", Value(world.add_demande(amina))}});
  reactive::Identity who;
  who.subject = amina;
  request.identity = std::make_shared<const reactive::Identity>(who);
  request.key = reactive::RequestKey{"a client's session", 1};
  world.engine->mutate(std::move(request),
                       [](const reactive::CallOutcome& done) { EXPECT_FALSE(done.failure); });
  world.settle();
  const auto kept = [&] {
    std::size_t found = 0;
    const auto undone = world.store->write_and_wait([&](store::Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, reactive::purge_outcomes(db, world.now() + days(1), 10));
      return conflict("only counted");
    });
    EXPECT_FALSE(undone);
    return found;
  };
  pass(days(6));
  EXPECT_EQ(kept(), 1U);
  pass(days(1) + minutes(30));
  EXPECT_EQ(kept(), 0U);
}

// covers F12
TEST_F(RetentionTest, AClockThatIsSetAheadRemovesNothing) {
  send(R"("texte":"bonjour")");
  end();
  world.set_clock(days(3650));
  pass(hours(1));
  EXPECT_EQ(messages(), 1U);
}

TEST(RetentionRegister, SaysNoMoreThanTheThreatModelAllows) {
  EXPECT_EQ(retention_of("messages").keep, days(365));
  EXPECT_LE(retention_of("backups").keep, days(30));
}

}  // namespace
}  // namespace vv::server
