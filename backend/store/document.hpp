#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "store/value.hpp"

namespace vv::store {

// A document is a struct described with BOOST_DESCRIBE_STRUCT, whose first two members are
// `Id<Itself> id` and `double creation_time` (milliseconds since the Unix epoch, with a fraction
// that keeps the order of insertion), followed by its fields:
//   std::string, std::int64_t, double, bool, UnixMillis, ByteVector, Id<Other>, a described enum
//   class (TEXT, its enumerator in snake_case), or std::optional of one of these (a NULL column).
// Columns are called as the contract calls them: `demandeur_id` is `demandeurId`, `id` is `_id`.

/// `demandeur_id` → `demandeurId`; `id` → `_id`; `creation_time` → `_creationTime`.
[[nodiscard]] std::string column_name(std::string_view member);
/// `Pending` → `pending`, `NotYet` → `not_yet`.
[[nodiscard]] std::string enumerator_text(std::string_view enumerator);

/// One address a type, complete or not.
template <class T>
inline constexpr char kTypeTag = 0;
using TypeTag = const void*;
template <class T>
constexpr TypeTag type_tag() {
  return &kTypeTag<T>;
}

template <class T>
struct Field;  // how a C++ type is kept in a column

template <>
struct Field<std::string> {
  static constexpr ColumnType kType = ColumnType::Text;
  static Value to(std::string v) { return v; }
  static bool from(Value&& v, std::string& out) {
    if (auto* text = std::get_if<std::string>(&v)) return out = std::move(*text), true;
    return false;
  }
};
template <>
struct Field<std::int64_t> {
  static constexpr ColumnType kType = ColumnType::Integer;
  static Value to(std::int64_t v) { return v; }
  static bool from(Value&& v, std::int64_t& out) {
    if (const auto* n = std::get_if<std::int64_t>(&v)) return out = *n, true;
    return false;
  }
};
template <>
struct Field<double> {
  static constexpr ColumnType kType = ColumnType::Real;
  static Value to(double v) { return v; }
  static bool from(Value&& v, double& out) {
    if (const auto* n = std::get_if<double>(&v)) return out = *n, true;
    return false;
  }
};
template <>
struct Field<bool> {
  static constexpr ColumnType kType = ColumnType::Boolean;
  static Value to(bool v) { return v; }
  static bool from(Value&& v, bool& out) {
    if (const auto* b = std::get_if<bool>(&v)) return out = *b, true;
    return false;
  }
};
template <>
struct Field<UnixMillis> {
  static constexpr ColumnType kType = ColumnType::Integer;
  static Value to(UnixMillis v) { return v.value; }
  static bool from(Value&& v, UnixMillis& out) {
    if (const auto* n = std::get_if<std::int64_t>(&v)) return out.value = *n, true;
    return false;
  }
};
template <>
struct Field<ByteVector> {
  static constexpr ColumnType kType = ColumnType::Blob;
  static Value to(ByteVector v) { return v; }
  static bool from(Value&& v, ByteVector& out) {
    if (auto* bytes = std::get_if<ByteVector>(&v)) return out = std::move(*bytes), true;
    return false;
  }
};
template <class Tag>
struct Field<Id<Tag>> {
  static constexpr ColumnType kType = ColumnType::Text;
  static Value to(const Id<Tag>& v) { return v.str(); }
  static bool from(Value&& v, Id<Tag>& out) {
    if (auto* text = std::get_if<std::string>(&v)) return out = Id<Tag>(std::move(*text)), true;
    return false;
  }
};
template <class E>
  requires std::is_enum_v<E>
struct Field<E> {
  static constexpr ColumnType kType = ColumnType::Text;
  static Value to(E v) {
    std::string text;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
      if (d.value == v) text = enumerator_text(d.name);
    });
    return text;
  }
  static bool from(Value&& v, E& out) {
    const auto* text = std::get_if<std::string>(&v);
    bool found = false;
    if (text == nullptr) return false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
      if (!found && *text == enumerator_text(d.name)) {
        out = d.value;
        found = true;
      }
    });
    return found;
  }
};
template <class T>
struct Field<std::optional<T>> {
  static constexpr ColumnType kType = Field<T>::kType;
  static Value to(const std::optional<T>& v) { return v ? Field<T>::to(*v) : Value{}; }
  static bool from(Value&& v, std::optional<T>& out) {
    if (std::holds_alternative<std::monostate>(v)) return out.reset(), true;
    return Field<T>::from(std::move(v), out.emplace());
  }
};

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

/// The document that an Id<Other> field points at; nullptr for other fields.
template <class T>
struct Reference {
  static constexpr TypeTag tag() { return nullptr; }
};
template <class Other>
struct Reference<Id<Other>> {
  static constexpr TypeTag tag() { return type_tag<Other>(); }
};
template <class T>
struct Reference<std::optional<T>> : Reference<T> {};

template <class D>
using MembersOf = boost::describe::describe_members<D, boost::describe::mod_public>;

template <class D>
concept Document = requires(D d) {
  { d.id } -> std::same_as<Id<D>&>;
  { d.creation_time } -> std::same_as<double&>;
};

template <class D>
[[nodiscard]] Row to_row(const D& document) {
  Row row;
  row.reserve(boost::mp11::mp_size<MembersOf<D>>::value);
  boost::mp11::mp_for_each<MembersOf<D>>([&](auto d) {
    using T = std::remove_cvref_t<decltype(document.*d.pointer)>;
    row.push_back(Field<T>::to(document.*d.pointer));
  });
  return row;
}

/// Moves out of `row`. Fails (internal) when a column holds what this version's struct cannot: an
/// unknown enum word.
template <class D>
[[nodiscard]] Status read_row(Row& row, D& document) {
  std::size_t column = 0;
  std::string_view bad;
  boost::mp11::mp_for_each<MembersOf<D>>([&](auto d) {
    using T = std::remove_cvref_t<decltype(document.*d.pointer)>;
    if (!Field<T>::from(std::move(row[column++]), document.*d.pointer)) bad = d.name;
  });
  if (!bad.empty()) {
    return internal("a stored row holds a value this version does not know, in column " +
                    column_name(bad));
  }
  return {};
}

template <class D>
[[nodiscard]] Result<D> from_row(Row&& row) {
  D document{};
  VV_TRY(read_row(row, document));
  return document;
}

/// A value as an index compares it: numbers, text and literals find their column type.
template <class T>
[[nodiscard]] Value to_value(const T& v) {
  using U = std::remove_cvref_t<T>;
  if constexpr (std::is_same_v<U, std::nullopt_t>) {
    return Value{};
  } else if constexpr (!std::is_same_v<U, bool> && std::is_integral_v<U>) {
    return static_cast<std::int64_t>(v);
  } else if constexpr (std::is_convertible_v<const U&, std::string_view>) {
    return std::string(std::string_view(v));
  } else {
    return Field<U>::to(v);
  }
}

}  // namespace vv::store
