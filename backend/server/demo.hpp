#pragma once

#include "base/result.hpp"

namespace vv {
class Random;
}
namespace vv::store {
class Store;
}

namespace vv::server {

/// `--demo`: Amina, Bruno (password `visavis-demo`) and an open demande of Amina's, each added
/// once.
[[nodiscard]] Status add_demo(store::Store& store, Random& random);

}  // namespace vv::server
