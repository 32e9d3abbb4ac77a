#include "reactive/detail/type_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/encoding.hpp"
#include "reactive/value.hpp"
#include "store/document.hpp"

namespace vv::reactive {
namespace {

/// Whether one of eight bytes is a control, a quote or a backslash; may say so for nothing.
bool may_need_escape(const char* eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const auto below = [](std::uint64_t x, std::uint64_t limit) { return (x - kOnes * limit) & ~x; };
  const std::uint64_t found =
      below(bytes, 0x20) | below(bytes ^ kOnes * '"', 1) | below(bytes ^ kOnes * '\\', 1);
  return (found & kOnes * 0x80) != 0;
}

void append_escaped(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t plain = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (text.size() - i >= 8 && !may_need_escape(text.data() + i)) i += 8;
    if (i == text.size()) break;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text.substr(plain));
}

// Length of the well-formed UTF-8 sequence at the front of `text`, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::string only_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      out.append(text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return out;
}

void append_tagged(std::string& out, const char* tag, std::uint64_t bits) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(bits >> (8 * i));
  out += "{\"";
  out += tag;
  out += "\":\"";
  out += base64_encode(bytes);
  out += "\"}";
}

}  // namespace

bool Mismatch::expect(std::string_view what) {
  path.clear();
  expected = what;
  return false;
}

bool Mismatch::inside(std::string_view step) {
  path.insert(0, step);
  return false;
}

std::string TypeNames::id(const std::string& table) {
  tables_.insert(table);
  return "Id<\"" + table + "\">";
}

std::string TypeNames::imported(const std::string& name) {
  imports_.insert(name);
  return name;
}

std::string TypeNames::alias(const std::string& name, const std::function<std::string()>& body) {
  std::string text = body();
  if (name.empty() || name.find_first_of("<>,() ") != std::string::npos || name == "Id") {
    return text;
  }
  const auto [entry, fresh] = aliases_.try_emplace(name, text);
  return fresh || entry->second == text ? name : text;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  if (is_utf8(text)) {
    append_escaped(out, text);
  } else {
    append_escaped(out, only_utf8(text));
  }
  out += '"';
}

void append_json_number(std::string& out, double number) {
  if (!std::isfinite(number) || (number == 0 && std::signbit(number))) {
    std::uint64_t bits = 0;
    // One NaN for all: which one it was is nobody's business, and equal results stay equal.
    const double sent = std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number;
    std::memcpy(&bits, &sent, sizeof bits);
    append_tagged(out, "$float", bits);
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

void append_json_bytes(std::string& out, Bytes bytes) {
  out += "{\"$bytes\":\"";
  out += base64_encode(bytes);
  out += "\"}";
}

void append_json_value(std::string& out, const Value& value) {
  if (const bool* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const std::int64_t* integer = value.int64()) {
    append_tagged(out, "$integer", static_cast<std::uint64_t>(*integer));
  } else if (const double* number = value.number()) {
    append_json_number(out, *number);
  } else if (const std::string* text = value.string()) {
    append_json_string(out, *text);
  } else if (const ByteVector* bytes = value.bytes()) {
    append_json_bytes(out, *bytes);
  } else if (const Value::Array* items = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      append_json_value(out, (*items)[i]);
    }
    out += ']';
  } else if (const Value::Object* members = value.object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, member] : *members) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, name);
      out += ':';
      append_json_value(out, member);
    }
    out += '}';
  } else {
    out += "null";
  }
}

namespace detail {

std::string wire_name(const char* described, bool is_id) {
  return std::string_view(described) == "id" && !is_id ? "id" : store::column_name(described);
}

std::string enumerator_text(std::string_view name) { return store::enumerator_text(name); }

std::string array_of(std::string element) {
  if (element.find(' ') != std::string::npos) return "(" + element + ")[]";
  return element + "[]";
}

std::string table_from_type_name(std::string_view type) {
  std::string name(type);
  if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] = static_cast<char>(name[0] + 32);
  return name + "s";
}

}  // namespace detail
}  // namespace vv::reactive
