#include "rtc/srtp/key_derivation.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/check.hpp"

namespace vv::rtc {
namespace {

/// RFC 3711 §4.3.3: the key stream of AES in counter mode, started at the salt with the label in
/// it.
void derive(const SrtpMaster& master, std::uint8_t label, MutableBytes out) {
  std::array<std::uint8_t, 16> counter{};
  const std::size_t salt_size = master_salt_size(master.profile);  // RFC 7714 §11: 12, zeros after
  std::copy_n(master.salt.begin(), salt_size, counter.begin());
  counter[7] ^= label;
  std::array<std::uint8_t, 32> zeros{};
  int size = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  const bool ok = context != nullptr &&
                  EVP_EncryptInit_ex2(context, EVP_aes_128_ctr(), master.key.data(), counter.data(),
                                      nullptr) == 1 &&
                  EVP_EncryptUpdate(context, out.data(), &size, zeros.data(),
                                    static_cast<int>(out.size())) == 1;
  EVP_CIPHER_CTX_free(context);
  VV_CHECK(ok, "AES-128-CTR is in every OpenSSL and needs no input of a stranger");
}

}  // namespace

SessionKeys::~SessionKeys() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(salt.data(), salt.size());
  OPENSSL_cleanse(auth.data(), auth.size());
}

SessionKeys derive_session_keys(const SrtpMaster& master, SrtpKind kind) {
  const std::uint8_t first = kind == SrtpKind::Rtp ? 0 : 3;  // RFC 3711 §4.3.1, §4.3.2
  SessionKeys keys;
  derive(master, first, keys.cipher);
  derive(master, static_cast<std::uint8_t>(first + 1), keys.auth);
  derive(master, static_cast<std::uint8_t>(first + 2),
         MutableBytes{keys.salt}.first(master_salt_size(master.profile)));
  return keys;
}

}  // namespace vv::rtc
