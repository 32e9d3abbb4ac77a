#include "market/meet_reviews.hpp"

#include <gtest/gtest.h>

#include "market/testing_world.hpp"

namespace vv::market {
namespace {

class MeetReviews : public testing::Test {
 protected:
  void end() {
    ASSERT_TRUE(
        world.mutate(amina, "meetSessions:endMeetSession", World::session_args(session)).ok);
  }
  Answer rate(const std::string& who, const std::string& fields) {
    return world.mutate(who, "meetSessions:rate",
                        format(R"({{"sessionId":"{}",{}}})", session, fields));
  }
  Answer say_outcome(const std::string& who, std::string_view outcome) {
    return world.mutate(who, "meetSessions:setOutcome",
                        format(R"({{"sessionId":"{}","outcome":"{}"}})", session, outcome));
  }
  Answer measured(const std::string& who, double ms, double loss = 0.01) {
    return world.mutate(
        who, "meetSessions:reportQuality",
        format(
            R"({{"sessionId":"{}","measuredMs":{},"lossSent":{},"lossReceived":0.02,"rttMs":41.6,"pauses":2,"pausedMs":900}})",
            session, ms, loss));
  }
  Answer summary(const std::string& who) {
    return world.query(who, "meetSessions:getSummary", World::session_args(session));
  }
  std::size_t found(const std::string& words) {
    return world
        .query(amina, "meetSessions:history",
               format(R"({{"recherche":"{}","paginationOpts":{{"numItems":9,"cursor":null}}}})",
                      words))
        .size();
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string offre = world.add_offre(bruno, world.add_demande(amina));
  std::string session = world.move(amina, offre, "accepted").text("meetSessionId");
};

double number(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr || member->number() == nullptr ? -1 : *member->number();
}

TEST_F(MeetReviews, EachPartyKeepsTheirOwnAndSeesNoOther) {
  end();
  EXPECT_EQ(rate(amina, R"("sound":4,"remark":" Un écho. ")").code(), "ok");
  EXPECT_EQ(rate(amina, R"("picture":5)").code(), "ok");
  EXPECT_EQ(say_outcome(amina, "agreed").code(), "ok");
  const Answer hers = summary(amina);
  const Value& review = *hers.value.find("review");
  EXPECT_EQ(number(review, "sound"), 4);
  EXPECT_EQ(number(review, "picture"), 5);
  EXPECT_EQ(Answer::text_in(review, "remark"), "Un écho.");
  EXPECT_EQ(Answer::text_in(review, "outcome"), "agreed");
  const Answer his = summary(bruno);
  EXPECT_TRUE(his.value.find("review")->find("sound")->is_null());
  EXPECT_TRUE(his.value.find("review")->find("outcome")->is_null());
  EXPECT_EQ(Answer::text_in(*his.value.find("autre"), "name"), "amina");
}

TEST_F(MeetReviews, TheLaterWordCounts) {
  end();
  say_outcome(bruno, "continued");
  say_outcome(bruno, "dropped");
  EXPECT_EQ(Answer::text_in(*summary(bruno).value.find("review"), "outcome"), "dropped");
}

TEST_F(MeetReviews, WaitUntilTheCallHasEnded) {
  EXPECT_EQ(rate(amina, R"("sound":4)").code(), "conflict");
  EXPECT_EQ(say_outcome(amina, "agreed").code(), "conflict");
  EXPECT_TRUE(summary(amina).value.find("endedAt")->is_null());
}

TEST_F(MeetReviews, RefuseMarksThatAreNone) {
  end();
  for (const char* fields :
       {R"("sound":0)", R"("sound":6)", R"("picture":2.5)", R"("sound":-1e300)"}) {
    EXPECT_EQ(rate(amina, fields).code(), "invalid") << fields;
  }
  EXPECT_EQ(rate(amina, R"("remark":")" + std::string(kMaxRemark + 1, 'x') + "\"").code(),
            "invalid");
  EXPECT_EQ(world.mutate(amina, "meetSessions:rate", World::session_args(session)).code(),
            "invalid");
}

TEST_F(MeetReviews, KeepTheLongestMeasurement) {
  EXPECT_EQ(measured(amina, 60'000).code(), "ok");
  end();
  EXPECT_EQ(measured(amina, 10'000, 0.5).code(), "ok");
  const Answer hers = summary(amina);
  const Value& quality = *hers.value.find("quality");
  EXPECT_EQ(number(quality, "measuredMs"), 60'000);
  EXPECT_EQ(number(quality, "lossSent"), 0.01);
  EXPECT_EQ(number(quality, "rttMs"), 42);
  EXPECT_TRUE(summary(bruno).value.find("quality")->is_null());
}

TEST_F(MeetReviews, RefuseMeasurementsThatCannotBe) {
  EXPECT_EQ(measured(amina, -1).code(), "invalid");
  EXPECT_EQ(measured(amina, 1e9).code(), "invalid");
  EXPECT_EQ(measured(amina, 1'000, 1.5).code(), "invalid");
}

TEST_F(MeetReviews, HistoryIsSearchedByWhatAndWhom) {
  end();
  EXPECT_EQ(found(""), 1U);
  EXPECT_EQ(found("velo"), 1U);
  EXPECT_EQ(found("BRUNO vélo"), 1U);
  EXPECT_EQ(found("amina"), 0U);  // oneself is in every call
  EXPECT_EQ(found("guitare"), 0U);
}

}  // namespace
}  // namespace vv::market
