#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vv::identity {

/// Trimmed and in lower case; nothing when it cannot be an address (no `@` with something on both
/// sides, spaces, control characters, over 254 bytes).
[[nodiscard]] std::optional<std::string> normalize_email(std::string_view email);

/// Trimmed; nothing unless 1 to 120 characters of UTF-8 without control characters.
[[nodiscard]] std::optional<std::string> normalize_name(std::string_view name);

/// `fr` or `en`, also from `en-GB`; empty is `fr`. Nothing for another language.
[[nodiscard]] std::optional<std::string> normalize_locale(std::string_view locale);

/// Why a password is refused, or nothing (threat-model H13: at least 12 characters or an estimated
/// 50 bits, at most 1,024 bytes, not one that everybody tries first).
[[nodiscard]] std::optional<std::string_view> refuse_password(std::string_view password);

/// A cautious guess: the alphabet's size to the power of the characters that neither came before
/// nor just continue their neighbour.
[[nodiscard]] double estimated_bits(std::string_view password);

}  // namespace vv::identity
