#pragma once

#include <string>
#include <string_view>

namespace vv::store::postgres {

// PostgreSQL's text cannot hold U+0000, which JSON's can. In a column it is U+0001 U+0001, and
// U+0001 is U+0001 U+0002: all other text stays as it is, and the order of the bytes stays too.

[[nodiscard]] std::string to_column(std::string_view text);
[[nodiscard]] std::string from_column(std::string_view column);

}  // namespace vv::store::postgres
