#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::rtc {

enum class HashFunction : std::uint8_t { Sha256, Sha384, Sha512 };

/// Which half of the DTLS handshake is ours: `a=setup:active` is Client, `passive` is Server.
enum class DtlsRole : std::uint8_t { Client, Server };

/// Hash of a certificate as SDP carries it (RFC 8122 §5). SHA-1 and MD5 are refused.
class Fingerprint {
 public:
  Fingerprint() = default;
  Fingerprint(HashFunction function, Bytes hash);

  /// Reads the attribute's value, "sha-256 AB:CD:…"; either case.
  static Result<Fingerprint> parse(std::string_view text);

  [[nodiscard]] HashFunction function() const { return function_; }
  /// 32, 48 or 64 bytes; none for a default-made one, which matches nothing.
  [[nodiscard]] Bytes hash() const { return Bytes{hash_}.first(size_); }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// "sha-256 AB:CD:…", upper case as browsers write it.
  [[nodiscard]] std::string to_string() const;
  bool operator==(const Fingerprint& other) const;

 private:
  HashFunction function_ = HashFunction::Sha256;
  std::uint8_t size_ = 0;
  std::array<std::uint8_t, 64> hash_{};
};

}  // namespace vv::rtc
