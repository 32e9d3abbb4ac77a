#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace vv::store {
class Reader;
}

namespace vv::market {

/// What of I1 to I5 (threat-model, section 6) does not hold in the rows as they stand: a sentence
/// each, with the row's id; empty when all is well. Reads every demande, offre and session.
/// I6 is nothing that rows can show; I7 and I8 are `reactive::broken_promises`'.
[[nodiscard]] Result<std::vector<std::string>> broken_invariants(store::Reader& db);

}  // namespace vv::market
