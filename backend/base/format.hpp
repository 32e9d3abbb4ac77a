#pragma once

// The one door to fmt: GCC 12 has no <format>. The day the baseline does, this file changes alone.
#include <fmt/format.h>

namespace vv {
using fmt::format;
using fmt::format_to;
}  // namespace vv
