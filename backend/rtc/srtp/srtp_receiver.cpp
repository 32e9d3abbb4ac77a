#include "rtc/srtp/srtp_receiver.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "rtc/srtp/session_pair.hpp"

namespace vv::rtc {
namespace {

constexpr std::uint32_t kEncryptedFlag = 0x80000000;
constexpr std::size_t kRtcpHeaderSize = 8;
// threat-model M10: nearer to the newest packet than this the rollover counter is not in doubt, and
// a forged packet costs one try.
constexpr std::uint64_t kCertainDistance = 1U << 13;

/// RFC 3711 §3.3.1: which rollover counter a sequence number most likely has.
std::uint64_t guess_index(std::uint64_t highest, std::uint16_t sequence) {
  const auto newest = static_cast<std::uint16_t>(highest);
  const auto ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - newest));
  if (ahead < 0 && static_cast<std::uint64_t>(-ahead) > highest)
    return sequence;  // before the start
  return highest + static_cast<std::uint64_t>(static_cast<std::int64_t>(ahead));
}

/// Indices to try for one packet, likeliest first.
struct Candidates {
  std::array<std::uint64_t, 3> index{};
  std::size_t count = 0;
  void add(std::uint64_t i) { index[count++] = i; }
};

Candidates candidates_for(const ReplayWindow* window, std::uint16_t sequence) {
  constexpr std::uint64_t kRollover = 1U << 16;
  Candidates candidates;
  if (window == nullptr) {  // the stream's first packets may have been lost right before a wrap
    candidates.add(sequence);
    candidates.add(sequence + kRollover);
    return candidates;
  }
  const std::uint64_t likely = guess_index(window->highest(), sequence);
  const std::uint64_t distance =
      likely > window->highest() ? likely - window->highest() : window->highest() - likely;
  candidates.add(likely);
  if (distance > kCertainDistance) {
    candidates.add(likely + kRollover);
    if (likely >= kRollover) candidates.add(likely - kRollover);
  }
  return candidates;
}

}  // namespace

struct SrtpReceiver::Keys {
  std::optional<SessionPair> pair;
};

SrtpReceiver::SrtpReceiver(const SrtpMaster& master) : keys_(std::make_unique<Keys>()) {
  make_session_pair(keys_->pair, master);
}
SrtpReceiver::~SrtpReceiver() = default;

SrtpReceiver::Stream* SrtpReceiver::Streams::find(std::uint32_t ssrc) noexcept {
  if (last_ < streams_.size() && streams_[last_].ssrc == ssrc) return &streams_[last_];
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    if (streams_[i].ssrc != ssrc) continue;
    last_ = i;
    return &streams_[i];
  }
  return nullptr;
}

void SrtpReceiver::Streams::mark(Stream* known, std::uint32_t ssrc, std::uint64_t index) noexcept {
  if (known != nullptr) {
    known->window.mark(index);
  } else {
    if (streams_.size() < kMaxSrtpStreams) {
      known = &streams_.emplace_back();
    } else {
      known = &*std::ranges::min_element(streams_, {}, &Stream::last_used);
    }
    known->ssrc = ssrc;
    known->window.start(index);
  }
  known->last_used = ++uses_;
}

/// True when the packet with this index is authentic; it is decrypted then. Otherwise it is as it
/// was if `may_retry`, else spoilt.
bool SrtpReceiver::open_rtp(MutableBytes packet, std::size_t header_size, std::uint64_t index,
                            bool may_retry) noexcept {
  const std::uint32_t ssrc = load_be32(&packet[8]);
  const Bytes header = packet.first(header_size);
  if (auto* gcm = std::get_if<KeyPair<GcmKey>>(&*keys_->pair)) {
    const MutableBytes body =
        packet.subspan(header_size, packet.size() - header_size - GcmKey::kTagSize);
    const std::uint8_t* tag = packet.data() + packet.size() - GcmKey::kTagSize;
    const GcmKey::Iv iv = gcm->rtp.rtp_iv(ssrc, index);
    if (gcm->rtp.decrypt(iv, header, body, body.data(), tag)) return true;
    if (may_retry) {  // the key stream twice gives back what came in
      std::array<std::uint8_t, GcmKey::kTagSize> unused;
      gcm->rtp.encrypt(iv, header, body, body.data(), unused.data());
    }
    return false;
  }
  auto& cm = std::get<KeyPair<CmKey>>(*keys_->pair);
  const std::size_t clear = packet.size() - CmKey::kTagSize;
  std::array<std::uint8_t, 4> trailer{};
  store_be32(trailer.data(), static_cast<std::uint32_t>(index >> 16));
  const CmKey::Tag tag = cm.rtp.tag(packet.first(clear), trailer);
  if (CRYPTO_memcmp(tag.data(), packet.data() + clear, tag.size()) != 0) return false;
  const MutableBytes body = packet.subspan(header_size, clear - header_size);
  cm.rtp.crypt(cm.rtp.iv(ssrc, index), body, body.data());
  return true;
}

Result<std::size_t, SrtpError> SrtpReceiver::unprotect_rtp(MutableBytes packet) noexcept {
  const std::size_t tag = keys_->pair->index() == 0 ? GcmKey::kTagSize : CmKey::kTagSize;
  if (packet.size() < 12 + tag) return SrtpError::TooShort;
  const std::size_t header_size = rtp_header_size(packet.first(packet.size() - tag));
  if (header_size == 0) return SrtpError::BadHeader;

  const std::uint32_t ssrc = load_be32(&packet[8]);
  Stream* stream = rtp_.find(ssrc);
  const Candidates candidates =
      candidates_for(stream != nullptr ? &stream->window : nullptr, load_be16(&packet[2]));
  bool tried = false;
  for (std::size_t i = 0; i < candidates.count; ++i) {
    const std::uint64_t index = candidates.index[i];
    if (stream != nullptr && !stream->window.is_fresh(index)) continue;
    tried = true;
    if (!open_rtp(packet, header_size, index, i + 1 < candidates.count)) continue;
    rtp_.mark(stream, ssrc, index);
    return packet.size() - tag;
  }
  return tried ? SrtpError::NotAuthentic : SrtpError::Replayed;
}

Result<std::size_t, SrtpError> SrtpReceiver::unprotect_rtcp(MutableBytes packet) noexcept {
  auto* gcm = std::get_if<KeyPair<GcmKey>>(&*keys_->pair);
  const std::size_t tag_bytes = gcm != nullptr ? GcmKey::kTagSize : CmKey::kTagSize;
  if (packet.size() < kRtcpHeaderSize + tag_bytes + 4) return SrtpError::TooShort;
  if ((packet[0] >> 6) != 2) return SrtpError::BadHeader;
  const std::size_t clear = packet.size() - tag_bytes - 4;
  // AEAD puts the index word after the tag (RFC 7714 §9.2), AES-CM before it (RFC 3711 §3.4).
  const std::size_t word_at = gcm != nullptr ? packet.size() - 4 : clear;
  const std::uint32_t word = load_be32(&packet[word_at]);
  const std::uint32_t index = word & ~kEncryptedFlag;
  if ((word & kEncryptedFlag) == 0) return SrtpError::BadHeader;  // RFC 8834: always encrypted
  const std::uint32_t ssrc = load_be32(&packet[4]);
  Stream* stream = rtcp_.find(ssrc);
  if (stream != nullptr && !stream->window.is_fresh(index)) return SrtpError::Replayed;

  const MutableBytes body = packet.subspan(kRtcpHeaderSize, clear - kRtcpHeaderSize);
  if (gcm != nullptr) {
    std::array<std::uint8_t, kRtcpHeaderSize + 4> covered;
    std::memcpy(covered.data(), packet.data(), kRtcpHeaderSize);
    store_be32(&covered[kRtcpHeaderSize], word);
    if (!gcm->rtcp.decrypt(gcm->rtcp.rtcp_iv(ssrc, index), covered, body, body.data(),
                           &packet[clear])) {
      return SrtpError::NotAuthentic;
    }
  } else {
    auto& cm = std::get<KeyPair<CmKey>>(*keys_->pair);
    const CmKey::Tag tag = cm.rtcp.tag(packet.first(clear + 4), {});
    if (CRYPTO_memcmp(tag.data(), &packet[clear + 4], tag.size()) != 0)
      return SrtpError::NotAuthentic;
    cm.rtcp.crypt(cm.rtcp.iv(ssrc, index), body, body.data());
  }
  rtcp_.mark(stream, ssrc, index);
  return clear;
}

}  // namespace vv::rtc
