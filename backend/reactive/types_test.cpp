#include "reactive/types.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "reactive/convex/json.hpp"
#include "reactive/convex/value_codec.hpp"

namespace vv::reactive {
namespace {

struct Offre;
enum class Etat { Open, NotYet };
BOOST_DESCRIBE_ENUM(Etat, Open, NotYet)

struct Autre {
  Id<Offre> id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Autre, (), (id, name))

struct Everything {
  std::string titre;
  std::int64_t prix_propose = 0;
  double poids = 0;
  bool urgent = false;
  UnixMillis created_at;
  Id<Offre> offre_id;
  Etat etat = Etat::Open;
  std::optional<std::string> note;
  Nullable<std::string> avatar_url;
  std::vector<Autre> autres;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (titre, prix_propose, poids, urgent, created_at, offre_id, etat, note,
                       avatar_url, autres))

constexpr const char* kJson =
    R"({"titre":"t","prixPropose":12,"poids":1.5,"urgent":true,"createdAt":1000,)"
    R"("offreId":"o1","etat":"not_yet","avatarUrl":null,"autres":[{"_id":"a","name":"b"}]})";

std::string decoded(const std::string& json) {
  Everything out;
  Mismatch why;
  if (!Codec<Everything>::decode(*convex::decode_value(*convex::parse_json(json)), out, why)) {
    return why.path + ": " + why.expected;
  }
  std::string text;
  Codec<Everything>::encode(out, text);
  return text;
}

std::string with(std::string from, std::string to) {
  std::string json = kJson;
  json.replace(json.find(from), from.size(), to);
  return decoded(json);
}

TEST(Types, ADescribedStructComesBackAsItWent) { EXPECT_EQ(decoded(kJson), kJson); }

TEST(Types, RefusesWhatIsMissingSurplusOrOfAnotherType) {
  EXPECT_EQ(with(R"("titre":"t",)", ""), ".titre: a value: it is missing");
  EXPECT_EQ(with(R"("titre":"t")", R"("titre":"t","extra":1)"), ".extra: no such field");
  EXPECT_EQ(with(R"("titre":"t")", R"("titre":null)"), ".titre: string");
  EXPECT_EQ(with(R"("prixPropose":12)", R"("prixPropose":12.5)"), ".prixPropose: whole number");
  EXPECT_EQ(with(R"("prixPropose":12)", R"("prixPropose":1e300)"), ".prixPropose: whole number");
  EXPECT_EQ(with(R"("prixPropose":12)", R"("prixPropose":{"$float":"AAAAAAAA+H8="})"),
            ".prixPropose: whole number");
  EXPECT_EQ(with("not_yet", "NotYet"), R"(.etat: "open" | "not_yet")");
  EXPECT_EQ(with(R"("name":"b")", R"("name":7)"), ".autres[].name: string");
  EXPECT_EQ(with(R"("_id":"a")", R"("id":"a")"), ".autres[]._id: a value: it is missing");
}

TEST(Types, AbsentAndNullAreTwoThings) {
  EXPECT_EQ(with(R"("titre":"t")", R"("titre":"t","note":null)"), ".note: string");
  EXPECT_EQ(with(R"("avatarUrl":null,)", ""), ".avatarUrl: a value: it is missing");
}

TEST(Types, NumbersThatJsonLacksAreTagged) {
  const auto written = [](double number) {
    std::string out;
    append_json_number(out, number);
    return out;
  };
  EXPECT_EQ(written(-0.0), R"({"$float":"AAAAAAAAAIA="})");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), R"({"$float":"AAAAAAAA+H8="})");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), R"({"$float":"AAAAAAAA8P8="})");
  EXPECT_EQ(written(5), "5");
  EXPECT_EQ(written(1e21), "1e+21");
  EXPECT_EQ(written(0.1), "0.1");
}

TEST(Types, BytesThatAreNoTextNeverLeaveAsText) {
  std::string out;
  append_json_string(out, "a\xFF\"\x01");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\\\"\\u0001\"");
}

}  // namespace
}  // namespace vv::reactive
