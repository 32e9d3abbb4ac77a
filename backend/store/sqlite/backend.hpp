#pragma once

#include "base/result.hpp"
#include "store/detail/backend.hpp"

namespace vv::store {
struct Options;
class Schema;
}  // namespace vv::store

namespace vv::store::sqlite {

/// One file, whose only writer is this process: opened or made, migrated and locked.
Result<detail::Opened> open_backend(const Options& options, const Schema& schema);

}  // namespace vv::store::sqlite
