#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace vv {

/// The contents of a file that only this user may read. When it is missing, what `make` yields is
/// written there first (mode 0600, durable before it is used).
/// @return internal, naming the file and what the system said
[[nodiscard]] Result<std::string> read_or_make_private_file(
    const std::string& path, const std::function<Result<std::string>()>& make);

}  // namespace vv
