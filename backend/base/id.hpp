#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace vv {

/// A string identifier that belongs to one kind of thing: `Id<Offre>` is no `Id<Demande>`.
/// Opaque and URL-safe outside.
template <class Tag>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const Id&) const = default;
  bool operator==(const Id&) const = default;

 private:
  std::string text_;
};

/// A small number that names one kind of thing inside the process (`Number<RoomTag>`).
template <class Tag, class Raw = std::uint32_t>
class Number {
 public:
  constexpr Number() = default;
  explicit constexpr Number(Raw raw) : raw_(raw) {}
  [[nodiscard]] constexpr Raw raw() const { return raw_; }
  constexpr auto operator<=>(const Number&) const = default;

 private:
  Raw raw_ = 0;
};

}  // namespace vv

template <class Tag>
struct std::hash<vv::Id<Tag>> {
  std::size_t operator()(const vv::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
template <class Tag, class Raw>
struct std::hash<vv::Number<Tag, Raw>> {
  std::size_t operator()(vv::Number<Tag, Raw> n) const noexcept {
    return std::hash<Raw>{}(n.raw());
  }
};
