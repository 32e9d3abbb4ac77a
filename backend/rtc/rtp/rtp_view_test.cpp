#include "rtc/rtp/rtp_view.hpp"

#include <gmock/gmock.h>

#include "rtc/rtp/header_extensions.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "rtc/rtp/rtx.hpp"

namespace vv::rtc::rtp {
namespace {

using testing::ElementsAre;

ByteVector packet_with(std::initializer_list<std::uint8_t> first_byte_and_tail) {
  ByteVector packet{0x80, 0x60, 0x12, 0x34, 0, 0, 0, 1, 0xCA, 0xFE, 0xBA, 0xBE};
  packet[0] = *first_byte_and_tail.begin();
  packet.insert(packet.end(), first_byte_and_tail.begin() + 1, first_byte_and_tail.end());
  return packet;
}

RtpError refusal(const ByteVector& packet) {
  const auto view = parse_rtp(packet);
  EXPECT_FALSE(view.has_value());
  return view.has_value() ? RtpError{} : view.error();
}

TEST(RtpView, ReadsTheFixedHeaderCsrcsAndPayload) {
  const ByteVector packet = packet_with({0x81, 9, 9, 9, 9, 'h', 'i'});
  const auto view = parse_rtp(packet);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->payload_type(), 96);
  EXPECT_FALSE(view->marker());
  EXPECT_EQ(view->sequence(), 0x1234);
  EXPECT_EQ(view->timestamp(), 1U);
  EXPECT_EQ(view->ssrc(), 0xCAFEBABEU);
  EXPECT_EQ(view->header_size(), 16U);
  EXPECT_THAT(view->payload(), ElementsAre('h', 'i'));
}

// covers M12
TEST(RtpView, RefusesWhatWouldReachPastThePacket) {
  EXPECT_EQ(refusal({0x80, 0x60, 0}), RtpError::Truncated);
  EXPECT_EQ(refusal(packet_with({0x40})), RtpError::BadVersion);
  EXPECT_EQ(refusal(packet_with({0x82, 1, 2, 3, 4, 5, 6, 7})), RtpError::Truncated);
  EXPECT_EQ(refusal(packet_with({0x90, 0xBE, 0xDE, 0})), RtpError::BadExtension);
  EXPECT_EQ(refusal(packet_with({0x90, 0xBE, 0xDE, 0, 1, 0, 0, 0})), RtpError::BadExtension);
  EXPECT_EQ(refusal(packet_with({0xA0})), RtpError::BadPadding);
  EXPECT_EQ(refusal(packet_with({0xA0, 1, 0})), RtpError::BadPadding);
  EXPECT_EQ(refusal(packet_with({0xA0, 1, 3})), RtpError::BadPadding);
}

TEST(RtpView, APacketOfPaddingAloneHasAnEmptyPayload) {
  const ByteVector packet = packet_with({0xA0, 0, 0, 3});
  const auto view = parse_rtp(packet);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->payload().empty());
  EXPECT_EQ(view->padding_size(), 3U);
}

ExtensionIds usual_ids() {
  ExtensionIds ids;
  ids.map(1, Extension::AudioLevel);
  ids.map(2, Extension::AbsSendTime);
  ids.map(3, Extension::TransportSequence);
  ids.map(4, Extension::Mid);
  ids.map(10, Extension::Rid);
  ids.map(200, Extension::DependencyDescriptor);
  return ids;
}

TEST(HeaderExtensions, ReadsOneByteElementsPastPadding) {
  const ByteVector packet =
      packet_with({0x90, 0xBE, 0xDE, 0,    4,    0x10, 0x85, 0,    0,   0x22, 1,
                   2,    3,    0x31, 0xAB, 0xCD, 0x40, 'x',  0xA1, 'h', 'i',  0});
  const auto view = parse_rtp(packet);
  ASSERT_TRUE(view.has_value());
  const ExtensionValues values = read_extensions(*view, usual_ids());
  EXPECT_EQ(values.audio_level, 5);
  EXPECT_TRUE(values.voice_activity);
  EXPECT_EQ(values.abs_send_time, 0x010203U);
  EXPECT_EQ(values.transport_sequence, 0xABCD);
  EXPECT_EQ(values.mid, "x");
  EXPECT_EQ(values.rid, "hi");
}

// covers M12
TEST(HeaderExtensions, Id15AndId0WithLengthEndTheBlock) {
  for (const std::uint8_t stop : {std::uint8_t{0xF0}, std::uint8_t{0x03}}) {
    const ByteVector packet =
        packet_with({0x90, 0xBE, 0xDE, 0, 2, 0x40, 'a', stop, 7, 0x10, 0x05, 0, 0});
    const auto view = parse_rtp(packet);
    ASSERT_TRUE(view.has_value());
    const ExtensionValues values = read_extensions(*view, usual_ids());
    EXPECT_EQ(values.mid, "a");
    EXPECT_FALSE(values.audio_level.has_value());
  }
}

// covers M12
TEST(HeaderExtensions, AnElementThatRunsPastTheBlockEndsItAndTheRestCounts) {
  const ByteVector one = packet_with({0x90, 0xBE, 0xDE, 0, 1, 0x40, 'a', 0x1F, 9});
  EXPECT_EQ(read_extensions(*parse_rtp(one), usual_ids()).mid, "a");
  const ByteVector two = packet_with({0x90, 0x10, 0, 0, 2, 4, 1, 'a', 200, 9, 1, 2, 3});
  const ExtensionValues values = read_extensions(*parse_rtp(two), usual_ids());
  EXPECT_EQ(values.mid, "a");
  EXPECT_TRUE(values.dependency_descriptor.empty());
}

// covers M11
TEST(HeaderExtensions, NamesLongerThanAllowedAreAbsent) {
  ByteVector packet = packet_with({0x90, 0x10, 0, 0, 5, 4, 17});
  packet.resize(12 + 4 + 20, 'a');
  EXPECT_EQ(read_extensions(*parse_rtp(packet), usual_ids()).mid, "");
}

TEST(HeaderExtensions, KnowsTheUrisBothWays) {
  for (std::size_t i = 1; i < kExtensionCount; ++i) {
    const auto extension = static_cast<Extension>(i);
    EXPECT_EQ(extension_of(uri_of(extension)), extension);
  }
  EXPECT_EQ(extension_of("urn:x"), Extension::None);
}

TEST(ExtensionIds, ALaterMappingReplacesTheEarlier) {
  ExtensionIds ids;
  ids.map(3, Extension::Mid);
  ids.map(3, Extension::Rid);
  EXPECT_EQ(ids.id_of(Extension::Mid), 0);
  ids.map(5, Extension::Rid);
  EXPECT_EQ(ids.at(3), Extension::None);
  EXPECT_EQ(ids.id_of(Extension::Rid), 5);
}

TEST(HeaderWriter, WritesWhatTheViewReadsInBothForms) {
  const std::uint8_t level[] = {0x11};
  const std::uint8_t long_value[20] = {1, 2, 3};
  for (const bool two_byte : {false, true}) {
    const Bytes value = two_byte ? Bytes{long_value} : Bytes{long_value}.first(2);
    const ExtensionElement elements[] = {{1, level}, {0, level}, {3, value}};
    std::uint8_t out[64];
    const std::size_t size = write_rtp_header(
        out, {.ssrc = 7, .timestamp = 8, .sequence = 9, .payload_type = 111, .marker = true},
        elements);
    ASSERT_NE(size, 0U);
    const auto view = parse_rtp(Bytes{out}.first(size));
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->extension_profile(), two_byte ? 0x1000 : 0xBEDE);
    EXPECT_EQ(view->ssrc(), 7U);
    EXPECT_EQ(view->sequence(), 9);
    EXPECT_TRUE(view->marker());
    EXPECT_EQ(view->header_size(), size);
    ExtensionWalker walker{*view};
    EXPECT_EQ(walker.next()->id, 1);
    const auto second = walker.next();
    ASSERT_TRUE(second.has_value());
    EXPECT_EQ(second->id, 3);
    EXPECT_EQ(second->value.size(), value.size());
    EXPECT_FALSE(walker.next().has_value());
  }
}

TEST(HeaderWriter, RefusesABufferThatIsTooSmall) {
  std::uint8_t out[16];
  const std::uint8_t level[] = {0x11};
  const ExtensionElement elements[] = {{1, level}};
  EXPECT_EQ(write_rtp_header(out, {}, elements), 0U);
  EXPECT_EQ(write_rtp_header(out, {}, {}), 12U);
}

TEST(Rtx, DecapsulationGivesThePacketThatWasRepeated) {
  ByteVector packet = packet_with({0x90, 0xBE, 0xDE, 0, 1, 0x40, 'a', 0, 0, 0x43, 0x21, 'h', 'i'});
  packet[1] = 0x80 | 97;
  const auto view = parse_rtp(packet);
  const auto media = decapsulate_rtx(packet, *view, 96, 0x11223344);
  ASSERT_TRUE(media.has_value());
  const auto original = parse_rtp(*media);
  ASSERT_TRUE(original.has_value());
  EXPECT_EQ(original->sequence(), 0x4321);
  EXPECT_EQ(original->ssrc(), 0x11223344U);
  EXPECT_EQ(original->payload_type(), 96);
  EXPECT_TRUE(original->marker());
  EXPECT_THAT(original->payload(), ElementsAre('h', 'i'));
}

TEST(Rtx, AProbeWithoutAnOriginalIsNothing) {
  ByteVector packet = packet_with({0x80, 1, 2});
  const auto view = parse_rtp(packet);
  EXPECT_FALSE(decapsulate_rtx(packet, *view, 96, 1).has_value());
}

}  // namespace
}  // namespace vv::rtc::rtp
