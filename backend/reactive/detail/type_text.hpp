#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace vv::reactive {

class Value;

/// Why a value is not of the declared type, and where.
struct Mismatch {
  std::string path;      ///< ".paginationOpts.cursor"
  std::string expected;  ///< "string"

  /// Both return false, so that a decoder can `return why.expect("string");`
  bool expect(std::string_view what);
  bool inside(std::string_view step);
};

/// Gathers what a generated TypeScript file needs besides the types written in place: ids, imports
/// and aliases of named structs.
class TypeNames {
 public:
  /// `Id<"table">`, and notes the table.
  std::string id(const std::string& table);
  /// `name` itself, and notes that it comes from "convex/server".
  std::string imported(const std::string& name);
  /// `name`, declared once as what `body` writes; a second, different struct of that name is
  /// written in place.
  std::string alias(const std::string& name, const std::function<std::string()>& body);

  [[nodiscard]] const std::set<std::string>& tables() const { return tables_; }
  [[nodiscard]] const std::set<std::string>& imports() const { return imports_; }
  [[nodiscard]] const std::map<std::string, std::string>& aliases() const { return aliases_; }

 private:
  std::set<std::string> tables_;
  std::set<std::string> imports_;
  std::map<std::string, std::string> aliases_;
};

// Encoded JSON text, appended. Bytes that are not UTF-8 become U+FFFD: an ill-formed text frame
// would cost the client its connection.
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double number);  ///< `$float` where JSON has no number
void append_json_bytes(std::string& out, Bytes bytes);
void append_json_value(std::string& out, const Value& value);

namespace detail {

/// `prix_propose` → "prixPropose"; `id` of a document → "_id", `creation_time` → "_creationTime".
std::string wire_name(const char* described, bool is_id);
std::string enumerator_text(std::string_view name);
std::string array_of(std::string element);
std::string table_from_type_name(std::string_view type);

/// The type's own name without its namespaces.
template <class T>
constexpr std::string_view type_name() {
  // GCC: "… [with T = vv::market::User; std::string_view = …]"; Clang: "… [T = vv::market::User]".
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const std::size_t colon = text.rfind(':');
  return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

}  // namespace detail
}  // namespace vv::reactive
