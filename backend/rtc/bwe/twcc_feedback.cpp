#include "rtc/bwe/twcc_feedback.hpp"

#include <algorithm>

namespace vv::rtc::bwe {
namespace {

/// How many statuses one chunk tells.
std::uint16_t chunk_length(std::uint16_t chunk) {
  if ((chunk & 0x8000) == 0) return chunk & 0x1FFF;
  return (chunk & 0x4000) == 0 ? 14 : 7;
}

/// The symbol of the status that has `left` statuses of its chunk after and including it.
std::uint8_t symbol_of(std::uint16_t chunk, std::uint16_t left) {
  if ((chunk & 0x8000) == 0) return static_cast<std::uint8_t>((chunk >> 13) & 3);
  if ((chunk & 0x4000) == 0) return static_cast<std::uint8_t>((chunk >> (left - 1)) & 1);
  return static_cast<std::uint8_t>((chunk >> (2 * (left - 1))) & 3);
}

}  // namespace

Result<TwccFeedback, TwccError> TwccFeedback::parse(Bytes body) noexcept {
  if (body.size() < 8) return TwccError::Truncated;
  TwccFeedback feedback;
  feedback.base_sequence_ = load_be16(body.data());
  feedback.status_count_ = load_be16(&body[2]);
  const auto reference = static_cast<std::int32_t>(load_be24(&body[4]) << 8) >> 8;
  feedback.arrival_us_ = std::int64_t{reference} * 64'000;
  feedback.feedback_count_ = body[7];
  if (feedback.status_count_ > kMaxStatuses) return TwccError::TooManyStatuses;

  ByteReader reader{body.subspan(8)};
  std::size_t told = 0;
  std::size_t delta_bytes = 0;
  while (told < feedback.status_count_) {
    const std::uint16_t chunk = reader.u16();
    const std::uint16_t length = chunk_length(chunk);
    if (!reader.ok() || length == 0) return TwccError::Truncated;
    const std::size_t used = std::min<std::size_t>(length, feedback.status_count_ - told);
    if ((chunk & 0x8000) == 0) {
      const std::uint8_t symbol = symbol_of(chunk, 1);
      if (symbol == 3) return TwccError::BadSymbol;
      delta_bytes += symbol * used;
    } else {
      for (std::size_t i = 0; i < used; ++i) {
        const std::uint8_t symbol = symbol_of(chunk, static_cast<std::uint16_t>(length - i));
        if (symbol == 3) return TwccError::BadSymbol;
        delta_bytes += symbol;
      }
    }
    told += used;
  }
  const std::size_t chunk_bytes = reader.position();
  if (reader.remaining() < delta_bytes) return TwccError::Truncated;
  feedback.chunks_ = body.subspan(8, chunk_bytes);
  feedback.deltas_ = body.subspan(8 + chunk_bytes, delta_bytes);
  return feedback;
}

std::uint8_t TwccFeedback::next_symbol() noexcept {
  if (chunk_left_ == 0) {
    chunk_ = load_be16(chunks_.data());
    chunks_ = chunks_.subspan(2);
    chunk_left_ = chunk_length(chunk_);
  }
  return symbol_of(chunk_, chunk_left_--);
}

std::optional<TwccStatus> TwccFeedback::next() noexcept {
  if (read_ == status_count_) return std::nullopt;
  TwccStatus status;
  status.sequence = static_cast<std::uint16_t>(base_sequence_ + read_++);
  const std::uint8_t symbol = next_symbol();
  if (symbol == 0) return status;
  if (symbol == 1) {
    arrival_us_ += std::int64_t{deltas_[0]} * 250;
  } else {
    arrival_us_ += std::int64_t{static_cast<std::int16_t>(load_be16(deltas_.data()))} * 250;
  }
  deltas_ = deltas_.subspan(symbol);
  status.received = true;
  status.arrival = microseconds(arrival_us_);
  return status;
}

}  // namespace vv::rtc::bwe
