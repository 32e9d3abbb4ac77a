#include "push/message_encryption.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <string_view>

namespace vv::push {
namespace {

struct CipherFreer {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

constexpr std::size_t kTagSize = 16;
constexpr std::size_t kHashSize = 32;
using Hash = std::array<std::uint8_t, kHashSize>;

Hash hmac(Bytes key, Bytes text) {
  Hash out{};
  unsigned int size = 0;
  VV_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text.data(), text.size(),
                out.data(), &size) != nullptr,
           "HMAC with SHA-256 is there");
  return out;
}

/// HKDF for up to one hash's length (RFC 5869): extract, and the first step of expand.
Hash hkdf(Bytes salt, Bytes secret, Bytes info) {
  const Hash pseudo_random = hmac(salt, secret);
  ByteVector text(info.begin(), info.end());
  text.push_back(0x01);
  return hmac(pseudo_random, text);
}

ByteVector with_zero(std::string_view label) {
  ByteVector out(label.begin(), label.end());
  out.push_back(0x00);
  return out;
}

}  // namespace

Result<ByteVector> seal(Bytes plain, const Sealing& sealing) {
  if (sealing.auth.size() != kAuthSize) return invalid("a subscription's auth has 16 bytes");
  if (plain.size() > kMaxPlain) return invalid("a push message holds 3993 bytes");
  VV_ASSIGN_OR_RETURN(const ByteVector shared, sealing.sender.agree(sealing.receiver));
  const auto own = sealing.sender.point();

  // RFC 8291 §3.3
  ByteVector info = with_zero("WebPush: info");
  info.insert(info.end(), sealing.receiver.begin(), sealing.receiver.end());
  info.insert(info.end(), own.begin(), own.end());
  const Hash input = hkdf(sealing.auth, shared, info);
  // RFC 8188 §2.2, §2.3
  const Hash key = hkdf(sealing.salt, input, with_zero("Content-Encoding: aes128gcm"));
  const Hash nonce = hkdf(sealing.salt, input, with_zero("Content-Encoding: nonce"));

  ByteVector out(sealing.salt.begin(), sealing.salt.end());
  for (const int shift : {24, 16, 8, 0}) {
    out.push_back(static_cast<std::uint8_t>(kRecordSize >> shift));
  }
  out.push_back(static_cast<std::uint8_t>(own.size()));
  out.insert(out.end(), own.begin(), own.end());

  ByteVector record(plain.begin(), plain.end());
  record.push_back(0x02);  // the last record, without padding
  const std::size_t at = out.size();
  out.resize(at + record.size() + kTagSize);
  const std::unique_ptr<EVP_CIPHER_CTX, CipherFreer> cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  int rest = 0;
  const bool sealed =
      cipher &&
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
      EVP_EncryptUpdate(cipher.get(), &out[at], &written, record.data(),
                        static_cast<int>(record.size())) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), &out[at] + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagSize),
                          &out[at + record.size()]) == 1;
  if (!sealed) return internal("OpenSSL sealed no message");
  return out;
}

}  // namespace vv::push
