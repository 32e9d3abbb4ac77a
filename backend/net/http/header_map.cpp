#include "net/http/header_map.hpp"

#include <algorithm>

namespace vv::net {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> HeaderMap::get(std::string_view name) const {
  for (const Field& field : fields_) {
    if (equals_ignoring_case(field.first, name)) return field.second;
  }
  return std::nullopt;
}

void HeaderMap::set(std::string_view name, std::string value) {
  remove(name);
  add(name, std::move(value));
}

void HeaderMap::add(std::string_view name, std::string value) {
  fields_.emplace_back(std::string(name), std::move(value));
}

void HeaderMap::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& f) { return equals_ignoring_case(f.first, name); });
}

void HeaderMap::set_default(std::string_view name, std::string value) {
  if (!has(name)) add(name, std::move(value));
}

}  // namespace vv::net
