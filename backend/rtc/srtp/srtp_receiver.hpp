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
/// Owns:    the session keys of one direction; per SSRC a rollover counter and a replay window,
/// made
///          after the first packet of that SSRC has authenticated (threat-model M9).
/// Bounds:  kMaxSrtpStreams SSRCs each for RTP and RTCP; one more forgets the least recently heard,
/// so
///          that a call may go through any number of tracks. Only an authentic new one allocates.
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

  [[nodiscard]] std::size_t stream_count() const { return rtp_.size() + rtcp_.size(); }

 private:
  struct Keys;
  struct Stream {
    std::uint32_t ssrc = 0;
    std::uint64_t last_used = 0;
    ReplayWindow window;
  };
  /// The streams of RTP or of RTCP.
  class Streams {
   public:
    [[nodiscard]] Stream* find(std::uint32_t ssrc) noexcept;
    /// Notes an authenticated index.
    void mark(Stream* known, std::uint32_t ssrc, std::uint64_t index) noexcept;
    [[nodiscard]] std::size_t size() const { return streams_.size(); }

   private:
    std::vector<Stream> streams_;
    std::size_t last_ = 0;  // where the last packet's stream was: bursts find theirs at once
    std::uint64_t uses_ = 0;
  };

  bool open_rtp(MutableBytes packet, std::size_t header_size, std::uint64_t index,
                bool may_retry) noexcept;

  std::unique_ptr<Keys> keys_;
  Streams rtp_;
  Streams rtcp_;
};

}  // namespace vv::rtc
