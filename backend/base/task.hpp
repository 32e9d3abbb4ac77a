#pragma once

#include <boost/asio/awaitable.hpp>

namespace vv {

/// A coroutine of the control plane (HTTP, Twirp, webhooks). Parameters go by value, since a
/// borrowed one dangles after the first wait; every wait stands under a deadline.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace vv
