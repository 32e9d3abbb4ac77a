#include "rtc/ice/tcp_framing.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace vv::rtc {

std::optional<MutableBytes> TcpDeframer::next(Bytes& stream) noexcept {
  if (failed_) return std::nullopt;
  const auto take = [&](std::size_t until) {
    const std::size_t count = std::min(until - have_, stream.size());
    if (count > 0) std::memcpy(&frame_[have_], stream.data(), count);
    stream = stream.subspan(count);
    have_ += count;
    return have_ == until;
  };
  if (have_ < kTcpFrameHeaderSize && !take(kTcpFrameHeaderSize)) return std::nullopt;
  const std::size_t size = load_be16(frame_.data());
  if (size == 0 || size > kMaxDatagramSize) {
    failed_ = true;
    return std::nullopt;
  }
  if (!take(kTcpFrameHeaderSize + size)) return std::nullopt;
  have_ = 0;
  return MutableBytes{frame_}.subspan(kTcpFrameHeaderSize, size);
}

std::array<std::uint8_t, kTcpFrameHeaderSize> tcp_frame_header(std::size_t size) {
  VV_CHECK(size <= 0xFFFF, "no datagram of ours is that long");
  std::array<std::uint8_t, kTcpFrameHeaderSize> header{};
  store_be16(header.data(), static_cast<std::uint16_t>(size));
  return header;
}

}  // namespace vv::rtc
