#include "identity/account_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/encoding.hpp"

namespace vv::identity {
namespace {

constexpr std::size_t kMaxEmail = 254;    // bytes, RFC 5321 §4.5.3.1.3
constexpr std::size_t kMaxName = 120;     // characters, contract section 3
constexpr std::size_t kMinPassword = 12;  // characters
constexpr double kMinBits = 50;
constexpr std::size_t kMaxPassword = 1024;  // bytes

// The heads of leaked-password lists that are long enough to pass otherwise.
constexpr std::array<std::string_view, 14> kCommon = {
    "123456789012",  "1234567890123",        "12345678901234", "123456789123",     "111111111111",
    "000000000000",  "password1234",         "password12345",  "passwordpassword", "qwertyuiop123",
    "azertyuiop123", "motdepassemotdepasse", "abcdefghijkl",   "1q2w3e4r5t6y"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpaces = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

std::optional<std::string> normalize_email(std::string_view email) {
  email = trimmed(email);
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) return std::nullopt;
  if (email.size() > kMaxEmail || email.find('@') != at || !is_utf8(email)) return std::nullopt;
  if (has_control(email) || email.find(' ') != std::string_view::npos) return std::nullopt;
  const std::string_view domain = email.substr(at + 1);
  if (domain.front() == '.' || domain.back() == '.') return std::nullopt;
  return lowered(email);
}

std::optional<std::string> normalize_name(std::string_view name) {
  name = trimmed(name);
  if (name.empty() || !is_utf8(name) || has_control(name) || characters(name) > kMaxName) {
    return std::nullopt;
  }
  return std::string(name);
}

std::optional<std::string> normalize_locale(std::string_view locale) {
  std::string language = lowered(trimmed(locale)).substr(0, 2);
  if (language.empty()) return "fr";
  if (language != "fr" && language != "en") return std::nullopt;
  if (locale.size() > 2 && locale[2] != '-' && locale[2] != '_') return std::nullopt;
  return language;
}

double estimated_bits(std::string_view password) {
  double alphabet = 0;
  const auto has = [&](auto in) { return std::any_of(password.begin(), password.end(), in); };
  if (has([](char c) { return c >= 'a' && c <= 'z'; })) alphabet += 26;
  if (has([](char c) { return c >= 'A' && c <= 'Z'; })) alphabet += 26;
  if (has([](char c) { return c >= '0' && c <= '9'; })) alphabet += 10;
  if (has([](char c) { return c < 0; })) alphabet += 32;
  if (has([](char c) {
        return c > 0 && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
               !(c >= '0' && c <= '9');
      })) {
    alphabet += 32;
  }
  int counted = 0;
  for (std::size_t i = 0; i < password.size(); ++i) {
    const int step = i == 0 ? 2 : password[i] - password[i - 1];
    const bool continues = step >= -1 && step <= 1;
    const bool seen = password.substr(0, i).find(password[i]) != std::string_view::npos;
    if (!continues && !seen) ++counted;
  }
  return alphabet > 0 ? counted * std::log2(alphabet) : 0;
}

std::optional<std::string_view> refuse_password(std::string_view password) {
  if (password.size() > kMaxPassword) return "the password is longer than 1,024 bytes";
  if (!is_utf8(password)) return "the password is not valid UTF-8";
  const std::string low = lowered(password);
  if (std::find(kCommon.begin(), kCommon.end(), low) != kCommon.end()) {
    return "this password is one of the first that anybody would try";
  }
  if (characters(password) < kMinPassword && estimated_bits(password) < kMinBits) {
    return "the password needs at least 12 characters";
  }
  return std::nullopt;
}

}  // namespace vv::identity
