#include "base/secret.hpp"

#include <cstring>

namespace vv {

bool constant_time_equal(Bytes a, Bytes b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  }
  return difference == 0;
}

Secret::~Secret() { explicit_bzero(value_.data(), value_.size()); }

}  // namespace vv
