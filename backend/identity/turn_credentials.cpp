#include "identity/turn_credentials.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/bytes.hpp"
#include "base/encoding.hpp"

namespace vv::identity {

TurnCredentials turn_credentials(const Secret& secret, const std::string& user,
                                 UnixMillis expires) {
  TurnCredentials out{.username = std::to_string(expires.value / 1000) + ":" + user,
                      .password = {}};
  std::array<std::uint8_t, 20> digest{};
  unsigned int size = 0;
  const std::string_view key = secret.reveal();
  const Bytes text = as_bytes(out.username);
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(),
       digest.data(), &size);
  out.password = base64_encode(digest);
  return out;
}

}  // namespace vv::identity
