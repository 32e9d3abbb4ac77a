#pragma once

#include <string>

#include "base/random.hpp"

namespace vv::rtc {

/// What one side of an ICE session is known by (RFC 8445 §5.3), as `a=ice-ufrag` and `a=ice-pwd`.
struct IceCredentials {
  std::string ufrag;
  std::string password;

  /// Fresh ones. 16 characters of 6 bits are 96 random bits, 24 are 144 (threat-model M3 asks for
  /// 64 and 128).
  static IceCredentials create(Random& random);
  [[nodiscard]] bool empty() const { return ufrag.empty(); }
  bool operator==(const IceCredentials&) const = default;
};

}  // namespace vv::rtc
