#include "rtc/ice/lite_agent.hpp"

#include <gtest/gtest.h>

#include "rtc/stun/stun_writer.hpp"

namespace vv::rtc {
namespace {

const IceCredentials kLocal{"localufrag", "a password of 24 letters"};
const IceCredentials kNext{"nextufrag", "another of 24 letters..."};

Path from(std::string_view ip, std::uint16_t port = 50'000) {
  return {*TransportAddress::parse("192.0.2.1", 7882), *TransportAddress::parse(ip, port)};
}
const Path kHome = from("198.51.100.7");
const Path kMobile = from("198.51.100.8");

struct CheckOptions {
  std::uint8_t transaction = 1;
  bool use_candidate = false;
  IceCredentials credentials = kLocal;
  std::string password{};  // when another than the credentials'
};
ByteVector check(const CheckOptions& options) {
  ByteVector out(256);
  stun::MessageWriter writer{out, stun::MessageType::BindingRequest, {options.transaction, 7}};
  writer.username(options.credentials.ufrag + ":remote");
  writer.priority(1);
  writer.controlling(1);
  if (options.use_candidate) writer.use_candidate();
  out.resize(
      writer.finish(options.password.empty() ? options.credentials.password : options.password));
  return out;
}

struct LiteAgentTest : testing::Test {
  Instant now = Instant::from_nanos(5'000'000'000);
  LiteAgent agent{now, kLocal};
  std::array<std::uint8_t, LiteAgent::kMaxAnswerSize> answer{};

  LiteAgent::Outcome hear(const Path& path, const ByteVector& bytes) {
    const auto message = stun::parse(bytes);
    EXPECT_TRUE(message);
    return agent.handle(now, path, *message, answer);
  }
};
using Verdict = LiteAgent::Verdict;

TEST_F(LiteAgentTest, AnswersAnAuthenticCheckWithWhatItSawAndNoLonger) {
  const ByteVector bytes = check({});
  const auto outcome = hear(kHome, bytes);
  EXPECT_EQ(outcome.verdict, Verdict::Answered);
  EXPECT_TRUE(outcome.validated);
  EXPECT_LE(outcome.answer_size, bytes.size());
  const auto reply = stun::parse(Bytes{answer}.first(outcome.answer_size));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type, stun::MessageType::BindingSuccess);
  EXPECT_EQ(reply->mapped_address, kHome.remote);
  EXPECT_TRUE(reply->is_authentic(kLocal.password));
}

// covers M2
TEST_F(LiteAgentTest, IsSilentAndUnchangedForEverythingElse) {
  hear(kHome, check({.use_candidate = true}));
  const Instant deadline = agent.consent_deadline();
  now += seconds(1);

  EXPECT_EQ(
      hear(kMobile, check({.transaction = 2, .use_candidate = true, .password = "guess"})).verdict,
      Verdict::NotAuthentic);
  EXPECT_EQ(
      hear(kMobile, check({.transaction = 3, .use_candidate = true, .credentials = kNext})).verdict,
      Verdict::UnknownUfrag);
  ByteVector unsigned_check(128);
  stun::MessageWriter writer{unsigned_check, stun::MessageType::BindingRequest, {4}};
  writer.username(kLocal.ufrag + ":remote");
  unsigned_check.resize(writer.finish(kLocal.password) - 32);  // neither integrity nor fingerprint
  store_be16(&unsigned_check[2],
             static_cast<std::uint16_t>(unsigned_check.size() - stun::kHeaderSize));
  EXPECT_EQ(hear(kMobile, unsigned_check).verdict, Verdict::NotAuthentic);
  for (const auto type : {stun::MessageType::BindingSuccess, stun::MessageType::BindingError,
                          stun::MessageType::BindingIndication}) {
    ByteVector other(256);
    stun::MessageWriter signed_writer{other, type, {5}};
    signed_writer.username(kLocal.ufrag + ":remote");
    other.resize(signed_writer.finish(kLocal.password));
    const auto outcome = hear(kMobile, other);
    EXPECT_EQ(outcome.verdict, Verdict::NotRequest);
    EXPECT_EQ(outcome.answer_size, 0U);
  }
  EXPECT_EQ(*agent.selected(), kHome);
  EXPECT_FALSE(agent.is_validated(kMobile));
  EXPECT_EQ(agent.consent_deadline(), deadline) << "only valid checks are consent";
}

// covers M5
TEST_F(LiteAgentTest, SendsToTheFirstValidatedPathUntilOneIsNominated) {
  EXPECT_EQ(agent.selected(), nullptr);
  EXPECT_TRUE(hear(kHome, check({.transaction = 1})).selection_changed);
  EXPECT_FALSE(hear(kMobile, check({.transaction = 2})).selection_changed);
  EXPECT_EQ(*agent.selected(), kHome);
  EXPECT_TRUE(hear(kMobile, check({.transaction = 3, .use_candidate = true})).selection_changed);
  EXPECT_EQ(*agent.selected(), kMobile);
  EXPECT_TRUE(agent.is_validated(kHome))
      << "Firefox sends media over pairs it did not nominate last";
}

// covers M4
TEST_F(LiteAgentTest, AUsualCheckNeverMovesANominatedCall) {
  hear(kHome, check({.transaction = 1, .use_candidate = true}));
  hear(kMobile, check({.transaction = 2}));
  EXPECT_EQ(*agent.selected(), kHome);
  hear(kMobile, check({.transaction = 3, .use_candidate = true}));
  EXPECT_EQ(*agent.selected(), kMobile);
}

// covers M3
TEST_F(LiteAgentTest, AReplayedCheckMovesNothingWhicheverCameFirst) {
  hear(kHome, check({.transaction = 1, .use_candidate = true}));
  const ByteVector recorded = check({.transaction = 2, .use_candidate = true});
  hear(kMobile, recorded);
  ASSERT_EQ(*agent.selected(), kMobile);

  const Path attacker = from("203.0.113.66");
  EXPECT_EQ(hear(attacker, recorded).verdict, Verdict::Replayed);
  EXPECT_FALSE(agent.is_validated(attacker));
  EXPECT_EQ(*agent.selected(), kHome) << "one of the two lied: back to where we were";
  hear(kMobile, check({.transaction = 3, .use_candidate = true}));
  EXPECT_EQ(*agent.selected(), kMobile) << "the next check of the real one counts again";
}

TEST_F(LiteAgentTest, ARepeatedCheckFromTheSameSourceIsAnsweredAgain) {
  const ByteVector bytes = check({.transaction = 1});
  EXPECT_EQ(hear(kHome, bytes).verdict, Verdict::Answered);
  const auto again = hear(kHome, bytes);
  EXPECT_EQ(again.verdict, Verdict::Answered);
  EXPECT_FALSE(again.validated);
}

// covers M4
TEST_F(LiteAgentTest, HoldsEightPathsAndNeverForgetsTheSelectedOne) {
  hear(kHome, check({.transaction = 1, .use_candidate = true}));
  int retired = 0;
  for (std::uint16_t i = 0; i < 100; ++i) {
    now += milliseconds(1);
    const Path path = from("203.0.113.9", static_cast<std::uint16_t>(1000 + i));
    const auto outcome = hear(path, check({.transaction = static_cast<std::uint8_t>(2 + i)}));
    EXPECT_EQ(outcome.verdict, Verdict::Answered);
    EXPECT_TRUE(agent.is_validated(path));
    if (outcome.retired) {
      ++retired;
      EXPECT_NE(*outcome.retired, kHome);
      EXPECT_FALSE(agent.is_validated(*outcome.retired));
    }
  }
  EXPECT_EQ(retired, 101 - static_cast<int>(kMaxValidatedPaths));
  EXPECT_EQ(*agent.selected(), kHome);
}

// covers M3
TEST_F(LiteAgentTest, OldCredentialsDieWithTheFirstCheckOfTheNew) {
  hear(kHome, check({.transaction = 1, .use_candidate = true}));
  agent.restart(now, kNext);
  EXPECT_EQ(*agent.selected(), kHome) << "media goes on meanwhile";
  EXPECT_EQ(hear(kHome, check({.transaction = 2})).verdict, Verdict::Answered);
  EXPECT_EQ(hear(kHome, check({.transaction = 3, .credentials = kNext})).verdict,
            Verdict::Answered);
  EXPECT_EQ(hear(kHome, check({.transaction = 4})).verdict, Verdict::UnknownUfrag);
}

TEST(IceCredentials, AreLongAndNeverTheSame) {  // covers M3
  SeededRandom random{1};
  const IceCredentials a = IceCredentials::create(random);
  const IceCredentials b = IceCredentials::create(random);
  EXPECT_EQ(a.ufrag.size(), 16U);
  EXPECT_EQ(a.password.size(), 24U);
  EXPECT_FALSE(a == b);
}

}  // namespace
}  // namespace vv::rtc
