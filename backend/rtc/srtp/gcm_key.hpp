#pragma once

#include <intel-ipsec-mb.h>

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "rtc/srtp/key_derivation.hpp"

namespace vv::rtc {

/// AES-128-GCM with one session key, by intel-ipsec-mb's direct calls: 94 ns a packet of 1,200
/// bytes where OpenSSL takes 381 (design: performance.md). Allocates nothing, touches nothing
/// shared.
class GcmKey {
 public:
  static constexpr std::size_t kTagSize = 16;
  using Iv = std::array<std::uint8_t, 12>;

  explicit GcmKey(const SessionKeys& session);
  ~GcmKey();
  GcmKey(const GcmKey&) = delete;
  GcmKey& operator=(const GcmKey&) = delete;

  /// RFC 7714 §8.1: 00 00, SSRC, rollover, sequence; combined with the salt.
  [[nodiscard]] Iv rtp_iv(std::uint32_t ssrc, std::uint64_t index) const {
    Iv iv;
    store_be64(iv.data(), ((std::uint64_t{ssrc} << 16) | (index >> 32)) ^ load_be64(salt_.data()));
    store_be32(iv.data() + 8, static_cast<std::uint32_t>(index) ^ load_be32(salt_.data() + 8));
    return iv;
  }
  /// RFC 7714 §9.1: 00 00, SSRC, 00 00, index of 31 bits.
  [[nodiscard]] Iv rtcp_iv(std::uint32_t ssrc, std::uint32_t index) const;

  /// Encrypts `payload` behind the RTP header of `header_size` bytes at `out` and appends the tag.
  /// @return size of all three
  std::size_t seal_rtp(std::uint8_t* out, std::size_t header_size, Bytes payload,
                       std::uint64_t index) const noexcept;
  /// What `encrypt` reads, fetched into the cache ahead of it.
  void prefetch() const noexcept;

  /// `out` is as long as `in` and either the same memory or apart from it.
  void encrypt(const Iv& iv, Bytes header, Bytes in, std::uint8_t* out, std::uint8_t* tag) const;
  /// True when the tag matches. `out` is written either way.
  [[nodiscard]] bool decrypt(const Iv& iv, Bytes header, Bytes in, std::uint8_t* out,
                             const std::uint8_t* tag) const;

 private:
  alignas(64) gcm_key_data key_;  // its own declaration only aligns it when LINUX is defined
  std::array<std::uint8_t, 12> salt_;
};

}  // namespace vv::rtc
