#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/srtp/replay_window.hpp"
#include "rtc/srtp/srtp_profile.hpp"
#include "rtc/srtp/srtp_sender.hpp"

namespace vv::rtc {

/// threat-model M11: SSRCs a transport.
constexpr std::size_t kMaxSrtpStreams = 64;

/// Decrypts and authenticates what a peer sends (RFC 3711, RFC 7714).
///
/// Owns:    the session keys of one direction; per SSRC a rollover counter and a replay window, made
///          after the first packet of that SSRC has authenticated (threat-model M9).
/// Bounds:  kMaxSrtpStreams SSRCs; each authentic new one allocates once, nothing else does.
class SrtpReceiver {
 public:
  explicit SrtpReceiver(const SrtpMaster& master);
  ~SrtpReceiver();
  SrtpReceiver(const SrtpReceiver&) = delete;
  SrtpReceiver& operator=(const SrtpReceiver&) = delete;

  /// Decrypts in place; on refusal the bytes are spoilt. @return size without the tag
  Result<std::size_t, SrtpError> unprotect_rtp(MutableBytes packet) noexcept;
  /// The same for a compound of RTCP. @return size without tag and index
  Result<std::size_t, SrtpError> unprotect_rtcp(MutableBytes packet) noexcept;

  [[nodiscard]] std::size_t stream_count() const { return streams_.size(); }

 private:
  struct Keys;
  struct Stream {
    std::uint32_t ssrc = 0;
    bool has_rtp = false;
    bool has_rtcp = false;
    std::uint32_t rtcp_highest = 0;
    std::uint64_t rtcp_seen = 0;  // bit n: index rtcp_highest - n
    ReplayWindow rtp;
  };
  [[nodiscard]] Stream* find(std::uint32_t ssrc) noexcept;
  Stream* add(std::uint32_t ssrc) noexcept;

  std::unique_ptr<Keys> keys_;
  std::vector<Stream> streams_;
  std::size_t last_ = 0;  // where the last packet's stream was: bursts find theirs at once
};

}  // namespace vv::rtc
