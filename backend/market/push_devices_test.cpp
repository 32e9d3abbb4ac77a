#include "market/push_devices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/account_data.hpp"
#include "market/testing_world.hpp"

namespace vv::market {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PushDevicesTest : public testing::Test {
 protected:
  static std::string subscription(const std::string& endpoint, const std::string& device) {
    return format(
        R"({{"endpoint":"https://push.example/{}","p256dh":"k","auth":"a","device":"{}"}})",
        endpoint, device);
  }
  std::string subscribe(const std::string& who, const std::string& endpoint,
                        const std::string& device = "phone") {
    return world.mutate(who, "push:subscribe", subscription(endpoint, device)).code();
  }
  void accept() {
    offre = world.add_offre(bruno, world.add_demande(amina));
    session = world.move(amina, offre, "accepted").text("meetSessionId");
    world.tick();
  }
  void press(const std::string& who, const std::string& what) {
    EXPECT_TRUE(world.mutate(who, "meetSessions:" + what, World::session_args(session)).ok);
    world.tick();
  }
  void pass(Duration time) {
    world.advance(time);
    world.tick();
  }
  static std::string field(const PushMessage& message, const char* name) {
    return Answer::text_in(reactive::convex::parse_json(message.text).value(), name);
  }
  static std::string receipt_of(const PushMessage& message) {
    return format(R"({{"ring":"{}","receipt":"{}"}})", field(message, "ring"),
                  field(message, "receipt"));
  }
  /// `phone: ring`, for each message.
  std::vector<std::string> sent() {
    std::vector<std::string> out;
    for (const PushMessage& message : world.push.take()) {
      out.push_back(message.endpoint.substr(message.endpoint.rfind('/') + 1) + ": " +
                    field(message, "kind"));
    }
    return out;
  }
  std::vector<std::string> endpoints() {
    std::vector<std::string> out;
    EXPECT_TRUE(world.store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const auto rows, db.query<PushDevice>().collect());
      for (const PushDevice& row : rows) {
        out.push_back(row.endpoint.substr(row.endpoint.rfind('/') + 1));
      }
      return {};
    }));
    return out;
  }
  template <class Job>
  void write(Job job) {
    EXPECT_TRUE(world.store->write_and_wait(job));
  }
  double shown_on() {
    const Answer meet =
        world.query(amina, "meetSessions:getMeetSession", World::session_args(session));
    return *meet.value.find("ringAutre")->find("shownOn")->number();
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string offre;
  std::string session;
};

TEST_F(PushDevicesTest, WhoIsCalledIsRungOnTheirBrowsersAndTheCallerOnNone) {
  subscribe(bruno, "1");
  subscribe(bruno, "2", "desk");
  subscribe(amina, "3");
  accept();
  const std::vector<PushMessage> messages = world.push.take();
  ASSERT_EQ(messages.size(), 2U);
  for (const PushMessage& message : messages) {
    EXPECT_EQ(field(message, "kind"), "ring");
    EXPECT_EQ(field(message, "session"), session);
    EXPECT_EQ(field(message, "nom"), "amina");
    EXPECT_EQ(field(message, "titre"), "Vélo");
    EXPECT_EQ(field(message, "role"), "offreur");
    EXPECT_EQ(message.lasts, kRingFor);
    EXPECT_TRUE(message.is_urgent);
    EXPECT_LE(message.topic.size(), 32U);
    EXPECT_EQ(message.text.find("100"), std::string::npos) << "no price (product 5.2)";
    EXPECT_EQ(message.text.find("@"), std::string::npos) << "no address";
  }
}

TEST_F(PushDevicesTest, NothingIsScheduledForWhoHasNoSuchBrowser) {
  accept();
  pass(kRingFor);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(PushDevicesTest, EveryEndOfARingIsToldAndAMissedOneForLonger) {
  subscribe(bruno, "1");
  accept();
  EXPECT_THAT(sent(), ElementsAre("1: ring"));
  press(bruno, "answer");
  EXPECT_THAT(sent(), ElementsAre("1: over"));
  press(amina, "endMeetSession");
  EXPECT_THAT(sent(), IsEmpty()) << "nothing rang";
  session =
      world.mutate(amina, "meetSessions:start", World::offre_args(offre)).text("meetSessionId");
  world.tick();
  EXPECT_THAT(sent(), ElementsAre("1: ring"));
  pass(kRingFor);
  const std::vector<PushMessage> missed = world.push.take();
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(field(missed[0], "kind"), "missed");
  EXPECT_EQ(field(missed[0], "receipt"), "") << "there is nothing left to answer";
  EXPECT_EQ(missed[0].lasts, kMissedFor);
  EXPECT_FALSE(missed[0].is_urgent);
  press(amina, "ring");
  EXPECT_THAT(sent(), ElementsAre("1: ring"));
  press(amina, "cancel");
  EXPECT_THAT(sent(), ElementsAre("1: missed")) << "who gives up has called all the same";
}

TEST_F(PushDevicesTest, ARingThatIsOverBeforeItIsToldIsToldAsItStands) {
  subscribe(bruno, "1");
  offre = world.add_offre(bruno, world.add_demande(amina));
  session = world.move(amina, offre, "accepted").text("meetSessionId");
  world.mutate(bruno, "meetSessions:answer", World::session_args(session));
  world.tick();
  for (const std::string& told : sent()) EXPECT_EQ(told, "1: over");
}

TEST_F(PushDevicesTest, TheCallerIsToldOfBrowsersThatReallyShowIt) {
  subscribe(bruno, "1");
  accept();
  EXPECT_EQ(shown_on(), 0) << "sent is not shown";
  const std::string receipt = receipt_of(world.push.take().at(0));
  EXPECT_EQ(world.mutate("", "push:shown", receipt).code(), "ok");
  EXPECT_EQ(world.mutate("", "push:shown", receipt).code(), "ok");
  EXPECT_EQ(shown_on(), 1);
  // Its page says more about the same device.
  world.mutate(bruno, "meetSessions:ringShown",
               format(R"({{"sessionId":"{}","device":"phone","sign":"rings"}})", session));
  EXPECT_EQ(world.mutate("", "push:shown", receipt).code(), "ok");
  const Answer meet =
      world.query(amina, "meetSessions:getMeetSession", World::session_args(session));
  EXPECT_EQ(*meet.value.find("ringAutre")->find("shownOn")->number(), 1);
  EXPECT_EQ(*meet.value.find("ringAutre")->find("ringingOn")->number(), 1);
}

TEST_F(PushDevicesTest, AReceiptIsGoodForItsRingWhileItRingsAndForNothingElse) {
  subscribe(bruno, "1");
  accept();
  const std::string receipt = receipt_of(world.push.take().at(0));
  std::string altered = receipt;
  altered[altered.rfind('"') - 1] = altered[altered.rfind('"') - 1] == 'A' ? 'B' : 'A';
  EXPECT_EQ(world.mutate("", "push:shown", altered).code(), "forbidden");
  press(bruno, "answer");
  EXPECT_EQ(world.mutate("", "push:shown", receipt).code(), "ok") << "too late is no error";
  EXPECT_EQ(world.mutate("", "push:snooze", receipt).code(), "conflict");
  pass(kRingFor);
  EXPECT_EQ(world.mutate("", "push:shown", receipt).code(), "forbidden");
}

TEST_F(PushDevicesTest, ANotificationPutsTheCallOffAsTheCardDoes) {
  subscribe(bruno, "1");
  accept();
  const std::string receipt = receipt_of(world.push.take().at(0));
  EXPECT_EQ(world.mutate("", "push:snooze", receipt).code(), "ok");
  world.tick();
  EXPECT_THAT(sent(), ElementsAre("1: over"));
  pass(kSnoozeFor);
  EXPECT_THAT(sent(), ElementsAre("1: ring"));
}

TEST_F(PushDevicesTest, ANotificationAnswersAsTheCardDoes) {
  subscribe(bruno, "1");
  accept();
  const std::string receipt = receipt_of(world.push.take().at(0));
  EXPECT_EQ(world.mutate("", "push:answer", receipt).code(), "ok");
  world.tick();
  EXPECT_THAT(sent(), ElementsAre("1: over"));
  EXPECT_EQ(world.mutate("", "push:answer", receipt).code(), "ok");
  press(amina, "endMeetSession");
  EXPECT_EQ(world.mutate("", "push:answer", receipt).code(), "ok") << "its page says that it ended";
}

TEST_F(PushDevicesTest, ABrowserRingsForWhoIsSignedInThereAndUnderOneSubscription) {
  subscribe(amina, "1");
  subscribe(bruno, "1");
  accept();
  EXPECT_THAT(sent(), ElementsAre("1: ring"));
  subscribe(bruno, "renewed");
  EXPECT_THAT(endpoints(), ElementsAre("renewed"));
  EXPECT_EQ(
      world.mutate(amina, "push:unsubscribe", R"({"endpoint":"https://push.example/renewed"})")
          .code(),
      "ok");
  EXPECT_THAT(endpoints(), ElementsAre("renewed")) << "it is another's";
  world.mutate(bruno, "push:unsubscribe", R"({"endpoint":"https://push.example/renewed"})");
  EXPECT_THAT(endpoints(), IsEmpty());
}

TEST_F(PushDevicesTest, BrowsersHaveABoundAndTheOldestGoes) {
  for (std::size_t i = 0; i < kMaxPushDevices + 1; ++i) {
    world.advance(seconds(1));
    EXPECT_EQ(subscribe(bruno, format("{}", i), format("d{}", i)), "ok");
  }
  EXPECT_EQ(endpoints().size(), kMaxPushDevices);
  EXPECT_EQ(endpoints().front(), "1");
}

TEST_F(PushDevicesTest, WhatIsNoSubscriptionIsRefused) {
  EXPECT_EQ(world
                .mutate(bruno, "push:subscribe",
                        R"({"endpoint":"http://inside","p256dh":"k","auth":"a","device":"d"})")
                .code(),
            "invalid");
  EXPECT_EQ(subscribe(bruno, "1", "../x"), "invalid");
  EXPECT_THAT(endpoints(), IsEmpty());
}

TEST_F(PushDevicesTest, ABrowserThatIsNamedAgainIsNewerAndOtherwiseNothingIsWritten) {
  subscribe(bruno, "1");
  const auto before = world.store->published();
  subscribe(bruno, "1");
  world.advance(hours(23));
  subscribe(bruno, "1");
  EXPECT_EQ(world.store->published(), before);
  world.advance(hours(2));
  subscribe(bruno, "1");
  world.advance(kPushDeviceAge - hours(1));
  write([this](store::Writer& db) -> Status {
    return purge_push_devices(db, world.now() - kPushDeviceAge, 10).value_or(std::size_t{9}) == 0
               ? Status{}
               : Status{internal("purged")};
  });
  EXPECT_THAT(endpoints(), ElementsAre("1"));
}

TEST_F(PushDevicesTest, ABrowserThatLetGoIsForgotten) {
  subscribe(bruno, "1");
  subscribe(bruno, "2", "desk");
  accept();
  const std::string gone = world.push.take().at(0).device;
  write([&](store::Writer& db) { return forget_push_device(db, gone); });
  write([&](store::Writer& db) { return forget_push_device(db, gone); });
  EXPECT_EQ(endpoints().size(), 1U);
  write([&](store::Writer& db) { return forget_push_of_login(db, ""); });
  EXPECT_THAT(endpoints(), IsEmpty());
}

TEST_F(PushDevicesTest, AnErasedAccountIsRungNowhere) {
  subscribe(bruno, "1");
  subscribe(amina, "2");
  write([&](store::Writer& db) -> Status {
    MutationContext ctx(db, {.identity = nullptr,
                             .now = world.now(),
                             .random = &world.random,
                             .base_url = {},
                             .scheduler = world.scheduler.get()});
    VV_TRY(erase_account(ctx, UserId(bruno)));
    return {};
  });
  EXPECT_THAT(endpoints(), ElementsAre("2"));
}

}  // namespace
}  // namespace vv::market
