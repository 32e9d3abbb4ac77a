#pragma once

#include "base/result.hpp"
#include "store/schema.hpp"
#include "store/value.hpp"

namespace vv::store::sqlite {

class Connection;

/// Brings the file's tables to what `schema` declares, in one transaction: new tables, new indexes,
/// new columns that are nullable or have a default.
/// refuses: invalid, with a sentence naming the step needed, when anything else differs
Status migrate(Connection& connection, const Schema& schema);

/// The last commit's timestamp, from the one-row table `commit_head` (convex-wire.md 9.3).
Result<Timestamp> read_head(Connection& connection);
Status write_head(Connection& connection, Timestamp ts);

}  // namespace vv::store::sqlite
