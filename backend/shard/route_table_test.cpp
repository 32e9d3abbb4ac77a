#include "shard/route_table.hpp"

#include <gtest/gtest.h>

namespace vv::shard {
namespace {

rtc::Path path(std::uint16_t port) {
  return {rtc::TransportAddress::v4({127, 0, 0, 1}, 7882),
          rtc::TransportAddress::v4({10, 0, 0, 1}, port)};
}
Route route(std::uint32_t n) {
  // The table never looks through the pointer.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return {reinterpret_cast<sfu::Room*>(std::uintptr_t{64}), sfu::TransportId{n}};
}

TEST(RouteTable, FindsEveryPathAfterManyComeAndGo) {
  RouteTable table;
  for (std::uint16_t port = 1; port <= 5'000; ++port) table.add_path(path(port), route(port));
  for (std::uint16_t port = 1; port <= 5'000; port += 3) table.remove_path(path(port));
  for (std::uint16_t port = 1; port <= 5'000; ++port) {
    const Route* found = table.find(path(port));
    if (port % 3 == 1) {
      EXPECT_EQ(found, nullptr) << port;
    } else {
      ASSERT_NE(found, nullptr) << port;
      EXPECT_EQ(found->transport.raw(), port);
    }
  }
}

TEST(RouteTable, NothingOfAGoneTransportIsLeft) {
  RouteTable table;
  table.add_ufrag("abc", route(1));
  table.add_ufrag("old", route(1));
  table.add_ufrag("def", route(2));
  table.add_path(path(1), route(1));
  table.add_path(path(2), route(2));

  table.remove_transport(sfu::TransportId{1});

  EXPECT_EQ(table.find_ufrag("abc"), nullptr);
  EXPECT_EQ(table.find_ufrag("old"), nullptr);
  EXPECT_EQ(table.find(path(1)), nullptr);
  EXPECT_NE(table.find_ufrag("def"), nullptr);
  EXPECT_EQ(table.paths(), 1U);
}

}  // namespace
}  // namespace vv::shard
