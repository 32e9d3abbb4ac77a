#include "rtc/stun/stun_message.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "rtc/stun/stun_attributes.hpp"
#include "rtc/stun/stun_writer.hpp"

namespace vv::rtc::stun {
namespace {

// RFC 5769 §2.1, §2.2, §2.3
constexpr const char* kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr const char* kRequest =
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001"
    "ff"
    "80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f2"
    "49"
    "c1b571a280280004e57a3bcf";
constexpr const char* kResponseV4 =
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a6"
    "43"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";
constexpr const char* kResponseV6 =
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9"
    "fa"
    "a5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";

ByteVector check(std::string_view username = "local:remote",
                 std::string_view password = kPassword) {
  ByteVector out(256);
  MessageWriter writer{out, MessageType::BindingRequest, TransactionId{1, 2, 3}};
  writer.username(username);
  writer.priority(0x6E7F00FF);
  writer.controlling(77);
  writer.use_candidate();
  out.resize(writer.finish(password));
  return out;
}

TEST(StunMessage, ReadsTheSampleRequestOfTheRfc) {
  const ByteVector bytes = *hex_decode(kRequest);
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, MessageType::BindingRequest);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->receiver_ufrag(), "evtj");
  EXPECT_EQ(message->priority, 0x6e0001ffU);
  EXPECT_EQ(message->controlled, 0x932ff9b151263b36U);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->is_authentic(kPassword));
  EXPECT_FALSE(message->is_authentic("VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(StunMessage, ReadsTheSampleResponsesOfTheRfc) {
  const ByteVector v4 = *hex_decode(kResponseV4);
  const auto first = parse(v4);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->is_authentic(kPassword));
  EXPECT_EQ(first->mapped_address, TransportAddress::parse("192.0.2.1", 32853));

  const ByteVector v6 = *hex_decode(kResponseV6);
  const auto second = parse(v6);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->is_authentic(kPassword));
  EXPECT_EQ(second->mapped_address,
            TransportAddress::parse("2001:db8:1234:5678:11:2233:4455:6677", 32853));
}

TEST(StunMessage, ReadsBackWhatItWrote) {
  const ByteVector bytes = check();
  const auto message = parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->username, "local:remote");
  EXPECT_EQ(message->priority, 0x6E7F00FFU);
  EXPECT_EQ(message->controlling, 77U);
  EXPECT_TRUE(message->use_candidate);
  EXPECT_TRUE(message->is_authentic(kPassword));
  EXPECT_EQ(peek_receiver_ufrag(bytes), "local");

  for (const char* ip : {"198.51.100.7", "2001:db8::9"}) {
    ByteVector out(128);
    MessageWriter writer{out, MessageType::BindingSuccess, message->transaction};
    writer.xor_mapped_address(*TransportAddress::parse(ip, 4242));
    out.resize(writer.finish(kPassword));
    const auto answer = parse(out);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->mapped_address, TransportAddress::parse(ip, 4242));
    EXPECT_LE(out.size(), bytes.size());
  }
}

TEST(StunMessage, RefusesAnAttributeAfterFingerprint) {
  ByteVector bytes = check();
  bytes.insert(bytes.end(), {0x00, 0x25, 0x00, 0x00});  // USE-CANDIDATE
  store_be16(&bytes[2], static_cast<std::uint16_t>(bytes.size() - kHeaderSize));
  // Make the CRC right again for the longer length, so that only the order is wrong.
  const std::size_t offset = bytes.size() - 12;
  store_be32(&bytes[offset + 4], crc32(Bytes{bytes}.first(offset)) ^ kFingerprintXor);
  const auto message = parse(bytes);
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error(), StunError::AfterFingerprint);
}

TEST(StunMessage, IgnoresUseCandidateThatIntegrityDoesNotCover) {
  ByteVector out(256);
  MessageWriter writer{out, MessageType::BindingRequest, TransactionId{9}};
  writer.username("a:b");
  out.resize(writer.finish(kPassword) - 8);         // without FINGERPRINT
  out.insert(out.end(), {0x00, 0x25, 0x00, 0x00});  // added by a stranger
  store_be16(&out[2], static_cast<std::uint16_t>(out.size() - kHeaderSize));
  const auto message = parse(out);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->is_authentic(kPassword));
  EXPECT_FALSE(message->use_candidate);
}

TEST(StunMessage, RefusesEveryCutAndEveryFlippedBitThatCounts) {
  const ByteVector whole = check();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse(Bytes{whole}.first(size))) << size;
  }
  // But for FINGERPRINT's own number, which makes it an attribute we skip.
  for (std::size_t bit = 0; bit < (whole.size() - 8) * 8; ++bit) {
    ByteVector bytes = whole;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto message = parse(bytes);
    EXPECT_TRUE(!message || !message->is_authentic(kPassword)) << bit;
  }
}

TEST(StunMessage, RefusesMoreAttributesThanItsBound) {
  ByteVector bytes(kHeaderSize);
  store_be16(bytes.data(), 1);
  store_be32(&bytes[4], kMagicCookie);
  for (int i = 0; i <= kMaxAttributes; ++i) bytes.insert(bytes.end(), {0x80, 0x22, 0, 0});
  store_be16(&bytes[2], static_cast<std::uint16_t>(bytes.size() - kHeaderSize));
  ASSERT_FALSE(parse(bytes));
  EXPECT_EQ(parse(bytes).error(), StunError::TooManyAttributes);
}

}  // namespace
}  // namespace vv::rtc::stun
