#pragma once

#include <cstring>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc {

/// Datagrams waiting to be sent, in one piece of memory that goes back when a flight has left.
/// Bounds: kMaxBytes; what does not fit is lost, as on any network.
class DatagramQueue {
 public:
  static constexpr std::size_t kMaxBytes = 16 * 1024;

  [[nodiscard]] bool has_room(std::size_t size) const {
    return bytes_.size() + 2 + size <= kMaxBytes;
  }
  /// Adds a datagram of `size` bytes to be filled in by the caller; empty when there is no room.
  [[nodiscard]] MutableBytes append(std::size_t size) {
    if (!has_room(size)) return {};
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 2 + size);
    store_be16(&bytes_[at], static_cast<std::uint16_t>(size));
    return MutableBytes{bytes_}.subspan(at + 2);
  }
  [[nodiscard]] std::optional<std::size_t> poll(MutableBytes out) {
    while (next_ < bytes_.size()) {
      const std::size_t size = load_be16(&bytes_[next_]);
      const bool fits = size <= out.size();
      if (fits) std::memcpy(out.data(), &bytes_[next_ + 2], size);
      next_ += 2 + size;
      if (next_ == bytes_.size()) clear();
      if (fits) return size;
    }
    return std::nullopt;
  }

  /// Everything queued, with the lengths between: what `replay` takes.
  [[nodiscard]] Bytes queued_since(std::size_t mark) const { return Bytes{bytes_}.subspan(mark); }
  [[nodiscard]] std::size_t mark() const { return bytes_.size(); }
  /// Queues what `queued_since` gave once more.
  void replay(Bytes datagrams) {
    if (bytes_.size() + datagrams.size() > kMaxBytes) return;
    bytes_.insert(bytes_.end(), datagrams.begin(), datagrams.end());
  }

 private:
  void clear() {
    constexpr std::size_t kKept = 1500;  // one datagram's memory stays for the next
    if (bytes_.capacity() > kKept) bytes_ = {};
    bytes_.clear();
    next_ = 0;
  }

  ByteVector bytes_;  // two bytes of length before each datagram
  std::size_t next_ = 0;
};

}  // namespace vv::rtc
