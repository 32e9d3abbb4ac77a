#include "market/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/encoding.hpp"
#include "base/format.hpp"

namespace vv::market {
namespace {

constexpr std::size_t kMaxWords = 8;
constexpr std::string_view kNoBreakSpace = "\xc2\xa0";

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    if (!text.empty() && is_space(text.front())) text.remove_prefix(1), again = true;
    if (!text.empty() && is_space(text.back())) text.remove_suffix(1), again = true;
    if (text.starts_with(kNoBreakSpace)) text.remove_prefix(kNoBreakSpace.size()), again = true;
    if (text.ends_with(kNoBreakSpace)) text.remove_suffix(kNoBreakSpace.size()), again = true;
  }
  return text;
}

/// Characters that turn the reading direction, with which « exe.png » could be written: U+061C,
/// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
constexpr std::array<std::string_view, 12> kHidden = {
    "\xd8\x9c",     "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
    "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"};

/// Base letters of U+00C0 to U+00FF, the second half of Latin-1; a space where there is none.
constexpr std::string_view kLatin1Base =
    "aaaaaa ceeeeiiii nooooo ouuuuy  aaaaaa ceeeeiiii nooooo ouuuuy y";

Result<std::string> checked(std::string_view text, std::size_t least, std::size_t most,
                            std::string field) {
  const std::string_view kept = trimmed(text);
  if (!is_utf8(kept) || kept.find('\0') != std::string_view::npos) {
    return invalid("this is not text", std::move(field));
  }
  const std::size_t length = characters(kept);
  if (length < least || length > most) {
    return invalid(least > 0 ? format("between {} and {} characters", least, most)
                             : format("at most {} characters", most),
                   std::move(field));
  }
  return std::string(kept);
}

}  // namespace

Result<std::string> title(std::string_view text, std::string field) {
  return checked(text, 1, kMaxTitle, std::move(field));
}

Result<std::string> body(std::string_view text, std::string field, std::size_t longest) {
  return checked(text, 0, longest, std::move(field));
}

Result<std::string> file_name(std::string_view text, std::string field) {
  if (!is_utf8(text)) return invalid("this is not text", std::move(field));
  const std::size_t slash = text.find_last_of("/\\");
  if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
  std::string kept;
  while (!text.empty()) {
    const auto shown = std::ranges::none_of(
        kHidden, [text](std::string_view hidden) { return text.starts_with(hidden); });
    const auto code = static_cast<unsigned char>(text.front());
    const std::size_t length = code < 0x80 ? 1 : code < 0xe0 ? 2 : code < 0xf0 ? 3 : 4;
    if (shown && code >= 0x20 && code != 0x7f) kept += text.substr(0, length);
    text.remove_prefix(std::min(length, text.size()));
  }
  return checked(kept, 1, kMaxTitle, std::move(field));
}

Result<std::int64_t> price(double minor_units, std::string field) {
  const bool is_inside = minor_units >= 0 && minor_units <= static_cast<double>(kMaxPrix);
  if (!is_inside || std::trunc(minor_units) != minor_units) {  // NaN is not inside
    return invalid(format("a whole number of minor units, 0 to {}", kMaxPrix), std::move(field));
  }
  return static_cast<std::int64_t>(minor_units);
}

Result<std::string> currency(std::string_view code, std::string field) {
  const bool capitals = std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (code.size() != 3 || !capitals) {
    return invalid("a currency is three capitals, such as EUR", std::move(field));
  }
  return std::string(code);
}

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c == '\xc3' && i + 1 < text.size()) {
      const auto place = static_cast<unsigned char>(text[i + 1]) & 0x3fU;
      const char base = place < kLatin1Base.size() ? kLatin1Base[place] : ' ';
      if (base != ' ') {
        out += base;
      } else {
        out += c;
        out += text[i + 1];
      }
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

Result<std::vector<std::string>> search_words(std::string_view recherche) {
  if (characters(recherche) > kMaxRecherche) {
    return invalid(format("at most {} characters", kMaxRecherche), "recherche");
  }
  std::vector<std::string> words;
  std::string word;
  for (const char c : folded(recherche) + " ") {
    if (!is_space(c)) {
      word += c;
    } else if (!word.empty()) {
      if (words.size() < kMaxWords) words.push_back(word);
      word.clear();
    }
  }
  return words;
}

}  // namespace vv::market
