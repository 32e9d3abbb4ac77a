#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::rtc::bwe {

enum class TwccError : std::uint8_t { Truncated, TooManyStatuses, BadSymbol };

/// One packet's fate as the receiver tells it.
struct TwccStatus {
  std::uint16_t sequence = 0;
  bool received = false;
  Duration arrival;  ///< since the sender's origin; only when received
};

/// Reads the body of one feedback packet (from the base sequence number on), checked as a whole.
class TwccFeedback {
 public:
  static constexpr std::size_t kMaxStatuses = 8'192;  ///< more than 1 s of a fast link

  [[nodiscard]] static Result<TwccFeedback, TwccError> parse(Bytes body) noexcept;
  [[nodiscard]] std::uint16_t base_sequence() const { return base_sequence_; }
  [[nodiscard]] std::uint16_t status_count() const { return status_count_; }
  [[nodiscard]] std::uint8_t feedback_count() const { return feedback_count_; }
  /// The statuses in order, then nothing.
  [[nodiscard]] std::optional<TwccStatus> next() noexcept;

 private:
  TwccFeedback() = default;
  [[nodiscard]] std::uint8_t next_symbol() noexcept;

  Bytes chunks_;
  Bytes deltas_;
  std::int64_t arrival_us_ = 0;
  std::uint16_t base_sequence_ = 0;
  std::uint16_t status_count_ = 0;
  std::uint16_t read_ = 0;
  std::uint16_t chunk_ = 0;
  std::uint16_t chunk_left_ = 0;
  std::uint8_t feedback_count_ = 0;
};

}  // namespace vv::rtc::bwe
