#include "reactive/identity.hpp"

#include "base/encoding.hpp"
#include "reactive/detail/hash.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive {

std::string fingerprint_of(const Identity& identity) {
  std::string text;
  append_json_string(text, identity.issuer);
  append_json_string(text, identity.subject);
  append_json_value(text, identity.claims);
  return hex_encode(detail::hash128(text));
}

}  // namespace vv::reactive
