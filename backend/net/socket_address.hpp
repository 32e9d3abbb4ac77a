#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "net/endpoint.hpp"

namespace vv::net {

// Between our one form of an address and the kernel's two. A socket of one family is given
// addresses of that family.

/// Fills `out`. @return its length
socklen_t to_kernel(const Endpoint& endpoint, sockaddr_storage& out) noexcept;
[[nodiscard]] Endpoint from_kernel(const sockaddr_storage& address) noexcept;

}  // namespace vv::net
