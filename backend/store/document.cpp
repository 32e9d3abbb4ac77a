#include "store/document.hpp"

namespace vv::store {

std::string column_name(std::string_view member) {
  if (member == "id") return "_id";
  if (member == "creation_time") return "_creationTime";
  std::string name;
  bool raise = false;
  for (const char c : member) {
    if (c == '_') {
      raise = true;
      continue;
    }
    name += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    raise = false;
  }
  return name;
}

std::string enumerator_text(std::string_view enumerator) {
  std::string text;
  for (const char c : enumerator) {
    if (c >= 'A' && c <= 'Z') {
      if (!text.empty()) text += '_';
      text += static_cast<char>(c - 'A' + 'a');
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace vv::store
