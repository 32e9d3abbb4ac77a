#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/srtp/srtp_profile.hpp"

namespace vv::rtc {

class GcmKey;

enum class SrtpError : std::uint8_t {
  NotReady,      ///< no keys yet
  TooShort,      ///< less than its own headers and tag
  BadHeader,     ///< version, CSRC count or extension do not fit the packet
  NoRoom,        ///< the output buffer is too small
  Replayed,      ///< seen before, or older than the window
  NotAuthentic,  ///< the tag does not match
  KeyExhausted,  ///< 2^31 RTCP packets (RFC 3711 §9.2); the peer needs a new handshake
};

/// Encrypts what we send (RFC 3711, RFC 7714).
///
/// Owns:    the session keys of one direction and the SRTCP index.
/// Not its: rollover counters of RTP: the caller knows its 64-bit sequence numbers and says them,
/// so
///          that a packet resent after a wrap is encrypted right and no stream is looked up.
class SrtpSender {
 public:
  explicit SrtpSender(const SrtpMaster& master);
  ~SrtpSender();
  SrtpSender(const SrtpSender&) = delete;
  SrtpSender& operator=(const SrtpSender&) = delete;

  /// Writes `header`, the encrypted `payload` and the tag to `out`; none of them may overlap `out`,
  /// but for `header` when it already lies at its start. Allocates nothing.
  /// @param header    the whole RTP header with CSRCs and extension, well-formed
  /// @param rollover  bits 16 to 47 of the packet's extended sequence number. The same
  ///                  (SSRC, rollover, sequence) must never be used for two different payloads.
  /// @return bytes written: header + payload + tag
  Result<std::size_t, SrtpError> protect_rtp(MutableBytes out, Bytes header, Bytes payload,
                                             std::uint32_t rollover) noexcept;

  /// The same for who has written the header in place and knows what is in it, so that nothing is
  /// looked at twice: one of `header_size` bytes at `out`, with room behind it for the payload and
  /// kMaxSrtpOverhead.
  /// @param index  low 48 bits of the packet's extended sequence number
  std::size_t seal_rtp(std::uint8_t* out, std::size_t header_size, Bytes payload,
                       std::uint64_t index) noexcept;
  /// What `seal_rtp` reads, fetched into the cache ahead of it.
  void prefetch() const noexcept;

  /// Encrypts a compound of `size` bytes at the start of `buffer` in place; the buffer has
  /// kMaxSrtcpOverhead bytes more. @return its new size
  Result<std::size_t, SrtpError> protect_rtcp(MutableBytes buffer, std::size_t size) noexcept;

  [[nodiscard]] SrtpProfile profile() const;

 private:
  std::size_t seal_rtp_cm(std::uint8_t* out, std::size_t header_size, Bytes payload,
                          std::uint64_t index) noexcept;

  struct Keys;
  std::unique_ptr<Keys> keys_;
  const GcmKey* gcm_ = nullptr;  ///< the key for RTP inside keys_, where the profile has one
  std::uint32_t rtcp_index_ = 0;
};

}  // namespace vv::rtc
