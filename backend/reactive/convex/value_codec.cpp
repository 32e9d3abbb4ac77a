#include "reactive/convex/value_codec.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/encoding.hpp"
#include "reactive/convex/json.hpp"

namespace vv::reactive::convex {
namespace {

constexpr std::size_t kMaxName = 1024;     // characters; the client enforces it both ways
constexpr std::size_t kMaxItems = 8192;    // documented with the validators, as is
constexpr std::size_t kMaxMembers = 1024;  // this one

std::optional<std::uint64_t> eight_bytes(const Value& text) {
  if (text.string() == nullptr) return std::nullopt;
  const std::optional<ByteVector> bytes = base64_decode(*text.string());
  if (!bytes || bytes->size() != 8) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i) bits |= std::uint64_t{(*bytes)[i]} << (8 * i);
  return bits;
}

bool is_name(std::string_view name) {
  return name.size() <= kMaxName && !name.starts_with('$') &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

Error refusal(const char* why) { return invalid(why); }

Result<Value> decode(Value json, int depth);

Result<Value> decode_special(const std::string& tag, const Value& body) {
  if (tag == "$integer") {
    const auto bits = eight_bytes(body);
    if (!bits) return refusal("$integer is not eight bytes in base64");
    return Value(static_cast<std::int64_t>(*bits));
  }
  if (tag == "$float") {
    const auto bits = eight_bytes(body);
    if (!bits) return refusal("$float is not eight bytes in base64");
    double number = 0;
    std::memcpy(&number, &*bits, sizeof number);
    return Value(number);
  }
  if (tag == "$bytes") {
    std::optional<ByteVector> bytes;
    if (body.string() != nullptr) bytes = base64_decode(*body.string());
    if (!bytes) return refusal("$bytes is not base64");
    return Value(*std::move(bytes));
  }
  return refusal("a field's name must not begin with $");
}

Result<Value> decode_members(Value::Object members, int depth) {
  if (members.size() == 1 && members.front().first.starts_with('$')) {
    return decode_special(members.front().first, members.front().second);
  }
  if (members.size() > kMaxMembers) return refusal("an object has more than 1024 fields");
  for (auto& [name, member] : members) {
    if (!is_name(name)) return refusal("a field's name must be ASCII and not begin with $");
    Result<Value> decoded = decode(std::move(member), depth + 1);
    if (!decoded) {
      Error error = std::move(decoded).error();
      error.field.insert(0, "." + name);
      return error;
    }
    member = *std::move(decoded);
  }
  return Value(std::move(members));
}

Result<Value> decode(Value json, int depth) {
  if (depth > kMaxDepth) return refusal("nested too deeply");
  if (const Value::Unusable* mark = json.unusable()) return refusal(mark->why);
  if (const std::string* text = json.string()) {
    if (!is_utf8(*text)) return refusal("a string is not Unicode text");
    return json;
  }
  if (Value::Array* items = json.array()) {
    if (items->size() > kMaxItems) return refusal("an array has more than 8192 items");
    for (Value& item : *items) {
      VV_ASSIGN_OR_RETURN(item, decode(std::move(item), depth + 1));
    }
    return json;
  }
  if (Value::Object* members = json.object()) return decode_members(std::move(*members), depth);
  return json;
}

std::string unsendable_special(const std::string& tag, const Value& body) {
  if (tag == "$integer") return eight_bytes(body) ? "" : "$integer is not eight bytes";
  if (tag == "$float") {
    const auto bits = eight_bytes(body);
    if (!bits) return "$float is not eight bytes";
    double number = 0;
    std::memcpy(&number, &*bits, sizeof number);
    const bool special = !std::isfinite(number) || (number == 0 && std::signbit(number));
    return special ? "" : "$float holds an ordinary number";
  }
  if (tag == "$bytes") {
    return body.string() != nullptr && body.string()->size() % 4 == 0 &&
                   base64_decode(*body.string())
               ? ""
               : "$bytes is not padded base64";
  }
  return "a name begins with $";
}

}  // namespace

Result<Value> decode_value(Value json) { return decode(std::move(json), 1); }

std::string find_unsendable(const Value& json) {
  if (json.unusable() != nullptr) return json.unusable()->why;
  if (const std::string* text = json.string()) return is_utf8(*text) ? "" : "text is not UTF-8";
  if (const Value::Array* items = json.array()) {
    for (const Value& item : *items) {
      if (std::string why = find_unsendable(item); !why.empty()) return why;
    }
  }
  if (const Value::Object* members = json.object()) {
    if (members->size() == 1 && members->front().first.starts_with('$')) {
      return unsendable_special(members->front().first, members->front().second);
    }
    for (const auto& [name, member] : *members) {
      if (!is_name(name)) return "a field's name is not plain ASCII";
      if (std::string why = find_unsendable(member); !why.empty()) return why;
    }
  }
  return {};
}

}  // namespace vv::reactive::convex
