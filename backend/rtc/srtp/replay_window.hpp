#pragma once

#include <array>
#include <cstdint>

namespace vv::rtc {

/// Which packet indices of one SRTP stream were seen (RFC 3711 §3.3.2).
class ReplayWindow {
 public:
  /// RFC 3711 asks for at least 64 packets, threat-model M9 for 1,024.
  static constexpr std::uint64_t kSize = 1024;

  [[nodiscard]] std::uint64_t highest() const { return highest_; }

  /// Whether `index` is new and not too old. Says nothing before the first `mark`.
  [[nodiscard]] bool is_fresh(std::uint64_t index) const {
    if (index > highest_) return true;
    if (highest_ - index >= kSize) return false;
    return (words_[word_of(index)] & bit_of(index)) == 0;
  }

  /// The first authenticated packet.
  void start(std::uint64_t index) {
    words_.fill(0);
    highest_ = index;
    words_[word_of(index)] |= bit_of(index);
  }

  /// Remembers an authenticated, fresh index.
  void mark(std::uint64_t index) {
    if (index > highest_) {
      const std::uint64_t first = highest_ / 64 + 1;  // words that begin after the old highest
      const std::uint64_t last = index / 64;
      if (last - highest_ / 64 >= kWords) {
        words_.fill(0);
      } else {
        for (std::uint64_t w = first; w <= last; ++w) words_[w % kWords] = 0;
      }
      highest_ = index;
    }
    words_[word_of(index)] |= bit_of(index);
  }

 private:
  // One word more than the window, so that clearing whole words never forgets a live index.
  static constexpr std::uint64_t kWords = kSize / 64 + 1;
  static constexpr std::size_t word_of(std::uint64_t index) { return (index / 64) % kWords; }
  static constexpr std::uint64_t bit_of(std::uint64_t index) {
    return std::uint64_t{1} << (index % 64);
  }

  std::uint64_t highest_ = 0;
  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace vv::rtc
