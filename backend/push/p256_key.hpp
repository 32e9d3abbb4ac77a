#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::push {

/// A point of P-256 as browsers give it: 0x04 and both coordinates.
constexpr std::size_t kPointSize = 65;

/// Whether these 65 bytes are a point of the curve: what is sealed for another one is readable by
/// nobody.
[[nodiscard]] bool is_point(Bytes point);

/// A key pair on P-256: signs VAPID headers (RFC 8292) and agrees on message keys (RFC 8291 §3.1).
class P256Key {
 public:
  [[nodiscard]] static Result<P256Key> generate();
  [[nodiscard]] static Result<P256Key> from_pem(std::string_view pem);
  /// The private number, 32 bytes, and its point; for the RFCs' vectors. refuses: invalid
  [[nodiscard]] static Result<P256Key> from_parts(Bytes number, Bytes point);
  ~P256Key();
  P256Key(P256Key&&) noexcept;
  P256Key& operator=(P256Key&&) noexcept;

  [[nodiscard]] std::array<std::uint8_t, kPointSize> point() const;
  [[nodiscard]] Result<std::string> pem() const;
  /// ECDSA with SHA-256 as JWS wants it: r and s, 32 bytes each (RFC 7518 §3.4).
  [[nodiscard]] Result<ByteVector> sign(std::string_view text) const;
  /// What both sides can compute. refuses: invalid when `point` is none of the curve
  [[nodiscard]] Result<ByteVector> agree(Bytes point) const;

 private:
  struct State;
  explicit P256Key(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vv::push
