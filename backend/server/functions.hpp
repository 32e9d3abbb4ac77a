#pragma once

#include "reactive/registry.hpp"
#include "store/schema.hpp"

namespace vv::market {
struct Ports;
}

namespace vv::server {

/// Every table of the process.
[[nodiscard]] store::Schema make_schema();
/// Every function that clients may call.
[[nodiscard]] reactive::Registry make_registry(market::Ports ports);
/// The same without anything behind it, for `visavis types`.
[[nodiscard]] reactive::Registry describe_registry();

}  // namespace vv::server
