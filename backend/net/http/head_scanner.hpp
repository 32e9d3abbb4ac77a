#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vv::net {

/// Looks at the raw bytes of a request's head before any parser does, and refuses what two readers
/// could understand differently (threat-model H1): bare CR or LF, folded lines, spaces in names, a
/// second Host, Content-Length or Transfer-Encoding, or the last two together.
///
/// Owns:    how far it has looked; call `scan` again with more bytes of the same head.
/// Bounds:  kMaxRequestLine (kMaxRtcRequestLine under /rtc), kMaxHeaders; one pass over the bytes.
class HeadScanner {
 public:
  static constexpr std::size_t kMaxRequestLine = 8 * 1024;  // bytes
  // livekit-wire.md H-9: the query of /rtc holds a token and an SDP.
  static constexpr std::size_t kMaxRtcRequestLine = 256 * 1024;  // bytes
  static constexpr std::size_t kMaxHeaders = 32 * 1024;          // bytes, request line excluded

  enum class Verdict : std::uint8_t { NeedMore, Complete, Malformed, LineTooLong, HeadersTooLarge };

  /// @param bytes  everything received of this head so far, perhaps more
  Verdict scan(std::string_view bytes);
  /// Length of the head, its empty line included, once Complete.
  [[nodiscard]] std::size_t head_size() const { return position_; }

 private:
  bool take_field(std::string_view line);

  std::size_t position_ = 0;    // start of the line not yet taken
  std::size_t searched_ = 0;    // no LF before this
  std::size_t headers_at_ = 0;  // 0: still in the request line
  int hosts_ = 0;
  int lengths_ = 0;
  int encodings_ = 0;
};

}  // namespace vv::net
