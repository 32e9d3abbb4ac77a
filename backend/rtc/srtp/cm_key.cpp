// The one-shot SHA-1 calls are deprecated in favour of ones that allocate a packet.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "rtc/srtp/cm_key.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/check.hpp"

namespace vv::rtc {

struct CmKey::State {
  EVP_CIPHER_CTX* cipher = EVP_CIPHER_CTX_new();
  SHA_CTX inner{};  // after the first block of HMAC, which the key alone decides (RFC 2104 §4)
  SHA_CTX outer{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    EVP_CIPHER_CTX_free(cipher);
    OPENSSL_cleanse(&inner, sizeof inner);
    OPENSSL_cleanse(&outer, sizeof outer);
  }
};

CmKey::CmKey(const SessionKeys& session) : state_(std::make_unique<State>()), salt_(session.salt) {
  VV_CHECK(state_->cipher != nullptr &&
               EVP_EncryptInit_ex2(state_->cipher, EVP_aes_128_ctr(), session.cipher.data(),
                                   nullptr, nullptr) == 1,
           "AES-128-CTR is in every OpenSSL");
  std::array<std::uint8_t, SHA_CBLOCK> block{};
  std::copy(session.auth.begin(), session.auth.end(), block.begin());
  for (std::uint8_t& b : block) b ^= 0x36;
  SHA1_Init(&state_->inner);
  SHA1_Update(&state_->inner, block.data(), block.size());
  for (std::uint8_t& b : block) b ^= 0x36 ^ 0x5C;
  SHA1_Init(&state_->outer);
  SHA1_Update(&state_->outer, block.data(), block.size());
  OPENSSL_cleanse(block.data(), block.size());
}

CmKey::~CmKey() { OPENSSL_cleanse(salt_.data(), salt_.size()); }

CmKey::Iv CmKey::iv(std::uint32_t ssrc, std::uint64_t index) const {
  Iv iv{};
  std::copy(salt_.begin(), salt_.end(), iv.begin());
  std::array<std::uint8_t, 10> mask{};
  store_be32(&mask[0], ssrc);
  store_be16(&mask[4], static_cast<std::uint16_t>(index >> 32));
  store_be32(&mask[6], static_cast<std::uint32_t>(index));
  for (std::size_t i = 0; i < mask.size(); ++i) iv[4 + i] ^= mask[i];
  return iv;
}

void CmKey::crypt(const Iv& iv, Bytes in, std::uint8_t* out) {
  int size = 0;
  VV_CHECK(EVP_EncryptInit_ex2(state_->cipher, nullptr, nullptr, iv.data(), nullptr) == 1 &&
               EVP_EncryptUpdate(state_->cipher, out, &size, in.data(),
                                 static_cast<int>(in.size())) == 1,
           "counter mode takes any input");
}

CmKey::Tag CmKey::tag(Bytes packet, Bytes trailer) const {
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;
  SHA_CTX hash = state_->inner;
  SHA1_Update(&hash, packet.data(), packet.size());
  SHA1_Update(&hash, trailer.data(), trailer.size());
  SHA1_Final(digest.data(), &hash);
  hash = state_->outer;
  SHA1_Update(&hash, digest.data(), digest.size());
  SHA1_Final(digest.data(), &hash);
  Tag cut;
  std::copy_n(digest.begin(), cut.size(), cut.begin());
  return cut;
}

}  // namespace vv::rtc
