#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace vv::store {
class Reader;
}

namespace vv::reactive {

/// What of I7 and I8 (threat-model, section 6) the rows contradict: a mutation's outcome from after
/// the newest commit, or two of one request. A sentence each; empty when all is well.
[[nodiscard]] Result<std::vector<std::string>> broken_promises(store::Reader& db);

}  // namespace vv::reactive
