#include "identity/detail/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/bytes.hpp"

namespace vv::identity::detail {

std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view text) {
  std::array<std::uint8_t, 32> out{};
  unsigned int size = 0;
  const Bytes bytes = as_bytes(text);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
       out.data(), &size);
  return out;
}

}  // namespace vv::identity::detail
