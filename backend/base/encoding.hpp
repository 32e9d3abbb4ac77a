#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace vv {

/// Standard alphabet, padded (RFC 4648 §4).
[[nodiscard]] std::string base64_encode(Bytes bytes);
/// URL-safe alphabet, unpadded (RFC 4648 §5).
[[nodiscard]] std::string base64url_encode(Bytes bytes);
/// Accepts either alphabet, padded or not; nothing when a character or the length is wrong.
[[nodiscard]] std::optional<ByteVector> base64_decode(std::string_view text);

/// Lower-case hexadecimal.
[[nodiscard]] std::string hex_encode(Bytes bytes);
[[nodiscard]] std::optional<ByteVector> hex_decode(std::string_view text);

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace vv
