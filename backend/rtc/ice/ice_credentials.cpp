#include "rtc/ice/ice_credentials.hpp"

namespace vv::rtc {

IceCredentials IceCredentials::create(Random& random) {
  // ice-char of RFC 8445 §5.3: six bits each.
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return {random.text(16, kAlphabet), random.text(24, kAlphabet)};
}

}  // namespace vv::rtc
