#include "reactive/convex/value_codec.hpp"

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/detail/type_text.hpp"
#include "reactive/types.hpp"

namespace {

struct Inner {
  std::string name;
  std::optional<std::int64_t> count;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (name, count))
struct Outer {
  std::vector<Inner> items;
  vv::reactive::Nullable<double> ratio;
  vv::reactive::PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (items, ratio, pagination_opts))

}  // namespace

// Any bytes: no crash, bounded work; and what decodes survives write-then-read unchanged, is fit to
// be sent, and fits or does not fit a declared type without more ado.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using namespace vv::reactive;
  const std::string_view text = as_text({data, size});
  static_cast<void>(convex::read_head(text));
  std::optional<Value> plain = convex::parse_json(text);
  if (!plain) return 0;
  static_cast<void>(convex::find_unsendable(*plain));
  const Result<Value> value = convex::decode_value(*std::move(plain));
  if (!value) return 0;

  std::string written;
  append_json_value(written, *value);
  std::optional<Value> again = convex::parse_json(written);
  VV_CHECK(again.has_value(), "what we write is JSON");
  VV_CHECK(convex::find_unsendable(*again).empty(), "what we write does not break clients");
  const Result<Value> back = convex::decode_value(*std::move(again));
  VV_CHECK(back.has_value(), "what we write is a value");
  std::string twice;
  append_json_value(twice, *back);
  VV_CHECK(written == twice, "writing is stable");

  Outer typed;
  Mismatch why;
  if (Codec<Outer>::decode(*value, typed, why)) {
    std::string out;
    Codec<Outer>::encode(typed, out);
    VV_CHECK(convex::parse_json(out).has_value(), "typed values are written as JSON");
  }
  return 0;
}
