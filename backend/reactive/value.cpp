#include "reactive/value.hpp"

#include <algorithm>

namespace vv::reactive {
namespace {

auto position_of(auto& members, std::string_view name) {
  return std::lower_bound(members.begin(), members.end(), name,
                          [](const auto& member, std::string_view n) { return member.first < n; });
}

}  // namespace

Value::Value(Object members) : state_(std::move(members)) {
  Object& sorted = *std::get_if<Object>(&state_);
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  if (!std::is_sorted(sorted.begin(), sorted.end(), by_name)) {
    std::sort(sorted.begin(), sorted.end(), by_name);
  }
}

const Value* Value::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  const auto found = position_of(*members, name);
  return found != members->end() && found->first == name ? &found->second : nullptr;
}

Value Value::take(std::string_view name) {
  Object* members = object();
  if (members == nullptr) return {};
  const auto found = position_of(*members, name);
  if (found == members->end() || found->first != name) return {};
  return std::exchange(found->second, Value{});
}

}  // namespace vv::reactive
