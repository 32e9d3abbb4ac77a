#include "store/key.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.hpp"

namespace vv::store {
namespace {

std::string key_of(const Value& value) { return encode_key({&value, 1}); }

TEST(Key, OrdersValuesAsTheClientsDo) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<Value> ascending = {
      Value{},
      std::numeric_limits<std::int64_t>::min(),
      std::int64_t{-1},
      std::int64_t{0},
      std::int64_t{1},
      std::int64_t{256},
      std::numeric_limits<std::int64_t>::max(),
      -infinity,
      -2.5,
      -std::numeric_limits<double>::denorm_min(),
      0.0,
      1e-300,
      1.0,
      1e300,
      infinity,
      false,
      true,
      std::string{},
      std::string("\0", 1),
      std::string("\0a", 2),
      std::string("\x01"),
      std::string("a"),
      std::string("a\0", 2),
      std::string("aa"),
      std::string("b"),
      std::string("\xc3\xa9"),
      ByteVector{},
      ByteVector{0},
      ByteVector{0, 255},
      ByteVector{255},
  };
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    EXPECT_LT(key_of(ascending[i - 1]), key_of(ascending[i])) << i;
  }
}

TEST(Key, TakesNegativeZeroForZero) { EXPECT_EQ(key_of(-0.0), key_of(0.0)); }

TEST(Key, SortsLongerKeysInsideTheRangeOfTheirPrefix) {
  const std::vector<Value> prefix = {std::string("a")};
  const std::string start = encode_key(prefix);
  const std::string end = after_prefix(start);
  const std::vector<Value> inside = {std::string("a"), std::string("\xff\xff")};
  const std::vector<Value> beyond = {std::string("a\0", 2)};
  EXPECT_LE(start, encode_key(inside));
  EXPECT_LT(encode_key(inside), end);
  EXPECT_LE(end, encode_key(beyond));
}

TEST(Key, ReadsBackWhatItWrote) {
  const std::vector<Value> values = {Value{}, std::int64_t{-7},       2.5,
                                     true,    std::string("x\0y", 3), ByteVector{0, 1}};
  EXPECT_EQ(decode_key(encode_key(values)), values);
}

TEST(Key, RefusesWhatIsNoKey) {
  for (const std::string& bad : {std::string("x"), std::string("\x20\x01"),
                                 std::string("\x50"
                                             "abc"),
                                 std::string("\x50"
                                             "a\0b",
                                             4),
                                 std::string("\x40\x02")}) {
    EXPECT_FALSE(decode_key(bad).has_value());
  }
}

}  // namespace
}  // namespace vv::store
