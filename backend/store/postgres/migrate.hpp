#pragma once

#include "base/result.hpp"
#include "store/schema.hpp"

namespace vv::store::postgres {

class Connection;

/// Brings the database's tables to what `schema` declares, in one transaction; several nodes may
/// start at once. refuses: as the one of SQLite does
Status migrate(Connection& connection, const Schema& schema);

}  // namespace vv::store::postgres
