#pragma once

#include <cstddef>
#include <string_view>

#include "base/bytes.hpp"

namespace vv::blobs {

/// As many first bytes as `sniff` looks at.
constexpr std::size_t kSniffBytes = 512;

/// The media type that a file's first bytes show, whatever its sender claimed: a few common kinds,
/// `text/plain` for UTF-8 without control characters, else `application/octet-stream`. Never one
/// that a browser would run: HTML, SVG and scripts are text here.
[[nodiscard]] std::string_view sniff(Bytes head);

}  // namespace vv::blobs
