#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "push/p256_key.hpp"

namespace vv::push {

/// RFC 8292 §2: at most 24 hours. Half of that: a push service's clock may be an hour off.
constexpr Duration kTokenLife = hours(12);

/// The `Authorization` of one request to a push service (RFC 8292 §3).
/// @param origin   scheme and host of the subscription's endpoint
/// @param contact  `mailto:` or `https:` of whoever runs this server; none when empty
[[nodiscard]] Result<std::string> vapid_authorization(const P256Key& key, std::string_view origin,
                                                      std::string_view contact, UnixMillis now);

}  // namespace vv::push
