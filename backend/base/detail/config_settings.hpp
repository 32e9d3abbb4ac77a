#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.hpp"

namespace vv::detail {

/// One setting, whichever way it is given.
struct Setting {
  std::string_view key;  ///< as in TOML, dotted
  bool is_list = false;
  std::string_view help;
  /// @return why it is refused
  std::function<std::optional<std::string>(Config&, const std::vector<std::string>&)> set;
  /// As TOML; secrets as `"‹set›"` or `""`.
  std::function<std::string(const Config&)> show;
};

[[nodiscard]] const std::vector<Setting>& settings();
[[nodiscard]] const Setting* find_setting(std::string_view key);
/// Whether some setting lies in this table.
[[nodiscard]] bool is_section(std::string_view key);
/// A database's URL as it may be shown.
[[nodiscard]] std::string without_password(std::string url);

}  // namespace vv::detail
