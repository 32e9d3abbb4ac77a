#include "reactive/convex/value_codec.hpp"

#include <gtest/gtest.h>

#include "reactive/convex/json.hpp"
#include "reactive/convex/timestamp.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive::convex {
namespace {

std::string round_trip(std::string_view json) {
  std::optional<Value> plain = parse_json(json);
  if (!plain) return "not JSON";
  const Result<Value> value = decode_value(*std::move(plain));
  if (!value) return "refused";
  std::string out;
  append_json_value(out, *value);
  return out;
}

// What needs no escape is passed over eight bytes at a time.
TEST(ValueCodec, EscapesWhatMustBeWhereverItStands) {
  for (const std::string special : {"\"", "\\", "\n", "\x1f", "\x01", " ", "!", "é", "\x7f"}) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'a');
      text.replace(place, 1, special);
      std::string json;
      append_json_string(json, text);
      const std::optional<Value> read = parse_json(json);
      ASSERT_TRUE(read && read->string() != nullptr) << json;
      EXPECT_EQ(*read->string(), text);
    }
  }
}

TEST(ValueCodec, KeepsWhatTheClientWasSeenToSend) {
  // Vectors observed from the package, docs/protocols/convex.md.
  for (const char* json :
       {"null", "true", "5", "1.5", "1e+21", R"({"$float":"AAAAAAAA+H8="})",
        R"({"$float":"AAAAAAAAAIA="})", R"({"$float":"AAAAAAAA8H8="})",
        R"({"$integer":"AAAAAAAAAAA="})", R"({"$integer":"//////////8="})",
        R"({"$integer":"AAAAAAAAAIA="})", R"({"$bytes":"AAH/"})", R"({"$bytes":""})",
        R"({"A":[],"b":1})", R"("é\u0000")", R"(["",{},[[1]]])"}) {
    EXPECT_EQ(round_trip(json), json);
  }
}

TEST(ValueCodec, SortsNamesSoThatEqualArgumentsAreOneQuery) {
  EXPECT_EQ(round_trip(R"({"b":1,"a":{"d":2,"c":3}})"), R"({"a":{"c":3,"d":2},"b":1})");
}

TEST(ValueCodec, RefusesNamesAndSpecialsThatBreakClients) {
  for (const char* json : {R"({"é":1})", R"({"$set":[]})", R"({"$x":1,"y":2})", R"({"a\n":1})",
                           R"({"$integer":"AAAA"})", R"({"$float":"!"})", R"({"$float":5})",
                           R"({"$bytes":"A"})", R"({"$undefined":null})"}) {
    EXPECT_EQ(round_trip(json), "refused") << json;
  }
  EXPECT_EQ(round_trip("{\"" + std::string(1024, 'k') + "\":1}").size(), 1030U);
  EXPECT_EQ(round_trip("{\"" + std::string(1025, 'k') + "\":1}"), "refused");
}

// covers H20
TEST(ValueCodec, DepthEndsAtSixtyFourWithoutRecursingFurther) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(round_trip(nested(64)), nested(64));
  EXPECT_EQ(round_trip(nested(65)), "refused");
  EXPECT_EQ(round_trip(nested(1'000'000)), "refused");
  EXPECT_EQ(round_trip(std::string(1'000'000, '[')), "not JSON");
}

TEST(ValueCodec, ALoneSurrogateSpoilsItsStringAndNotItsMessage) {
  const std::optional<Value> message = parse_json(R"({"requestId":3,"args":["\ud800x"]})");
  ASSERT_TRUE(message);
  EXPECT_NE(message->find("requestId"), nullptr);
  EXPECT_FALSE(decode_value(*message->find("args")));
  EXPECT_EQ(round_trip(R"("\ud83d\ude00")"), "\"\xF0\x9F\x98\x80\"");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1,}", "01", ".5", "1.", "+1", "nul", "\"\t\"",
                           "\"\\x\"", "\"\\u12\"", "1 2", "{\"a\":1,\"a\":2}", "NaN", "-"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
  EXPECT_TRUE(parse_json(" [ 1 , { \"a\" : -0.5e-3 } ] "));
}

TEST(Json, TheHeadOfARequestIsReadWhereTheRestIsCutOff) {
  const RequestHead head =
      read_head(R"({"type":"Mutation","requestId":12,"udfPath":"a:b","args":[{"x":"aaaa)");
  EXPECT_EQ(head.type, "Mutation");
  EXPECT_EQ(head.request_id, 12U);
  EXPECT_FALSE(read_head(R"({"type":"ModifyQuerySet","baseVer)").request_id);
  EXPECT_FALSE(read_head("garbage").request_id);
}

TEST(Timestamp, IsLittleEndianAndStaysBelowTwoToThe63) {
  EXPECT_EQ(encode_timestamp({0}), "AAAAAAAAAAA=");
  EXPECT_EQ(encode_timestamp({10}), "CgAAAAAAAAA=");
  EXPECT_EQ(encode_timestamp({1795415000000000000}), "AHBoE26Y6hg=");
  EXPECT_EQ(decode_timestamp("AHBoE26Y6hg="), store::Timestamp{1795415000000000000});
  EXPECT_EQ(decode_timestamp("AAAAAAAAAIA="), std::nullopt);
  EXPECT_EQ(decode_timestamp("AAAA"), std::nullopt);
}

}  // namespace
}  // namespace vv::reactive::convex
