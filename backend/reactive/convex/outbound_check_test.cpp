#include "reactive/convex/outbound_check.hpp"

#include <gtest/gtest.h>

#include "base/format.hpp"

namespace vv::reactive::convex {
namespace {

constexpr const char* kStart = R"({"querySet":0,"ts":"AAAAAAAAAAA=","identity":0})";
constexpr const char* kEnd = R"({"querySet":1,"ts":"CgAAAAAAAAA=","identity":0})";

std::string transition(std::string_view modifications, std::string_view start = kStart,
                       std::string_view end = kEnd) {
  return format(R"({{"type":"Transition","startVersion":{},"endVersion":{},"modifications":[{}]}})",
                start, end, modifications);
}

std::string updated(std::string_view value) {
  return transition(format(
      R"({{"type":"QueryUpdated","queryId":0,"value":{},"logLines":[],"journal":null}})", value));
}

TEST(OutboundCheck, LetsThroughWhatClientsRead) {
  for (const std::string& frame :
       {updated(R"({"a":[1,null,{"$integer":"AQAAAAAAAAA="}]})"), transition(""),
        std::string(R"({"type":"Ping"})"),
        std::string(R"({"type":"MutationResponse","requestId":0,"success":true,"result":null,)"
                    R"("ts":"CgAAAAAAAAA=","logLines":["[LOG] x"]})"),
        std::string(R"({"type":"ActionResponse","requestId":0,"success":false,"result":"why",)"
                    R"("logLines":[]})"),
        std::string(R"({"type":"AuthError","error":"x","baseVersion":0,)"
                    R"("authUpdateAttempted":true})")}) {
    EXPECT_EQ(OutboundCheck().look_at(frame), "") << frame;
  }
}

// Each of these was seen to freeze a client or to end it for good (convex-wire 2.4).
TEST(OutboundCheck, HoldsBackWhatFreezesThem) {
  const std::string unread_name = "{\"\xC3\xA9\":1}";
  for (const std::string& frame :
       {std::string("{"), std::string(R"({"type":"Pong"})"),
        std::string(R"({"type":"FatalError","error":"x"})"), updated(unread_name),
        updated(R"({"$set":[]})"), updated(R"({"$float":"AAAAAAAA8D8="})"),
        updated(R"({"$integer":"AQAAAA=="})"), updated(R"({"$bytes":"A"})"),
        transition(R"({"type":"QueryUpdated","queryId":0,"value":1,"journal":null})"),
        transition(R"({"type":"QueryUpdated","queryId":0,"value":1,"logLines":[]})"),
        transition(R"({"type":"QueryFailed","queryId":0,"errorMessage":"x","errorData":null,)"
                   R"("logLines":[],"journal":null})"),
        transition(R"({"type":"QueryGone","queryId":0})"), transition("", kEnd, kEnd),
        transition("", kStart, R"({"querySet":1,"ts":"AAAAAAAAAIA=","identity":0})"),
        std::string(R"({"type":"MutationResponse","requestId":0,"success":true,"result":null,)"
                    R"("ts":"CgAAAAAAAAA="})"),
        std::string(R"({"type":"MutationResponse","requestId":0,"success":true,)"
                    R"("ts":"CgAAAAAAAAA=","logLines":[]})"),
        std::string(R"({"type":"MutationResponse","requestId":0,"success":true,"result":null,)"
                    R"("logLines":[]})")}) {
    EXPECT_NE(OutboundCheck().look_at(frame), "") << frame;
  }
}

TEST(OutboundCheck, FollowsTheVersionsOfItsSocket) {
  OutboundCheck check;
  EXPECT_EQ(check.look_at(transition("")), "");
  EXPECT_NE(check.look_at(transition("")), "") << "it starts where the last one ended";
  EXPECT_EQ(check.look_at(transition("", kEnd, kEnd)), "") << "time may stand still";
  EXPECT_NE(check.look_at(transition("", kEnd, kStart)), "") << "but not go back";
}

TEST(OutboundCheck, LetsNothingButAPingBetweenTheParts) {
  const std::string part =
      R"({"type":"TransitionChunk","chunk":"{","partNumber":0,"totalParts":2,"transitionId":"1"})";
  OutboundCheck check;
  EXPECT_EQ(check.look_at(part), "");
  EXPECT_EQ(check.look_at(R"({"type":"Ping"})"), "");
  EXPECT_NE(check.look_at(transition("")), "");
}

}  // namespace
}  // namespace vv::reactive::convex
