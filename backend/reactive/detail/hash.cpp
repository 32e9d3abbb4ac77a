#include "reactive/detail/hash.hpp"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.hpp"

namespace vv::reactive::detail {

Hash128 hash128(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  VV_CHECK(ok == 1 && size == 32, "SHA-256 is part of every OpenSSL");
  Hash128 out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

}  // namespace vv::reactive::detail
