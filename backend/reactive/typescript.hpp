#pragma once

#include <string>

namespace vv::reactive {

class Registry;

/// The module `frontend/src/api/generated.ts`: ids, every named struct, and `api` as plain objects
/// that the unmodified `convex` package takes for function references. The same registry gives the
/// same bytes.
[[nodiscard]] std::string typescript(const Registry& registry);

}  // namespace vv::reactive
