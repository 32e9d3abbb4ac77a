#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

// What people type, brought to the form that is stored (contract section 3).
namespace vv::market {

constexpr std::size_t kMaxTitle = 120;            // characters
constexpr std::size_t kMaxText = 4'000;           // characters
constexpr std::size_t kMaxReason = 200;           // characters, of a declined call
constexpr std::size_t kMaxRecherche = 200;        // characters
constexpr std::int64_t kMaxPrix = 1'000'000'000;  // minor units

/// Trimmed; refuses: invalid when empty or longer than kMaxTitle
[[nodiscard]] Result<std::string> title(std::string_view text, std::string field);
/// Trimmed, may be empty; refuses: invalid when longer than `longest` characters
[[nodiscard]] Result<std::string> body(std::string_view text, std::string field,
                                       std::size_t longest = kMaxText);
/// A file's name as others will see it: what follows the last slash or backslash, trimmed, without
/// control and direction characters. refuses: invalid when nothing is left, or more than kMaxTitle
[[nodiscard]] Result<std::string> file_name(std::string_view text, std::string field);
/// refuses: invalid outside 0 to kMaxPrix
[[nodiscard]] Result<std::int64_t> price(double minor_units, std::string field);
/// refuses: invalid unless three capitals, as ISO 4217 writes currencies
[[nodiscard]] Result<std::string> currency(std::string_view code, std::string field);

/// Lower case and without the accents of western European languages, so that « Épée » is found by
/// "epee".
[[nodiscard]] std::string folded(std::string_view text);
/// The folded words of a search, at most 8. refuses: invalid past kMaxRecherche
[[nodiscard]] Result<std::vector<std::string>> search_words(std::string_view recherche);

}  // namespace vv::market
