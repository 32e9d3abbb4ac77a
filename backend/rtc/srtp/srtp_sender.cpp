#include "rtc/srtp/srtp_sender.hpp"

#include <cstring>
#include <optional>

#include "rtc/srtp/session_pair.hpp"

namespace vv::rtc {
namespace {

constexpr std::uint32_t kEncryptedFlag = 0x80000000;
constexpr std::uint32_t kLastRtcpIndex = 0x7FFFFFFF;                // RFC 3711 §9.2
constexpr std::uint64_t kIndexMask = (std::uint64_t{1} << 48) - 1;  // RFC 3711 §3.3.1
constexpr std::size_t kRtcpHeaderSize = 8;                          // stays in the clear

}  // namespace

struct SrtpSender::Keys {
  std::optional<SessionPair> pair;
};

SrtpSender::SrtpSender(const SrtpMaster& master) : keys_(std::make_unique<Keys>()) {
  make_session_pair(keys_->pair, master);
  if (const auto* gcm = std::get_if<KeyPair<GcmKey>>(&*keys_->pair)) gcm_ = &gcm->rtp;
}
SrtpSender::~SrtpSender() = default;

SrtpProfile SrtpSender::profile() const {
  return gcm_ != nullptr ? SrtpProfile::AeadAes128Gcm : SrtpProfile::Aes128CmSha1_80;
}

Result<std::size_t, SrtpError> SrtpSender::protect_rtp(MutableBytes out, Bytes header,
                                                       Bytes payload,
                                                       std::uint32_t rollover) noexcept {
  if (header.size() < 12) return SrtpError::TooShort;
  const std::size_t clear = header.size() + payload.size();
  if (out.size() < clear + tag_size(profile())) return SrtpError::NoRoom;
  const std::uint64_t index = (std::uint64_t{rollover} << 16) | load_be16(&header[2]);
  if (header.data() != out.data()) std::memcpy(out.data(), header.data(), header.size());
  return seal_rtp(out.data(), header.size(), payload, index);
}

std::size_t SrtpSender::seal_rtp(std::uint8_t* out, std::size_t header_size, Bytes payload,
                                 std::uint64_t index) noexcept {
  index &= kIndexMask;
  if (gcm_ != nullptr) return gcm_->seal_rtp(out, header_size, payload, index);
  return seal_rtp_cm(out, header_size, payload, index);
}

std::size_t SrtpSender::seal_rtp_cm(std::uint8_t* out, std::size_t header_size, Bytes payload,
                                    std::uint64_t index) noexcept {
  const std::size_t clear = header_size + payload.size();
  auto& cm = std::get<KeyPair<CmKey>>(*keys_->pair);
  cm.rtp.crypt(cm.rtp.iv(load_be32(out + 8), index), payload, out + header_size);
  std::array<std::uint8_t, 4> trailer{};
  store_be32(trailer.data(), static_cast<std::uint32_t>(index >> 16));
  const CmKey::Tag tag = cm.rtp.tag({out, clear}, trailer);
  std::memcpy(out + clear, tag.data(), tag.size());
  return clear + tag.size();
}

void SrtpSender::prefetch() const noexcept {
  if (gcm_ != nullptr) gcm_->prefetch();
}

Result<std::size_t, SrtpError> SrtpSender::protect_rtcp(MutableBytes buffer,
                                                        std::size_t size) noexcept {
  if (size < kRtcpHeaderSize || size > buffer.size()) return SrtpError::TooShort;
  if (buffer.size() < size + tag_size(profile()) + 4) return SrtpError::NoRoom;
  if (rtcp_index_ == kLastRtcpIndex) return SrtpError::KeyExhausted;
  const std::uint32_t index = ++rtcp_index_;
  const std::uint32_t ssrc = load_be32(&buffer[4]);
  const MutableBytes body = buffer.subspan(kRtcpHeaderSize, size - kRtcpHeaderSize);

  if (auto* gcm = std::get_if<KeyPair<GcmKey>>(&*keys_->pair)) {
    std::array<std::uint8_t, kRtcpHeaderSize + 4>
        covered;  // RFC 7714 §9.2: header, then the index word
    std::memcpy(covered.data(), buffer.data(), kRtcpHeaderSize);
    store_be32(&covered[kRtcpHeaderSize], index | kEncryptedFlag);
    gcm->rtcp.encrypt(gcm->rtcp.rtcp_iv(ssrc, index), covered, body, body.data(),
                      buffer.data() + size);
    store_be32(buffer.data() + size + GcmKey::kTagSize, index | kEncryptedFlag);
    return size + GcmKey::kTagSize + 4;
  }
  auto& cm = std::get<KeyPair<CmKey>>(*keys_->pair);
  cm.rtcp.crypt(cm.rtcp.iv(ssrc, index), body, body.data());
  store_be32(buffer.data() + size, index | kEncryptedFlag);
  const CmKey::Tag tag = cm.rtcp.tag(buffer.first(size + 4), {});
  std::memcpy(buffer.data() + size + 4, tag.data(), tag.size());
  return size + 4 + tag.size();
}

}  // namespace vv::rtc
