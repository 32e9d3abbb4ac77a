#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::identity::detail {

/// A P-256 key that signs as JWS wants it (RFC 7518 §3.4: r and s, 32 bytes each).
class SigningKey {
 public:
  static constexpr std::size_t kSignatureSize = 64;

  [[nodiscard]] static Result<std::string> make_pem();
  static Result<SigningKey> from_pem(std::string_view pem);
  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  [[nodiscard]] std::string sign(std::string_view text) const;
  [[nodiscard]] bool verify(std::string_view text, Bytes signature) const;
  /// Coordinates of the public key, base64url.
  [[nodiscard]] std::string x() const;
  [[nodiscard]] std::string y() const;

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// SHA-256 of `text`.
[[nodiscard]] ByteVector sha256(std::string_view text);

}  // namespace vv::identity::detail
