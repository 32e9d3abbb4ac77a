#include "reactive/detail/cursor_sealer.hpp"

#include <gtest/gtest.h>

namespace vv::reactive {
namespace {

CursorSealer sealer(char fill) { return CursorSealer(Secret(std::string(32, fill))); }

TEST(CursorSealer, OpensWhatItSealedUnderTheSameScope) {
  const CursorSealer cursors = sealer('k');
  for (const std::string& text : {std::string(), std::string("k\0y", 3), std::string(5000, 'x')}) {
    EXPECT_EQ(cursors.open("scope", cursors.seal("scope", text)), text);
  }
}

TEST(CursorSealer, RefusesAnotherScopeAnotherKeyAndEveryChangedCharacter) {
  const CursorSealer cursors = sealer('k');
  const std::string sealed = cursors.seal("scope", "position");
  EXPECT_EQ(cursors.open("scopf", sealed), std::nullopt);
  EXPECT_EQ(sealer('l').open("scope", sealed), std::nullopt);
  for (std::size_t i = 0; i + 1 < sealed.size(); ++i) {  // the last one holds unused bits
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(cursors.open("scope", changed), std::nullopt) << i;
  }
  EXPECT_EQ(cursors.open("scope", ""), std::nullopt);
  EXPECT_EQ(cursors.open("scope", "not a cursor"), std::nullopt);
}

TEST(CursorSealer, EqualPositionsGiveEqualCursorsThatDoNotShowThem) {
  const CursorSealer cursors = sealer('k');
  EXPECT_EQ(cursors.seal("s", "amina@example.org"), cursors.seal("s", "amina@example.org"));
  EXPECT_EQ(cursors.seal("s", "amina@example.org").find("amina"), std::string::npos);
}

}  // namespace
}  // namespace vv::reactive
