#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vv::net {

/// HTTP header fields in their order; names compare without case.
class HeaderMap {
 public:
  using Field = std::pair<std::string, std::string>;

  HeaderMap() = default;
  HeaderMap(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first field of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void add(std::string_view name, std::string value);
  void remove(std::string_view name);
  /// Sets it unless it is there.
  void set_default(std::string_view name, std::string value);

  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }
  [[nodiscard]] std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// ASCII letters only, as HTTP compares names.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace vv::net
