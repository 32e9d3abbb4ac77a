#pragma once

#include "base/result.hpp"
#include "store/detail/backend.hpp"

namespace vv::store {
struct Options;
class Schema;
}  // namespace vv::store

namespace vv::store::postgres {

/// A database on a server, which several processes may share: migrated.
Result<detail::Opened> open_backend(const Options& options, const Schema& schema);

}  // namespace vv::store::postgres
