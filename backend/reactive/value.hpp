#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"

namespace vv::reactive {

/// What travels in arguments, results and error data: the value kinds of the Convex protocol
/// (docs/protocols/convex.md). Numbers are doubles unless they came as `$integer`.
///
/// Not its: JSON text (convex/json.hpp, convex/value_codec.hpp); typed structs (types.hpp).
class Value {
 public:
  using Array = std::vector<Value>;
  /// Members sorted by name, each name once.
  using Object = std::vector<std::pair<std::string, Value>>;
  /// A part of a message that parsed but cannot be a value (nested too deeply, …): whoever needs it
  /// fails, the rest of the message lives.
  struct Unusable {
    const char* why = "";
    bool operator==(const Unusable&) const = default;
  };

  Value() = default;  // null
  explicit Value(bool flag) : state_(flag) {}
  explicit Value(std::int64_t integer) : state_(integer) {}
  explicit Value(double number) : state_(number) {}
  explicit Value(std::string text) : state_(std::move(text)) {}
  explicit Value(std::string_view text) : state_(std::string(text)) {}
  explicit Value(const char* text) : state_(std::string(text)) {}
  explicit Value(ByteVector bytes) : state_(std::move(bytes)) {}
  explicit Value(Array items) : state_(std::move(items)) {}
  explicit Value(Object members);  ///< sorts them
  explicit Value(Unusable mark) : state_(mark) {}

  [[nodiscard]] bool is_null() const { return state_.index() == 0; }
  // Each borrows, and is null when the value is of another kind.
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&state_); }
  [[nodiscard]] const std::int64_t* int64() const { return std::get_if<std::int64_t>(&state_); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&state_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&state_); }
  [[nodiscard]] const ByteVector* bytes() const { return std::get_if<ByteVector>(&state_); }
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&state_); }
  [[nodiscard]] const Object* object() const { return std::get_if<Object>(&state_); }
  [[nodiscard]] const Unusable* unusable() const { return std::get_if<Unusable>(&state_); }
  [[nodiscard]] Array* array() { return std::get_if<Array>(&state_); }
  [[nodiscard]] Object* object() { return std::get_if<Object>(&state_); }

  /// The member `name` of an object; null when absent or when this is no object.
  [[nodiscard]] const Value* find(std::string_view name) const;
  /// Takes the member `name` out of an object; null value when absent.
  [[nodiscard]] Value take(std::string_view name);

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, ByteVector, Array, Object,
               Unusable>
      state_;
};

}  // namespace vv::reactive
