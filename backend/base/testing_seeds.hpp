#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>

namespace vv {

/// Runs `body(seed)` for `usually` seeds, or those that `./dev sim` asks for, until one fails; then
/// says which it was and how to see it again.
template <class Body>
void for_each_seed(std::uint64_t usually, Body body) {
  const auto setting = [](const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  };
  const std::uint64_t first = setting("VV_SIM_FIRST", 1);
  const std::uint64_t count = setting("VV_SIM_SEEDS", usually);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    body(seed);
    if (!testing::Test::HasFailure()) continue;
    std::cout << "seed " << seed << " failed, " << seed - first << " before it passed: ./dev sim "
              << "--seed " << seed << " shows it again\n";
    return;
  }
}

}  // namespace vv
