#include <algorithm>
#include <optional>

#include "base/check.hpp"
#include "rtc/srtp/srtp_receiver.hpp"
#include "rtc/srtp/srtp_sender.hpp"

namespace {

using namespace vv;
using namespace vv::rtc;

SrtpMaster master_of(std::uint8_t which) {
  SrtpMaster master{.profile = (which & 1U) != 0 ? SrtpProfile::Aes128CmSha1_80
                                                 : SrtpProfile::AeadAes128Gcm};
  master.key.fill(which);
  master.salt.fill(0x55);
  return master;
}

}  // namespace

// A first byte of flags; then packets, each after its length. Some are given as they are, some are
// protected by the right key first, so that what lies behind the tag is reached too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader{{data, size}};
  const std::uint8_t flags = reader.u8();
  SrtpSender sender{master_of(flags & 1U)};
  SrtpReceiver receiver{master_of(flags & 1U)};
  while (reader.remaining() > 2) {
    const std::uint8_t how = reader.u8();
    const Bytes given = reader.take(std::min<std::size_t>(reader.u8(), reader.remaining()));
    ByteVector packet(given.begin(), given.end());
    if ((how & 3U) == 1 && given.size() >= 12) {
      packet.resize(given.size() + kMaxSrtpOverhead);
      const auto protect = sender.protect_rtp(packet, given.first(12), given.subspan(12), how >> 4);
      VV_CHECK(protect.has_value(), "there is room");
      packet.resize(*protect);
    } else if ((how & 3U) == 2 && given.size() >= 8) {
      packet.resize(given.size() + kMaxSrtcpOverhead);
      const auto protect = sender.protect_rtcp(packet, given.size());
      VV_CHECK(protect.has_value(), "there is room");
      packet.resize(*protect);
    }
    ByteVector copy = packet;
    const auto rtp = receiver.unprotect_rtp(packet);
    VV_CHECK(!rtp || *rtp < copy.size(), "a tag was taken off");
    VV_CHECK(!rtp || (how & 3U) == 1, "nobody guesses a tag");
    if (rtp) VV_CHECK(!receiver.unprotect_rtp(copy).has_value(), "nor is a packet taken twice");
    const auto rtcp = receiver.unprotect_rtcp(copy);
    VV_CHECK(!rtcp || (how & 3U) == 2, "nobody guesses a tag");
    VV_CHECK(receiver.stream_count() <= 2 * kMaxSrtpStreams, "streams are bounded");
  }
  return 0;
}
