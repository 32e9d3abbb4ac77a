#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/srtp.h>

#include <array>
#include <cstring>

#include "rtc/dtls/openssl.hpp"

namespace vv::rtc {
namespace {

using KdfPtr = std::unique_ptr<EVP_KDF, OpensslFree<EVP_KDF_free>>;
using KdfContextPtr = std::unique_ptr<EVP_KDF_CTX, OpensslFree<EVP_KDF_CTX_free>>;

/// RFC 5246 §5: P_SHA256(secret, label + seed).
bool tls12_prf(Bytes secret, std::string_view label, Bytes seed, MutableBytes out) {
  const KdfPtr kdf{EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_PRF, nullptr)};
  const KdfContextPtr context{kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr};
  if (!context) return false;
  ByteVector labelled(label.begin(), label.end());
  labelled.insert(labelled.end(), seed.begin(), seed.end());
  char digest[] = "SHA256";
  ByteVector key{secret.begin(), secret.end()};
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, key.data(), key.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, labelled.data(), labelled.size()),
      OSSL_PARAM_construct_end()};
  const bool ok = EVP_KDF_derive(context.get(), out.data(), out.size(), parameters) == 1;
  OPENSSL_cleanse(key.data(), key.size());
  return ok;
}

}  // namespace

/// RFC 5764 §4.2: client key, server key, client salt, server salt.
std::optional<SrtpKeys> export_srtp_keys(SSL* ssl, DtlsRole role) {
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl);
  if (chosen == nullptr) return std::nullopt;
  const SrtpProfile profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::AeadAes128Gcm
                                                                  : SrtpProfile::Aes128CmSha1_80;
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  const std::size_t salt_size = master_salt_size(profile);
  std::array<std::uint8_t, 2 * (kSrtpMasterKeySize + 14)> material{};
  if (SSL_export_keying_material(ssl, material.data(), 2 * (kSrtpMasterKeySize + salt_size),
                                 kLabel.data(), kLabel.size(), nullptr, 0, 0) != 1) {
    return std::nullopt;
  }
  const auto take = [&](std::size_t half) {
    SrtpMaster master{.profile = profile};
    std::memcpy(master.key.data(), &material[half * kSrtpMasterKeySize], kSrtpMasterKeySize);
    std::memcpy(master.salt.data(), &material[2 * kSrtpMasterKeySize + half * salt_size],
                salt_size);
    return master;
  };
  const std::size_t ours = role == DtlsRole::Client ? 0 : 1;
  SrtpKeys keys{.send = take(ours), .receive = take(1 - ours)};
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

/// RFC 5246 §6.3 with RFC 5288 §3: client key, server key, client IV, server IV.
std::optional<RecordKeys> export_record_keys(SSL* ssl, DtlsRole role) {
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
  if (SSL_version(ssl) != DTLS1_2_VERSION || cipher == nullptr ||
      SSL_CIPHER_get_cipher_nid(cipher) != NID_aes_128_gcm) {
    return std::nullopt;
  }
  std::array<std::uint8_t, 48> secret{};
  const SSL_SESSION* session = SSL_get_session(ssl);
  if (session == nullptr ||
      SSL_SESSION_get_master_key(session, secret.data(), secret.size()) != secret.size()) {
    return std::nullopt;
  }
  std::array<std::uint8_t, 64> randoms{};
  SSL_get_server_random(ssl, randoms.data(), 32);
  SSL_get_client_random(ssl, randoms.data() + 32, 32);
  std::array<std::uint8_t, 2 * (16 + 4)> block{};
  const bool ok = tls12_prf(secret, "key expansion", randoms, block);
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!ok) return std::nullopt;
  const auto take = [&](std::size_t half) {
    RecordLayer::Direction direction;
    std::memcpy(direction.key.data(), &block[half * 16], 16);
    std::memcpy(direction.iv.data(), &block[32 + half * 4], 4);
    return direction;
  };
  const std::size_t ours = role == DtlsRole::Client ? 0 : 1;
  const RecordKeys keys{.write = take(ours), .read = take(1 - ours)};
  OPENSSL_cleanse(block.data(), block.size());
  return keys;
}

}  // namespace vv::rtc
