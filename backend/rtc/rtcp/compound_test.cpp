#include "rtc/rtcp/compound.hpp"

#include <gmock/gmock.h>

#include <array>
#include <vector>

#include "rtc/rtcp/writer.hpp"

namespace vv::rtc::rtcp {
namespace {

using testing::ElementsAre;

std::vector<Block> blocks_of(Bytes packet) {
  std::vector<Block> blocks;
  auto compound = Compound::parse(packet);
  EXPECT_TRUE(compound.has_value());
  if (!compound) return blocks;
  while (auto block = compound->next()) blocks.push_back(*block);
  return blocks;
}

template <class List>
auto all_of(const List& list) {
  std::vector<decltype(list[0])> entries;
  for (const auto entry : list) entries.push_back(entry);
  return entries;
}

// As Chromium sends it: filled to a multiple of four, by one to three bytes.
TEST(Rtcp, ReadsTransportFeedbackThatIsFilledUp) {
  const std::array<std::uint8_t, 28> packet{
      0xAF, 0xCD, 0x00, 0x06, 0xFA, 0x17, 0xFA, 0x17, 0x90, 0x3A, 0x4C, 0xE0, 0x01, 0xFB,
      0x00, 0x04, 0x06, 0x3F, 0x88, 0x34, 0x20, 0x04, 0x3F, 0x55, 0x3B, 0x25, 0x00, 0x02};
  const auto blocks = blocks_of(packet);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(std::get<Twcc>(blocks[0]).body.size(), 14U);
}

TEST(Rtcp, ReadsWhatItWrites) {
  std::array<std::uint8_t, 512> buffer{};
  ByteWriter out{buffer};
  const ReportBlock report{.ssrc = 1,
                           .fraction_lost = 12,
                           .cumulative_lost = -5,
                           .highest_sequence = 3,
                           .jitter = 4,
                           .last_sr = 5,
                           .delay_since_last_sr = 6};
  const std::array reports{report, report};
  const std::array missing{rtp::SeqNo{0xFFFF}, rtp::SeqNo{0x1'0000}, rtp::SeqNo{0x1'000F},
                           rtp::SeqNo{0x1'0010}};
  const std::array<std::uint32_t, 2> ssrcs{21, 22};
  EXPECT_TRUE(write_sender_report(
      out, {.ssrc = 9, .ntp = 0x1122334455667788, .rtp_timestamp = 2, .packets = 3, .octets = 4},
      reports));
  EXPECT_TRUE(write_receiver_report(out, 10, reports));
  EXPECT_TRUE(write_sdes(out, 9, "PA_x|TR_y", "0"));
  EXPECT_TRUE(write_nack(out, 9, 11, missing));
  EXPECT_TRUE(write_pli(out, 9, 12));
  EXPECT_TRUE(write_fir(out, 9, 13, 77));
  EXPECT_TRUE(write_remb(out, 9, 1'000'000, ssrcs));
  EXPECT_TRUE(write_bye(out, 9));
  ASSERT_TRUE(out.ok());

  const auto blocks = blocks_of(out.written());
  ASSERT_EQ(blocks.size(), 8U);
  const auto& sr = std::get<SenderReport>(blocks[0]);
  EXPECT_EQ(sr.ntp, 0x1122334455667788U);
  EXPECT_THAT(all_of(sr.reports), ElementsAre(report, report));
  EXPECT_EQ(std::get<ReceiverReport>(blocks[1]).ssrc, 10U);
  EXPECT_EQ(std::get<SourceDescription>(blocks[2]).cname, "PA_x|TR_y");
  const auto& nack = std::get<Nack>(blocks[3]);
  ASSERT_EQ(nack.items.size(), 2U);
  EXPECT_EQ(nack.items[0].packet_id, 0xFFFF);
  EXPECT_EQ(nack.items[0].mask, 0x8001);
  EXPECT_EQ(nack.items[1].packet_id, 0x10);
  EXPECT_EQ(std::get<Pli>(blocks[4]).media_ssrc, 12U);
  const auto& fir = std::get<Fir>(blocks[5]);
  EXPECT_EQ(fir.items[0].ssrc, 13U);
  EXPECT_EQ(fir.items[0].sequence, 77);
  const auto& remb = std::get<Remb>(blocks[6]);
  EXPECT_EQ(remb.bitrate, 1'000'000U);
  EXPECT_THAT(all_of(remb.ssrcs), ElementsAre(21U, 22U));
  EXPECT_THAT(all_of(std::get<Bye>(blocks[7]).ssrcs), ElementsAre(9U));
}

TEST(Rtcp, ABlockThatDoesNotFitIsLeftOutAndTheOthersStay) {
  std::array<std::uint8_t, 20> buffer{};
  ByteWriter out{buffer};
  EXPECT_TRUE(write_pli(out, 1, 2));
  EXPECT_FALSE(write_fir(out, 1, 2, 3));
  EXPECT_TRUE(write_bye(out, 1));
  EXPECT_EQ(blocks_of(out.written()).size(), 2U);
}

// covers M14
TEST(Rtcp, RefusesLengthsThatDoNotAddUp) {
  const ByteVector bad[] = {
      {},
      {0x80, 200, 0},
      {0x40, 201, 0, 0},
      {0x80, 201, 0, 2, 0, 0, 0, 1},
      {0x80, 201, 0, 0, 0x80, 201},
      {0xA0, 201, 0, 1, 0, 0, 0, 0},
      {0xA0, 201, 0, 1, 0, 0, 0, 8},
      {0xA0, 201, 0, 1, 0, 0, 0, 4, 0x80, 201, 0, 0},
  };
  for (const ByteVector& packet : bad) {
    EXPECT_FALSE(Compound::parse(packet).has_value()) << testing::PrintToString(packet);
  }
}

// covers M14
TEST(Rtcp, CountsBeyondTheDeclaredLengthCostOnlyThatBlock) {
  const ByteVector packet{0x9F, 201, 0, 1, 0,    0,   0, 1,  // 31 report blocks claimed, none there
                          0x81, 203, 0, 0,                   // one SSRC claimed
                          0x8F, 206, 0, 4, 0,    0,   0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B',
                          9,    0,   0, 1, 0x81, 206, 0, 2, 0, 0, 0, 1, 0,   0,   0,   2};
  const auto blocks = blocks_of(packet);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(std::get<Pli>(blocks[0]).media_ssrc, 2U);
}

// covers M14
TEST(Rtcp, HoldsThirtyTwoBlocksAndSkipsUnknownTypes) {
  ByteVector packet;
  for (int i = 0; i < 32; ++i) packet.insert(packet.end(), {0x80, 207, 0, 0});
  auto compound = Compound::parse(packet);
  ASSERT_TRUE(compound.has_value());
  EXPECT_FALSE(compound->next().has_value());
  EXPECT_EQ(compound->skipped(), 32U);
  packet.insert(packet.end(), {0x80, 207, 0, 0});
  EXPECT_FALSE(Compound::parse(packet).has_value());
}

// covers M17
TEST(Rtcp, ARembOfMoreThanSixtyFourBitsSaturates) {
  const ByteVector packet{0x8F, 206, 0,   4,   0,   0,   0, 1,    0,    0,
                          0,    0,   'R', 'E', 'M', 'B', 0, 0xFF, 0xFF, 0xFF};
  EXPECT_EQ(std::get<Remb>(blocks_of(packet)[0]).bitrate, ~std::uint64_t{0});
}

// covers M16
TEST(Rtcp, ANackNamesAtMostSixtyFourPackets) {
  std::vector<rtp::SeqNo> missing;
  for (std::uint64_t i = 0; i < 100; ++i) missing.push_back(rtp::SeqNo{i * 20});
  std::array<std::uint8_t, 1'024> buffer{};
  ByteWriter out{buffer};
  ASSERT_TRUE(write_nack(out, 1, 2, missing));
  EXPECT_EQ(std::get<Nack>(blocks_of(out.written())[0]).items.size(), 64U);
}

TEST(Rtcp, NtpCountsFrom1900) {
  EXPECT_EQ(ntp_of(0), 2'208'988'800ULL << 32);
  EXPECT_EQ(ntp_of(1'500'000'000), (2'208'988'801ULL << 32) | 0x8000'0000U);
}

}  // namespace
}  // namespace vv::rtc::rtcp
