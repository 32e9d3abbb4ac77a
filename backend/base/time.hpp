#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace vv {

/// A length of time, in nanoseconds, ±292 years.
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanos(std::int64_t n) { return Duration{n}; }
  [[nodiscard]] constexpr std::int64_t as_nanos() const { return nanos_; }
  [[nodiscard]] constexpr std::int64_t as_micros() const { return nanos_ / 1'000; }
  [[nodiscard]] constexpr std::int64_t as_millis() const { return nanos_ / 1'000'000; }
  [[nodiscard]] constexpr double as_seconds() const { return static_cast<double>(nanos_) / 1e9; }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration other) const { return Duration{nanos_ + other.nanos_}; }
  constexpr Duration operator-(Duration other) const { return Duration{nanos_ - other.nanos_}; }
  constexpr Duration operator-() const { return Duration{-nanos_}; }
  constexpr Duration operator*(std::int64_t factor) const { return Duration{nanos_ * factor}; }
  constexpr Duration operator/(std::int64_t divisor) const { return Duration{nanos_ / divisor}; }
  constexpr std::int64_t operator/(Duration other) const { return nanos_ / other.nanos_; }
  constexpr Duration& operator+=(Duration other) {
    nanos_ += other.nanos_;
    return *this;
  }
  constexpr Duration& operator-=(Duration other) {
    nanos_ -= other.nanos_;
    return *this;
  }

 private:
  explicit constexpr Duration(std::int64_t nanos) : nanos_(nanos) {}
  std::int64_t nanos_ = 0;
};

constexpr Duration nanoseconds(std::int64_t n) { return Duration::nanos(n); }
constexpr Duration microseconds(std::int64_t n) { return Duration::nanos(n * 1'000); }
constexpr Duration milliseconds(std::int64_t n) { return Duration::nanos(n * 1'000'000); }
constexpr Duration seconds(std::int64_t n) { return Duration::nanos(n * 1'000'000'000); }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
constexpr Duration days(std::int64_t n) { return hours(n * 24); }

/// A point on the monotonic clock. Its zero means nothing; only differences do.
class Instant {
 public:
  constexpr Instant() = default;
  static constexpr Instant from_nanos(std::int64_t n) { return Instant{n}; }
  /// Later than every real instant: "no deadline".
  static constexpr Instant never() { return Instant{std::numeric_limits<std::int64_t>::max()}; }
  [[nodiscard]] constexpr bool is_never() const { return *this == never(); }
  [[nodiscard]] constexpr std::int64_t as_nanos() const { return nanos_; }

  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant operator+(Duration d) const { return Instant{nanos_ + d.as_nanos()}; }
  constexpr Instant operator-(Duration d) const { return Instant{nanos_ - d.as_nanos()}; }
  constexpr Duration operator-(Instant other) const {
    return Duration::nanos(nanos_ - other.nanos_);
  }
  constexpr Instant& operator+=(Duration d) {
    nanos_ += d.as_nanos();
    return *this;
  }

 private:
  explicit constexpr Instant(std::int64_t nanos) : nanos_(nanos) {}
  std::int64_t nanos_ = 0;
};

/// A date: milliseconds since the Unix epoch, UTC, as the contract stores and sends them.
struct UnixMillis {
  std::int64_t value = 0;
  constexpr auto operator<=>(const UnixMillis&) const = default;
  constexpr UnixMillis operator+(Duration d) const { return {value + d.as_millis()}; }
  constexpr UnixMillis operator-(Duration d) const { return {value - d.as_millis()}; }
  constexpr Duration operator-(UnixMillis other) const { return milliseconds(value - other.value); }
};

}  // namespace vv
