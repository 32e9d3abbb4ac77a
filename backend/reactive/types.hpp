#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "reactive/detail/type_text.hpp"
#include "reactive/value.hpp"

/// Arguments and results are structs described once with Boost.Describe. From that one declaration
/// come strict decoding, encoding and TypeScript:
///
///   struct CreateArgs { std::string titre; std::int64_t prix = 0; std::optional<std::string> note;
///   }; BOOST_DESCRIBE_STRUCT(CreateArgs, (), (titre, prix, note))
///
/// Members are snake_case here and camelCase outside; a member `id` of type `Id<…>` is `_id` and
/// `creation_time` is `_creationTime`, as clients of documents expect.
namespace vv::reactive {

/// May be null, and is always there: `T | null`. (`std::optional` is a member that may be absent.)
template <class T>
struct Nullable {
  std::optional<T> value;
  Nullable() = default;
  Nullable(std::nullopt_t) {}                            // NOLINT(google-explicit-constructor)
  Nullable(T v) : value(std::move(v)) {}                 // NOLINT(google-explicit-constructor)
  Nullable(std::optional<T> v) : value(std::move(v)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  T& operator*() { return *value; }
  const T* operator->() const { return &*value; }
  bool operator==(const Nullable&) const = default;
};

/// What a client of `usePaginatedQuery` asks for. Declare it as the member `pagination_opts`.
struct PaginationOpts {
  std::int64_t num_items = 0;
  Nullable<std::string> cursor;
  std::optional<Nullable<std::string>> end_cursor;
  std::optional<double> id;  ///< tells hook instances apart; sent though its public type hides it
  std::optional<double> maximum_rows_read;
  std::optional<double> maximum_bytes_read;
};
BOOST_DESCRIBE_STRUCT(PaginationOpts, (),
                      (num_items, cursor, end_cursor, id, maximum_rows_read, maximum_bytes_read))

/// One page of a longer list; made by `QueryContext::paginate`.
template <class T>
struct Page {
  std::vector<T> page;
  bool is_done = false;
  std::string continue_cursor;
  std::optional<std::string> split_cursor;
  std::optional<std::string> page_status;  ///< "SplitRecommended", "SplitRequired"

  /// The same page with each item turned into what the client sees.
  template <class F>
  [[nodiscard]] auto map(F&& view) const
      -> Page<std::remove_cvref_t<decltype(view(page.front()))>> {
    Page<std::remove_cvref_t<decltype(view(page.front()))>> out;
    out.page.reserve(page.size());
    for (const T& item : page) out.page.push_back(view(item));
    out.is_done = is_done;
    out.continue_cursor = continue_cursor;
    out.split_cursor = split_cursor;
    out.page_status = page_status;
    return out;
  }
};

/// Functions without arguments.
struct NoArgs {};
BOOST_DESCRIBE_STRUCT(NoArgs, (), ())

/// How `T` is decoded, encoded and written in TypeScript. Specialised below for every kind that may
/// appear; another type does not compile.
template <class T>
struct Codec;

namespace detail {

/// "users" for `User`, "meetSessions" for `MeetSession`, or what `Doc::kTable` says.
template <class Doc>
std::string table_name_of() {
  if constexpr (requires { std::string_view(Doc::kTable); }) {
    return std::string(Doc::kTable);
  } else {
    return table_from_type_name(type_name<Doc>());
  }
}

template <class T>
struct IsId : std::false_type {};
template <class Doc>
struct IsId<Id<Doc>> : std::true_type {};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T, class D>
using MemberType = std::remove_cvref_t<decltype(std::declval<T&>().*D::pointer)>;

/// The member's name outside; made once a member, since results are full of them.
template <class T, class D>
const std::string& member_name() {
  static const std::string name = wire_name(D::name, IsId<MemberType<T, D>>::value);
  return name;
}

/// `"name":` as it stands in JSON.
template <class T, class D>
const std::string& member_start() {
  static const std::string start = '"' + member_name<T, D>() + "\":";
  return start;
}

// 2^53: beyond it a JSON number no longer names one integer.
constexpr double kMaxSafeInteger = 9007199254740992.0;

}  // namespace detail

template <>
struct Codec<std::string> {
  static bool decode(const Value& in, std::string& out, Mismatch& why) {
    if (in.string() == nullptr) return why.expect("string");
    out = *in.string();
    return true;
  }
  static void encode(const std::string& in, std::string& out) { append_json_string(out, in); }
  static std::string typescript(TypeNames&) { return "string"; }
};

template <>
struct Codec<bool> {
  static bool decode(const Value& in, bool& out, Mismatch& why) {
    if (in.boolean() == nullptr) return why.expect("boolean");
    out = *in.boolean();
    return true;
  }
  static void encode(bool in, std::string& out) { out += in ? "true" : "false"; }
  static std::string typescript(TypeNames&) { return "boolean"; }
};

template <>
struct Codec<double> {
  static bool decode(const Value& in, double& out, Mismatch& why) {
    if (in.number() == nullptr) return why.expect("number");
    out = *in.number();
    return true;
  }
  static void encode(double in, std::string& out) { append_json_number(out, in); }
  static std::string typescript(TypeNames&) { return "number"; }
};

/// Integers are JSON numbers, whole and within ±2^53.
template <class T>
  requires(std::integral<T> && !std::same_as<T, bool>)
struct Codec<T> {
  static bool decode(const Value& in, T& out, Mismatch& why) {
    const double* number = in.number();
    if (number == nullptr) return why.expect("number");
    if (!(std::abs(*number) <= detail::kMaxSafeInteger) || std::trunc(*number) != *number) {
      return why.expect("whole number");
    }
    const auto whole = static_cast<std::int64_t>(*number);
    if (!std::in_range<T>(whole)) return why.expect("whole number within range");
    out = static_cast<T>(whole);
    return true;
  }
  static void encode(T in, std::string& out) { out += std::to_string(in); }
  static std::string typescript(TypeNames&) { return "number"; }
};

template <>
struct Codec<UnixMillis> {
  static bool decode(const Value& in, UnixMillis& out, Mismatch& why) {
    return Codec<std::int64_t>::decode(in, out.value, why);
  }
  static void encode(UnixMillis in, std::string& out) {
    Codec<std::int64_t>::encode(in.value, out);
  }
  static std::string typescript(TypeNames&) { return "number"; }
};

template <>
struct Codec<ByteVector> {
  static bool decode(const Value& in, ByteVector& out, Mismatch& why) {
    if (in.bytes() == nullptr) return why.expect("bytes");
    out = *in.bytes();
    return true;
  }
  static void encode(const ByteVector& in, std::string& out) { append_json_bytes(out, in); }
  static std::string typescript(TypeNames&) { return "ArrayBuffer"; }
};

/// Any value at all.
template <>
struct Codec<Value> {
  static bool decode(const Value& in, Value& out, Mismatch&) {
    out = in;
    return true;
  }
  static void encode(const Value& in, std::string& out) { append_json_value(out, in); }
  static std::string typescript(TypeNames&) { return "any"; }
};

template <class Doc>
struct Codec<Id<Doc>> {
  static bool decode(const Value& in, Id<Doc>& out, Mismatch& why) {
    if (in.string() == nullptr) return why.expect("id");
    out = Id<Doc>(*in.string());
    return true;
  }
  static void encode(const Id<Doc>& in, std::string& out) { append_json_string(out, in.str()); }
  static std::string typescript(TypeNames& names) { return names.id(detail::table_name_of<Doc>()); }
};

/// A described enum is its enumerators in snake_case, as the store keeps them: `NotYet` is
/// "not_yet".
template <class E>
  requires(boost::describe::has_describe_enumerators<E>::value)
struct Codec<E> {
  static bool decode(const Value& in, E& out, Mismatch& why) {
    bool found = false;
    if (const std::string* text = in.string()) {
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (!found && *text == detail::enumerator_text(d.name)) {
          out = d.value;
          found = true;
        }
      });
    }
    if (found) return true;
    return why.expect(literal());
  }
  static void encode(E in, std::string& out) {
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
      if (d.value == in) append_json_string(out, detail::enumerator_text(d.name));
    });
  }
  static std::string typescript(TypeNames& names) {
    return names.alias(std::string(detail::type_name<E>()), literal);
  }
  static std::string literal() {
    std::string text;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
      if (!text.empty()) text += " | ";
      append_json_string(text, detail::enumerator_text(d.name));
    });
    return text;
  }
};

template <class T>
struct Codec<Nullable<T>> {
  static bool decode(const Value& in, Nullable<T>& out, Mismatch& why) {
    if (in.is_null()) {
      out.value.reset();
      return true;
    }
    return Codec<T>::decode(in, out.value.emplace(), why);
  }
  static void encode(const Nullable<T>& in, std::string& out) {
    if (in.value) {
      Codec<T>::encode(*in.value, out);
    } else {
      out += "null";
    }
  }
  static std::string typescript(TypeNames& names) {
    return Codec<T>::typescript(names) + " | null";
  }
};

/// As a whole result an absent value is null; as a struct's member it is left out (below).
template <class T>
struct Codec<std::optional<T>> {
  static void encode(const std::optional<T>& in, std::string& out) {
    if (in) {
      Codec<T>::encode(*in, out);
    } else {
      out += "null";
    }
  }
  static std::string typescript(TypeNames& names) {
    return Codec<T>::typescript(names) + " | null";
  }
};

template <class T>
  requires(!std::same_as<T, std::uint8_t>)
struct Codec<std::vector<T>> {
  static bool decode(const Value& in, std::vector<T>& out, Mismatch& why) {
    const Value::Array* items = in.array();
    if (items == nullptr) return why.expect("array");
    out.clear();
    out.reserve(items->size());
    for (const Value& item : *items) {
      T decoded{};
      if (!Codec<T>::decode(item, decoded, why)) return why.inside("[]");
      out.push_back(std::move(decoded));
    }
    return true;
  }
  static void encode(const std::vector<T>& in, std::string& out) {
    out += '[';
    bool first = true;
    for (const auto& item : in) {
      if (!first) out += ',';
      first = false;
      Codec<T>::encode(item, out);
    }
    out += ']';
  }
  static std::string typescript(TypeNames& names) {
    return detail::array_of(Codec<T>::typescript(names));
  }
};

/// Described structs: a member that is missing, surplus or of another type is a mismatch.
template <class T>
  requires(boost::describe::has_describe_members<T>::value && std::is_class_v<T>)
struct Codec<T> {
  static bool decode(const Value& in, T& out, Mismatch& why) {
    const Value::Object* members = in.object();
    if (members == nullptr) return why.expect("object");
    bool ok = true;
    std::size_t known = 0;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto d) {
      if (!ok) return;
      const std::string& name = detail::member_name<T, decltype(d)>();
      const Value* value = in.find(name);
      if (value != nullptr) ++known;
      ok = decode_member(value, out.*d.pointer, why) || why.inside("." + name);
    });
    if (!ok) return false;
    if (known != members->size()) return surplus(*members, why);
    return true;
  }
  static void encode(const T& in, std::string& out) {
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto d) {
      using Member = detail::MemberType<T, decltype(d)>;
      const auto& value = in.*d.pointer;
      if constexpr (detail::IsOptional<Member>::value) {
        if (!value.has_value()) return;
      }
      if (!first) out += ',';
      first = false;
      out += detail::member_start<T, decltype(d)>();
      Codec<Member>::encode(value, out);
    });
    out += '}';
  }
  static std::string typescript(TypeNames& names) {
    if constexpr (std::same_as<T, PaginationOpts>) {
      return names.imported("PaginationOptions");
    } else {
      return names.alias(std::string(detail::type_name<T>()), [&] { return literal(names); });
    }
  }
  /// The struct's members in braces, never an alias.
  static std::string literal(TypeNames& names) {
    std::string text;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto d) {
      using Member = detail::MemberType<T, decltype(d)>;
      text += text.empty() ? "{ " : "; ";
      text += detail::member_name<T, decltype(d)>();
      if constexpr (detail::IsOptional<Member>::value) {
        text += "?: " + Codec<typename Member::value_type>::typescript(names);
      } else {
        text += ": " + Codec<Member>::typescript(names);
      }
    });
    return text.empty() ? "Record<string, never>" : text + " }";
  }

 private:
  template <class Member>
  static bool decode_member(const Value* value, Member& out, Mismatch& why) {
    if constexpr (detail::IsOptional<Member>::value) {
      if (value == nullptr) {
        out.reset();
        return true;
      }
      return Codec<typename Member::value_type>::decode(*value, out.emplace(), why);
    } else {
      if (value == nullptr) return why.expect("a value: it is missing");
      return Codec<Member>::decode(*value, out, why);
    }
  }
  static bool surplus(const Value::Object& members, Mismatch& why) {
    for (const auto& [name, value] : members) {
      bool known = false;
      boost::mp11::mp_for_each<detail::Members<T>>(
          [&](auto d) { known = known || detail::member_name<T, decltype(d)>() == name; });
      if (!known) {
        why.expect("no such field");
        return why.inside("." + name);
      }
    }
    return true;
  }
};

template <class T>
struct Codec<Page<T>> {
  static void encode(const Page<T>& in, std::string& out) {
    out += "{\"page\":";
    Codec<std::vector<T>>::encode(in.page, out);
    out += ",\"isDone\":";
    Codec<bool>::encode(in.is_done, out);
    out += ",\"continueCursor\":";
    append_json_string(out, in.continue_cursor);
    out += ",\"splitCursor\":";
    Codec<std::optional<std::string>>::encode(in.split_cursor, out);
    out += ",\"pageStatus\":";
    Codec<std::optional<std::string>>::encode(in.page_status, out);
    out += '}';
  }
  static std::string typescript(TypeNames& names) {
    return names.imported("PaginationResult") + "<" + Codec<T>::typescript(names) + ">";
  }
};

}  // namespace vv::reactive
