#include "reactive/convex/json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace vv::reactive::convex {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::optional<Value> whole() {
    Value value;
    if (!read(value, 1)) return std::nullopt;
    skip_space();
    if (!rest_.empty()) return std::nullopt;
    return value;
  }

  /// Top-level members up to where the text breaks off.
  RequestHead head() {
    RequestHead head;
    std::string name;
    if (!take('{')) return head;
    while (read_string_after_space(name) && take(':')) {
      Value value;
      if (!read(value, 2)) break;
      if (name == "type" && value.string() != nullptr) head.type = *value.string();
      const double* id = value.number();
      if (name == "requestId" && id != nullptr && *id >= 0 && *id <= 9007199254740992.0 &&
          std::trunc(*id) == *id) {
        head.request_id = static_cast<std::uint64_t>(*id);
      }
      if (!take(',')) break;
    }
    return head;
  }

 private:
  void skip_space() {
    const std::size_t next = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(next, rest_.size()));
  }

  bool take(char expected) {
    skip_space();
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_word(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool read(Value& out, int depth) {
    skip_space();
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return depth > kMaxDepth + kEnvelopeDepth ? skip_nested(out) : read_object(out, depth);
      case '[':
        return depth > kMaxDepth + kEnvelopeDepth ? skip_nested(out) : read_array(out, depth);
      case '"': {
        std::string text;
        if (!read_string(text)) return false;
        out = Value(std::move(text));
        return true;
      }
      case 't':
        out = Value(true);
        return take_word("true");
      case 'f':
        out = Value(false);
        return take_word("false");
      case 'n':
        out = Value();
        return take_word("null");
      default:
        return read_number(out);
    }
  }

  bool read_object(Value& out, int depth) {
    rest_.remove_prefix(1);
    Value::Object members;
    if (!take('}')) {
      do {
        auto& [name, value] = members.emplace_back();
        if (!read_string_after_space(name) || !take(':') || !read(value, depth + 1)) return false;
      } while (take(','));
      if (!take('}')) return false;
    }
    out = Value(std::move(members));
    const Value::Object& sorted = *out.object();
    return std::adjacent_find(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
             return a.first == b.first;
           }) == sorted.end();
  }

  bool read_array(Value& out, int depth) {
    rest_.remove_prefix(1);
    Value::Array items;
    if (!take(']')) {
      do {
        if (!read(items.emplace_back(), depth + 1)) return false;
      } while (take(','));
      if (!take(']')) return false;
    }
    out = Value(std::move(items));
    return true;
  }

  // Passes over what is nested too deeply without recursing; brackets only need to balance, since
  // nobody will use what is inside.
  bool skip_nested(Value& out) {
    std::size_t open = 0;
    std::string ignored;
    do {
      if (rest_.empty()) return false;
      const char c = rest_.front();
      if (c == '"') {
        if (!read_string(ignored)) return false;
        continue;
      }
      if (c == '{' || c == '[') ++open;
      if (c == '}' || c == ']') --open;
      rest_.remove_prefix(1);
    } while (open > 0);
    out = Value(Value::Unusable{"nested too deeply"});
    return true;
  }

  bool read_number(Value& out) {
    // from_chars also takes "inf", ".5" and "01", which JSON does not have.
    const std::string_view digits = "0123456789";
    std::size_t i = rest_.front() == '-' ? 1 : 0;
    const std::size_t first = i;
    const auto skip_digits = [&] {
      const std::size_t begin = i;
      while (i < rest_.size() && digits.find(rest_[i]) != std::string_view::npos) ++i;
      return i > begin;
    };
    if (!skip_digits() || (rest_[first] == '0' && i > first + 1)) return false;
    if (i < rest_.size() && rest_[i] == '.') {
      ++i;
      if (!skip_digits()) return false;
    }
    if (i < rest_.size() && (rest_[i] == 'e' || rest_[i] == 'E')) {
      ++i;
      if (i < rest_.size() && (rest_[i] == '+' || rest_[i] == '-')) ++i;
      if (!skip_digits()) return false;
    }
    double number = 0;
    const auto read = std::from_chars(rest_.data(), rest_.data() + i, number);
    if (read.ec == std::errc::result_out_of_range) {
      out = Value(Value::Unusable{"a number out of range"});
    } else {
      out = Value(number);
    }
    rest_.remove_prefix(i);
    return true;
  }

  bool read_string_after_space(std::string& out) {
    skip_space();
    return !rest_.empty() && rest_.front() == '"' && read_string(out);
  }

  bool read_string(std::string& out) {
    rest_.remove_prefix(1);
    out.clear();
    while (true) {
      std::size_t plain = 0;
      while (plain < rest_.size() && rest_[plain] != '"' && rest_[plain] != '\\' &&
             static_cast<unsigned char>(rest_[plain]) >= 0x20) {
        ++plain;
      }
      out.append(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (rest_.empty()) return false;
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c != '\\' || !read_escape(out)) return false;
    }
  }

  bool read_escape(std::string& out) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        out += c;
        return true;
      case 'b':
        out += '\b';
        return true;
      case 'f':
        out += '\f';
        return true;
      case 'n':
        out += '\n';
        return true;
      case 'r':
        out += '\r';
        return true;
      case 't':
        out += '\t';
        return true;
      case 'u':
        break;
      default:
        return false;
    }
    std::uint32_t unit = 0;
    if (!read_hex(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && rest_.starts_with("\\u")) {
      const std::string_view before = rest_;
      rest_.remove_prefix(2);
      std::uint32_t low = 0;
      if (!read_hex(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      } else {
        rest_ = before;  // a lone high one; the other escape stands for itself
      }
    }
    append_utf8(out, unit);
    return true;
  }

  bool read_hex(std::uint32_t& out) {
    if (rest_.size() < 4) return false;
    const auto read = std::from_chars(rest_.data(), rest_.data() + 4, out, 16);
    if (read.ec != std::errc() || read.ptr != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) {
      byte(0xC0 | (code >> 6));
    } else {
      if (code < 0x10000) {
        byte(0xE0 | (code >> 12));
      } else {
        byte(0xF0 | (code >> 18));
        byte(0x80 | ((code >> 12) & 0x3F));
      }
      byte(0x80 | ((code >> 6) & 0x3F));
    }
    byte(0x80 | (code & 0x3F));
  }

  // Message, modifications, modification, args around the value itself.
  static constexpr int kEnvelopeDepth = 4;

  std::string_view rest_;
};

}  // namespace

std::optional<Value> parse_json(std::string_view text) { return Parser(text).whole(); }

RequestHead read_head(std::string_view beginning) { return Parser(beginning).head(); }

}  // namespace vv::reactive::convex
