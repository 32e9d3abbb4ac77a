#include "reactive/registry.hpp"

#include "base/check.hpp"

namespace vv::reactive {

std::string canonical_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  std::string_view module = name.substr(0, colon);
  const std::string_view function =
      colon == std::string_view::npos ? std::string_view("default") : name.substr(colon + 1);
  if (module.ends_with(".js")) module.remove_suffix(3);
  return std::string(module) + ':' + std::string(function);
}

const Function* Registry::find(std::string_view canonical) const {
  const auto found = functions_.find(canonical);
  return found == functions_.end() ? nullptr : &found->second;
}

Function& Registry::add(std::string_view name, FunctionKind kind) {
  const std::string canonical = canonical_name(name);
  const auto [entry, fresh] = functions_.try_emplace(canonical);
  VV_CHECK(fresh, "a function's name is registered once");
  entry->second.name = canonical;
  entry->second.kind = kind;
  return entry->second;
}

namespace detail {

Error argument_error(const Mismatch& why) {
  return invalid("ArgumentValidationError: " + (why.path.empty() ? "arguments" : why.path) +
                 ": expected " + why.expected);
}

}  // namespace detail
}  // namespace vv::reactive
