#pragma once

#include <vector>

#include "net/endpoint.hpp"

namespace vv::net {

/// Addresses of this machine's interfaces that are up, without link-local ones (they mean nothing
/// without a zone); port 0. Loopback last.
[[nodiscard]] std::vector<Endpoint> local_addresses();

}  // namespace vv::net
