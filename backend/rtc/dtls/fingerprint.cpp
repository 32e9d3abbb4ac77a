#include "rtc/dtls/fingerprint.hpp"

#include <algorithm>
#include <cctype>

#include "base/check.hpp"
#include "base/encoding.hpp"

namespace vv::rtc {
namespace {

constexpr std::size_t hash_size(HashFunction function) {
  switch (function) {
    case HashFunction::Sha256:
      return 32;
    case HashFunction::Sha384:
      return 48;
    case HashFunction::Sha512:
      return 64;
  }
  return 0;
}
constexpr std::string_view name_of(HashFunction function) {
  switch (function) {
    case HashFunction::Sha256:
      return "sha-256";
    case HashFunction::Sha384:
      return "sha-384";
    case HashFunction::Sha512:
      return "sha-512";
  }
  return {};
}

}  // namespace

Fingerprint::Fingerprint(HashFunction function, Bytes hash)
    : function_(function), size_(static_cast<std::uint8_t>(hash.size())) {
  VV_CHECK(hash.size() == hash_size(function), "a hash function gives one size");
  std::copy(hash.begin(), hash.end(), hash_.begin());
}

Result<Fingerprint> Fingerprint::parse(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos)
    return invalid("a fingerprint is a hash function and a hash");
  std::string name{text.substr(0, space)};
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  for (const HashFunction function :
       {HashFunction::Sha256, HashFunction::Sha384, HashFunction::Sha512}) {
    if (name != name_of(function)) continue;
    const std::string_view value = text.substr(space + 1);
    if (value.size() != hash_size(function) * 3 - 1)
      return invalid("the fingerprint has another length");
    std::string digits;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i % 3 == 2) {
        if (value[i] != ':') return invalid("the fingerprint's bytes are not parted by colons");
      } else {
        digits += value[i];
      }
    }
    const auto hash = hex_decode(digits);
    if (!hash) return invalid("the fingerprint is not hexadecimal");
    return Fingerprint{function, *hash};
  }
  return invalid("the fingerprint's hash function is not one we trust");
}

std::string Fingerprint::to_string() const {
  std::string text{name_of(function_)};
  char separator = ' ';
  for (const std::uint8_t byte : hash()) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    text += separator;
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
    separator = ':';
  }
  return text;
}

bool Fingerprint::operator==(const Fingerprint& other) const {
  return !empty() && function_ == other.function_ && std::ranges::equal(hash(), other.hash());
}

}  // namespace vv::rtc
