#include "rtc/sctp/association.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rtc/sctp/dcep.hpp"
#include "rtc/sctp/link.hpp"
#include "rtc/sctp/packet.hpp"
#include "rtc/sctp/receive_queue.hpp"

namespace vv::rtc::sctp {
namespace {

const ChannelOptions kReliable{};
const ChannelOptions kLossy{
    .ordered = false, .max_retransmits = 0, .max_lifetime_ms = {}, .protocol = {}};

ByteVector message_of(std::size_t number, std::size_t size) {
  ByteVector message(size);
  for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::uint8_t>(number * 7 + i);
  if (size >= 4) store_be32(message.data(), static_cast<std::uint32_t>(number));
  return message;
}

std::uint16_t must_open(Link::Side& side, std::string_view label, const ChannelOptions& options) {
  const auto stream = side.association.open(label, options);
  EXPECT_TRUE(stream.has_value());
  return stream.value_or(std::uint16_t{0xFFFF});
}

TEST(Sctp, CarriesMessagesBothWaysOverAnAnnouncedChannel) {
  Link link{{}};
  link.connect();
  link.run_for(seconds(1));
  ASSERT_TRUE(link.client().association.is_connected());
  ASSERT_TRUE(link.server().association.is_connected());

  const std::uint16_t stream = must_open(link.client(), "_reliable", kReliable);
  EXPECT_EQ(stream % 2, 0);
  link.run_for(seconds(1));
  const auto opened = Link::events_of<ChannelOpened>(link.server());
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].label, "_reliable");
  EXPECT_TRUE(opened[0].by_peer);
  EXPECT_TRUE(opened[0].options.ordered);
  EXPECT_EQ(Link::events_of<ChannelOpened>(link.client()).size(), 1U);

  EXPECT_TRUE(link.server().association.send(stream, as_bytes("bonjour"), false));
  EXPECT_TRUE(link.client().association.send(stream, {}, true));
  link.run_for(seconds(1));
  const auto heard = Link::events_of<ChannelMessage>(link.client());
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(as_text(heard[0].bytes), "bonjour");
  EXPECT_FALSE(heard[0].binary);
  const auto empty = Link::events_of<ChannelMessage>(link.server());
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_TRUE(empty[0].bytes.empty() && empty[0].binary);
}

// Numbers of a few hundred before they end, no two alike.
class NearTheEnd final : public Random {
 public:
  void fill(MutableBytes out) noexcept override {
    std::fill(out.begin(), out.end(), std::uint8_t{0xFF});
    if (!out.empty()) out.back() = next_ += 16;
  }

 private:
  std::uint8_t next_ = 0;
};

TEST(Sctp, NumbersOfChunksAndOfMessagesBeginAgainWithoutALoss) {
  NearTheEnd numbers;
  Link link{{.loss_percent = 2, .jitter = milliseconds(5), .numbers = &numbers}};
  link.connect();
  const std::uint16_t stream = must_open(link.client(), "_reliable", kReliable);
  link.run_for(seconds(2));
  // Numbers of chunks, 32 bits, end after the first few hundred, those of messages at 65,536.
  constexpr std::uint32_t kMessages = 0x1'0000 + 500;
  std::uint32_t expected = 0;
  for (std::uint32_t sent = 0; sent < kMessages || expected < kMessages;) {
    for (int i = 0; i < 200 && sent < kMessages; ++i) {
      if (!link.client().association.send(stream, message_of(sent, 8), true)) break;
      ++sent;
    }
    const std::uint32_t before = expected;
    link.run_for(milliseconds(sent < kMessages ? 40 : 2'000));
    for (const auto& message : Link::events_of<ChannelMessage>(link.server())) {
      ASSERT_EQ(load_be32(message.bytes.data()), expected++);
    }
    link.server().events.clear();
    if (sent == kMessages) {
      ASSERT_NE(expected, before) << "stuck";
    }
  }
  EXPECT_TRUE(link.client().association.is_connected());
}

TEST(Sctp, OneSideAloneMayConnectAndChannelsMayBeOpenedBefore) {
  Link link{{}};
  const std::uint16_t stream = must_open(link.server(), "early", kLossy);
  EXPECT_EQ(stream, 1);
  link.server().association.connect(link.now());
  link.run_for(seconds(1));
  const auto opened = Link::events_of<ChannelOpened>(link.client());
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_FALSE(opened[0].options.ordered);
  EXPECT_EQ(opened[0].options.max_retransmits, 0);
}

TEST(Sctp, AnIdleAssociationNeedsNoTimer) {
  Link link{{}};
  link.connect();
  static_cast<void>(must_open(link.client(), "x", kReliable));
  link.run_for(seconds(2));
  EXPECT_TRUE(link.client().association.next_timeout().is_never());
  EXPECT_TRUE(link.server().association.next_timeout().is_never());
}

class SctpLossy : public testing::TestWithParam<unsigned> {};

TEST_P(SctpLossy, ReliableMessagesArriveWholeOnceAndInOrder) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    Link link{{.seed = seed,
               .loss_percent = GetParam(),
               .duplicate_percent = 5,
               .delay = milliseconds(20),
               .jitter = milliseconds(15)}};
    link.connect();
    const std::uint16_t stream = must_open(link.client(), "_reliable", kReliable);
    const std::size_t sizes[] = {1, 100, 1'200, 15'000, 64'000, 3};
    for (std::size_t i = 0; i < 60; ++i) {
      const ByteVector message = message_of(i, sizes[i % 6] + 4);
      ASSERT_TRUE(link.client().association.send(stream, message, true));
      link.run_for(milliseconds(20));
    }
    link.run_for(minutes(5));
    const auto heard = Link::events_of<ChannelMessage>(link.server());
    ASSERT_EQ(heard.size(), 60U);
    for (std::size_t i = 0; i < heard.size(); ++i) {
      ASSERT_EQ(heard[i].bytes, message_of(i, sizes[i % 6] + 4)) << i;
    }
    EXPECT_EQ(link.client().association.buffered(stream), 0U);
    EXPECT_TRUE(link.client().association.next_timeout().is_never());
  }
}

TEST_P(SctpLossy, LossyMessagesNeverHoldUpOthersAndNoneComesTwiceOrBroken) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    Link link{{.seed = seed, .delay = milliseconds(20), .jitter = {}}};
    link.connect();
    const std::uint16_t lossy = must_open(link.client(), "_lossy", kLossy);
    const std::uint16_t reliable = must_open(link.client(), "_reliable", kReliable);
    link.run_for(seconds(1));
    link.set_loss(GetParam());
    for (std::size_t i = 0; i < 500; ++i) {
      const std::size_t size = i % 10 == 0 ? 5'000 : 300;
      ASSERT_TRUE(link.client().association.send(lossy, message_of(i, size), true));
      if (i % 5 == 0) {
        ASSERT_TRUE(link.client().association.send(reliable, message_of(i, 50), true));
      }
      link.run_for(milliseconds(10));
    }
    link.run_for(minutes(2));
    std::size_t last_reliable = 0;
    std::size_t reliable_count = 0;
    std::vector<bool> seen(500);
    for (const ChannelMessage& m : Link::events_of<ChannelMessage>(link.server())) {
      const std::size_t number = load_be32(m.bytes.data());
      if (m.stream == reliable) {
        ASSERT_TRUE(reliable_count == 0 || number > last_reliable);
        last_reliable = number;
        ++reliable_count;
      } else {
        ASSERT_FALSE(seen[number]);
        seen[number] = true;
        ASSERT_EQ(m.bytes, message_of(number, number % 10 == 0 ? 5'000 : 300));
      }
    }
    EXPECT_EQ(reliable_count, 100U);
    const auto arrived = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
    EXPECT_GE(arrived, 500U * (100 - 2 * GetParam()) / 100 - 40);
    EXPECT_TRUE(GetParam() != 0 || arrived == 500U);
    EXPECT_TRUE(link.client().association.next_timeout().is_never());
    EXPECT_EQ(link.client().association.buffered(lossy), 0U);
  }
}

TEST_P(SctpLossy, ClosedChannelsCloseOnBothSidesAndTheirNumbersWorkAgain) {
  Link link{{.seed = 3, .loss_percent = GetParam(), .jitter = {}}};
  link.connect();
  link.run_for(seconds(30));
  for (int round = 0; round < 5; ++round) {
    const std::uint16_t stream = must_open(link.client(), "again", kReliable);
    EXPECT_EQ(stream, 0) << "round " << round;
    ASSERT_TRUE(link.client().association.send(stream, as_bytes("x"), false));
    link.run_for(seconds(30));
    link.client().association.close(stream);
    link.run_for(minutes(1));
  }
  EXPECT_EQ(Link::events_of<ChannelMessage>(link.server()).size(), 5U);
  EXPECT_EQ(Link::events_of<ChannelClosed>(link.client()).size(), 5U);
  EXPECT_EQ(Link::events_of<ChannelClosed>(link.server()).size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Percent, SctpLossy, testing::Values(0U, 5U, 20U));

TEST(Sctp, TheSameSeedGivesTheSameRun) {
  const auto run = [] {
    Link link{{.seed = 11, .loss_percent = 10, .jitter = milliseconds(5)}};
    link.connect();
    const std::uint16_t stream = must_open(link.client(), "x", kReliable);
    for (std::size_t i = 0; i < 20; ++i) {
      EXPECT_TRUE(link.client().association.send(stream, message_of(i, 5'000), true));
    }
    link.run_for(minutes(1));
    return link.packets();
  };
  EXPECT_EQ(run(), run());
}

TEST(Sctp, FillsAFastLinkRatherThanCreeping) {
  Link link{{}};
  link.connect();
  const std::uint16_t stream = must_open(link.client(), "bulk", kReliable);
  link.run_for(seconds(1));
  for (std::size_t i = 0; i < 30; ++i) {
    ASSERT_TRUE(link.client().association.send(stream, message_of(i, 64'000), true));
  }
  link.run_for(seconds(1));
  EXPECT_EQ(Link::events_of<ChannelMessage>(link.server()).size(), 30U);
}

TEST(Sctp, GivesUpOnAPeerThatFallsSilent) {
  Link link{{}};
  link.connect();
  const std::uint16_t stream = must_open(link.client(), "x", kReliable);
  link.run_for(seconds(1));
  link.set_loss(100);
  ASSERT_TRUE(link.client().association.send(stream, as_bytes("anyone?"), false));
  link.run_for(minutes(10));
  EXPECT_EQ(Link::events_of<Closed>(link.client()).size(), 1U);
  EXPECT_TRUE(link.client().association.next_timeout().is_never());
}

TEST(Sctp, AnAbortEndsBothSides) {
  Link link{{}};
  link.connect();
  link.run_for(seconds(1));
  link.client().association.abort();
  link.run_for(seconds(1));
  EXPECT_EQ(Link::events_of<Closed>(link.client()).size(), 1U);
  EXPECT_EQ(Link::events_of<Closed>(link.server()).size(), 1U);
}

// covers M18
TEST(Sctp, RefusesToBufferPastItsLimits) {
  Link link{{}};
  EXPECT_EQ(link.client().association.send(0, as_bytes("x"), true).error(), SendError::NoChannel);
  const std::uint16_t stream = must_open(link.client(), "x", kReliable);
  const ByteVector largest(kMaxMessageOut);
  const ByteVector larger(kMaxMessageOut + 1);
  EXPECT_EQ(link.client().association.send(stream, larger, true).error(), SendError::TooBig);
  std::size_t accepted = 0;
  while (link.client().association.send(stream, largest, true)) ++accepted;
  EXPECT_EQ(accepted, kMaxBuffered / kMaxMessageOut - 1);  // the announcement waits there too
  std::size_t opened = 1;
  while (link.client().association.open("y", kReliable)) ++opened;
  EXPECT_EQ(opened, kMaxStreams / 2);
}

// covers M18
TEST(Sctp, AMessagePastSixtyFourKibibytesEndsTheAssociation) {
  Link link{{}};
  link.connect();
  const std::uint16_t stream = must_open(link.client(), "x", kReliable);
  ASSERT_TRUE(link.client().association.send(stream, ByteVector(kMaxMessageIn), true));
  link.run_for(seconds(2));
  EXPECT_EQ(Link::events_of<ChannelMessage>(link.server()).size(), 1U);
  ASSERT_TRUE(link.client().association.send(stream, ByteVector(kMaxMessageIn + 1), true));
  link.run_for(seconds(2));
  EXPECT_EQ(Link::events_of<Closed>(link.server()).size(), 1U);
  EXPECT_EQ(Link::events_of<Closed>(link.client()).size(), 1U);
}

// covers M18
TEST(ReceiveQueue, HoldsItsChunksAndBytesAndDropsOnePastThem) {
  ReceiveQueue queue;
  queue.start(1);
  const ByteVector byte(1);
  DataChunk chunk{.tsn = 0,
                  .stream = 0,
                  .ssn = 9,
                  .ppid = kPpidBinary,
                  .unordered = false,
                  .begins = true,
                  .ends = true,
                  .immediate = false,
                  .payload = byte};
  for (std::size_t i = 0; i < ReceiveQueue::kMaxChunks; ++i) {
    chunk.tsn = static_cast<std::uint32_t>(3 + i);
    ASSERT_EQ(queue.receive(chunk), ReceiveQueue::Outcome::Accepted);
  }
  chunk.tsn = 3 + ReceiveQueue::kMaxChunks;
  EXPECT_EQ(queue.receive(chunk), ReceiveQueue::Outcome::NoRoom);
  EXPECT_EQ(queue.window(), ReceiveQueue::kMaxBytes - 64 * ReceiveQueue::kMaxChunks);

  queue.start(1);
  const ByteVector large(64 * 1024);
  chunk.payload = large;
  for (std::uint32_t i = 0; i < 16; ++i) {
    chunk.tsn = 3 + i;
    ASSERT_EQ(queue.receive(chunk), ReceiveQueue::Outcome::Accepted);
  }
  EXPECT_EQ(queue.window(), 0U);
  chunk.tsn = 20;
  EXPECT_EQ(queue.receive(chunk), ReceiveQueue::Outcome::NoRoom);
}

// covers M18
TEST(SctpPacket, LengthsThatDoNotAddUpEndTheWalk) {
  const ByteVector zero{0, 0, 0, 0, 1, 1, 1, 1};
  EXPECT_FALSE(ChunkWalker{zero}.next().has_value());
  const ByteVector long_one{0, 0, 0, 9, 1, 1, 1, 1};
  EXPECT_FALSE(ChunkWalker{long_one}.next().has_value());
  const ByteVector counts{0, 0, 0, 1, 0, 0, 0, 1, 0, 2, 0, 1, 0, 1, 0, 1, 0, 3, 0, 3};
  EXPECT_FALSE(parse_sack({ChunkType::Sack, 0, counts}).has_value());
}

TEST(SctpPacket, TheChecksumIsCrc32c) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE306'9283U);  // RFC 3720 appendix B.4's polynomial
}

TEST(Dcep, WritesWhatItReadsAndRefusesLengthsThatDoNotAddUp) {
  ChannelOptions options = kLossy;
  options.protocol = "p";
  ByteVector message = write_dcep_open("label", options);
  const auto open = parse_dcep_open(message);
  ASSERT_TRUE(open.has_value());
  EXPECT_EQ(open->label, "label");
  EXPECT_EQ(open->options.protocol, "p");
  EXPECT_EQ(open->options.max_retransmits, 0);
  EXPECT_FALSE(open->options.ordered);
  message.pop_back();
  EXPECT_FALSE(parse_dcep_open(message).has_value());
  EXPECT_FALSE(parse_dcep_open({}).has_value());
}

}  // namespace
}  // namespace vv::rtc::sctp
