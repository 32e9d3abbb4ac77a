#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.hpp"

namespace vv {

/// Equal or not, in a time that depends on the lengths alone.
[[nodiscard]] bool constant_time_equal(Bytes a, Bytes b) noexcept;

/// A key: unprintable, compared in constant time, wiped on destruction.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();

  /// The bytes themselves, for the one call that needs them.
  [[nodiscard]] std::string_view reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  bool operator==(const Secret& other) const noexcept {
    return constant_time_equal(as_bytes(value_), as_bytes(other.value_));
  }

 private:
  std::string value_;
};

/// Personal data: prints as ‹redacted› in logs.
template <class T>
struct Private {
  T value;
};

}  // namespace vv
