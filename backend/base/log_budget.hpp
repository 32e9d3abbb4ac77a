#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace vv::log {

/// How many lines of each kind are written (threat-model H23): what somebody outside can cause is
/// counted once there is too much of it. A kind is a sentence; the first field of a line says whose
/// it is, by convention of those who write them.
///
/// Bounds:  kOfOne lines a second of a kind and first field, kOfAll of a kind; kMaxKinds counted
///          apart, which is more than the program has sentences.
class LineBudget {
 public:
  static constexpr std::uint32_t kOfOne = 10;
  static constexpr std::uint32_t kOfAll = 100;
  static constexpr std::size_t kMaxKinds = 512;
  static constexpr Duration kWindow = seconds(1);

  /// Told what was left out, once a second when there is any.
  using Summary = std::function<void(std::string_view sentence, std::uint64_t lines)>;

  /// Whether to write the line.
  [[nodiscard]] bool take(Instant now, std::string_view sentence, std::string_view first_field,
                          const Summary& summary);

 private:
  static constexpr std::size_t kBuckets = 64;
  struct Kind {
    std::uint32_t lines = 0;
    std::uint64_t left_out = 0;
    // By a hash of the first field: whoever shares a bucket shares its lines.
    std::array<std::uint8_t, kBuckets> of_one{};
  };
  void turn(Instant now, const Summary& summary);

  std::unordered_map<std::string, Kind> kinds_;  // of this second
  Instant began_;
};

}  // namespace vv::log
