#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "base/random.hpp"
#include "rtc/srtp/gcm_key.hpp"
#include "rtc/srtp/key_derivation.hpp"
#include "rtc/srtp/srtp_receiver.hpp"
#include "rtc/srtp/srtp_sender.hpp"

namespace vv::rtc {
namespace {

constexpr std::uint32_t kSsrc = 0xCAFEBABE;

SrtpMaster random_master(SrtpProfile profile, std::uint64_t seed) {
  SeededRandom random{seed};
  SrtpMaster master{.profile = profile};
  random.fill(master.key);
  random.fill(MutableBytes{master.salt}.first(master_salt_size(profile)));
  return master;
}

ByteVector header(std::uint64_t index, std::uint32_t ssrc = kSsrc) {
  ByteVector out(12);
  out[0] = 0x80;
  out[1] = 96;
  store_be16(&out[2], static_cast<std::uint16_t>(index));
  store_be32(&out[8], ssrc);
  return out;
}
const ByteVector kPayload(100, 0x5A);

ByteVector protect(SrtpSender& sender, std::uint64_t index, std::uint32_t ssrc = kSsrc) {
  ByteVector out(200);
  const auto size = sender.protect_rtp(out, header(index, ssrc), kPayload,
                                       static_cast<std::uint32_t>(index >> 16));
  out.resize(size.value_or(std::size_t{0}));
  return out;
}

ByteVector rtcp_report() {
  ByteVector out(28);
  out[0] = 0x80;
  out[1] = 200;
  store_be16(&out[2], 6);
  store_be32(&out[4], kSsrc);
  return out;
}

/// libsrtp, as the other end.
class Reference {
 public:
  Reference(const SrtpMaster& master, srtp_ssrc_type_t direction) {
    static const bool kReady = srtp_init() == srtp_err_status_ok;
    EXPECT_TRUE(kReady);
    srtp_policy_t policy{};
    if (master.profile == SrtpProfile::AeadAes128Gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
    }
    std::array<std::uint8_t, 30> key{};
    std::copy(master.key.begin(), master.key.end(), key.begin());
    std::copy_n(master.salt.begin(), master_salt_size(master.profile), key.begin() + 16);
    policy.ssrc.type = direction;
    policy.key = key.data();
    policy.window_size = 1024;
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~Reference() { srtp_dealloc(session_); }
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  ByteVector run(srtp_err_status_t (*call)(srtp_t, void*, int*), ByteVector packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + 64);
    if (call(session_, packet.data(), &size) != srtp_err_status_ok) return {};
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  srtp_t session_ = nullptr;
};

class Srtp : public testing::TestWithParam<SrtpProfile> {
 protected:
  SrtpMaster master = random_master(GetParam(), 7);
  SrtpSender sender{master};
  SrtpReceiver receiver{master};
};
INSTANTIATE_TEST_SUITE_P(Profiles, Srtp,
                         testing::Values(SrtpProfile::AeadAes128Gcm, SrtpProfile::Aes128CmSha1_80));

TEST(SrtpKeys, DeriveAsInTheRfc) {  // RFC 3711 B.3
  SrtpMaster master{.profile = SrtpProfile::Aes128CmSha1_80};
  std::ranges::copy(*hex_decode("e1f97a0d3e018be0d64fa32c06de4139"), master.key.begin());
  std::ranges::copy(*hex_decode("0ec675ad498afeebb6960b3aabe6"), master.salt.begin());
  const SessionKeys keys = derive_session_keys(master, SrtpKind::Rtp);
  EXPECT_EQ(hex_encode(keys.cipher), "c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_EQ(hex_encode(keys.salt), "30cbbc08863d8c85d49db34a9ae1");
  EXPECT_EQ(hex_encode(keys.auth), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
}

TEST(GcmKey, EncryptsAsInTheRfc) {  // RFC 7714 §16.1.1
  SessionKeys session;
  std::ranges::copy(*hex_decode("000102030405060708090a0b0c0d0e0f"), session.cipher.begin());
  std::ranges::copy(*hex_decode("517569642070726f2071756f"), session.salt.begin());
  const GcmKey key{session};
  const ByteVector rtp = *hex_decode("8040f17b8041f8d35501a0b2");
  const std::string_view text = "Gallia est omnis divisa in partes tres";
  const GcmKey::Iv iv = key.rtp_iv(0x5501a0b2, 0xf17b);
  EXPECT_EQ(hex_encode(iv), "51753c6580c2726f20718414");
  ByteVector out(text.size() + GcmKey::kTagSize);
  key.encrypt(iv, rtp, as_bytes(text), out.data(), out.data() + text.size());
  EXPECT_EQ(hex_encode(out),
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
            "899d7f27beb16a9152cf765ee4390cce");
}

TEST_P(Srtp, LibsrtpReadsOurRtpAcrossTheWrap) {
  Reference reference{master, ssrc_any_inbound};
  for (std::uint64_t index = 65'000; index < 66'000; ++index) {
    const ByteVector plain = reference.run(srtp_unprotect, protect(sender, index));
    ASSERT_EQ(plain.size(), 12 + kPayload.size()) << index;
    EXPECT_TRUE(std::equal(kPayload.begin(), kPayload.end(), plain.begin() + 12));
  }
}

TEST_P(Srtp, WeReadLibsrtpsRtpAcrossTheWrap) {
  Reference reference{master, ssrc_any_outbound};
  for (std::uint64_t index = 65'000; index < 66'000; ++index) {
    ByteVector plain = header(index);
    plain[0] |= 0x10;  // an extension of one word, so that more than the fixed header stays clear
    plain.insert(plain.end(), {0xBE, 0xDE, 0, 1, 0x10, 0x7F, 0, 0});
    plain.insert(plain.end(), kPayload.begin(), kPayload.end());
    ByteVector packet = reference.run(srtp_protect, plain);
    const auto size = receiver.unprotect_rtp(packet);
    ASSERT_TRUE(size) << index;
    packet.resize(*size);
    EXPECT_EQ(packet, plain);
  }
}

TEST_P(Srtp, RtcpAgreesWithLibsrtpBothWays) {
  Reference inbound{master, ssrc_any_inbound};
  Reference outbound{master, ssrc_any_outbound};
  for (int i = 0; i < 5; ++i) {
    const ByteVector plain = rtcp_report();
    ByteVector ours = plain;
    ours.resize(plain.size() + kMaxSrtcpOverhead);
    const auto size = sender.protect_rtcp(ours, plain.size());
    ASSERT_TRUE(size);
    ours.resize(*size);
    EXPECT_EQ(inbound.run(srtp_unprotect_rtcp, ours), plain);

    ByteVector theirs = outbound.run(srtp_protect_rtcp, plain);
    const auto opened = receiver.unprotect_rtcp(theirs);
    ASSERT_TRUE(opened);
    theirs.resize(*opened);
    EXPECT_EQ(theirs, plain);
  }
}

// covers M9
TEST_P(Srtp, DropsReplaysAndForgeriesAndGoesOn) {
  const ByteVector first = protect(sender, 1000);
  ByteVector copy = first;
  EXPECT_TRUE(receiver.unprotect_rtp(copy));
  copy = first;
  EXPECT_EQ(receiver.unprotect_rtp(copy).error(), SrtpError::Replayed);

  for (int i = 0; i < 1000; ++i) {
    ByteVector forged = protect(sender, 1001);
    forged[static_cast<std::size_t>(i) % forged.size()] ^= 1;
    EXPECT_FALSE(receiver.unprotect_rtp(forged));
  }
  EXPECT_EQ(receiver.stream_count(), 1U) << "a forged SSRC made state";

  ByteVector newest = protect(sender, 2023);
  EXPECT_TRUE(receiver.unprotect_rtp(newest));
  ByteVector oldest_in_window = protect(sender, 1001);
  EXPECT_TRUE(receiver.unprotect_rtp(oldest_in_window)) << "1,022 behind the newest";
  ByteVector too_old = protect(sender, 999);
  EXPECT_EQ(receiver.unprotect_rtp(too_old).error(), SrtpError::Replayed);
}

// covers M10
TEST_P(Srtp, FindsTheRolloverWhenTheFirstPacketsOrHalfACycleWereLost) {
  ByteVector after_wrap = protect(sender, 65'536 + 5);  // 65,530 to 65,540 never arrived
  EXPECT_TRUE(receiver.unprotect_rtp(after_wrap));

  ByteVector start = protect(sender, 10, 2);
  EXPECT_TRUE(receiver.unprotect_rtp(start));
  ByteVector far = protect(sender, 10 + 40'000, 2);  // more than half a cycle ahead
  EXPECT_TRUE(receiver.unprotect_rtp(far));
  ByteVector next = protect(sender, 10 + 40'001, 2);
  EXPECT_TRUE(receiver.unprotect_rtp(next));
  ByteVector wrapped = protect(sender, 65'536 + 3, 2);
  EXPECT_TRUE(receiver.unprotect_rtp(wrapped));
}

// covers M9
TEST_P(Srtp, KeepsItsMemoryHoweverManyStreamsAPeerInvents) {
  for (std::uint32_t ssrc = 1; ssrc <= 1000; ++ssrc) {
    ByteVector packet = protect(sender, 7, ssrc);
    EXPECT_TRUE(receiver.unprotect_rtp(packet));
  }
  EXPECT_EQ(receiver.stream_count(), kMaxSrtpStreams);
  ByteVector packet = protect(sender, 8, 1000);
  EXPECT_TRUE(receiver.unprotect_rtp(packet));
}

TEST_P(Srtp, RefusesWhatCannotBeAPacket) {
  for (std::size_t size = 0; size < 40; ++size) {
    ByteVector zeros(size);
    EXPECT_FALSE(receiver.unprotect_rtp(zeros));
    EXPECT_FALSE(receiver.unprotect_rtcp(zeros));
    ByteVector ones(size, 0xBF);  // version 2, extension, 15 CSRCs
    EXPECT_FALSE(receiver.unprotect_rtp(ones));
    EXPECT_FALSE(receiver.unprotect_rtcp(ones));
  }
  ByteVector small(20);
  EXPECT_EQ(sender.protect_rtp(small, header(1), kPayload, 0).error(), SrtpError::NoRoom);
  EXPECT_EQ(sender.protect_rtcp(small, 12).error(), SrtpError::NoRoom);
}

TEST(ReplayWindow, ForgetsNothingInsideItsSizeHoweverItMoves) {
  SeededRandom random{11};
  ReplayWindow window;
  std::vector<std::uint64_t> seen{5000};
  window.start(5000);
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t index = window.highest() - 1100 + random.below(1200);
    const bool known = std::ranges::find(seen, index) != seen.end();
    const bool in_window =
        index > window.highest() || window.highest() - index < ReplayWindow::kSize;
    ASSERT_EQ(window.is_fresh(index), in_window && !known) << index;
    if (!window.is_fresh(index)) continue;
    window.mark(index);
    seen.push_back(index);
  }
}

}  // namespace
}  // namespace vv::rtc
