#include "rtc/dtls/dtls_identity.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "rtc/dtls/openssl.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>

namespace vv::rtc {
namespace {

constexpr Duration kClockSkew = days(1);  // a browser's clock may be behind ours
constexpr Duration kLifetime =
    days(30);  // browsers make theirs for 30 days too; ours begins a day of transports

CertificatePtr self_signed(EVP_PKEY* key) {
  CertificatePtr certificate{X509_new()};
  if (!certificate) return nullptr;
  X509* x = certificate.get();
  SystemRandom random;
  const auto serial = static_cast<std::int64_t>(random.u64() >> 2);
  const UnixMillis now = wall_now();
  X509_NAME* name = X509_get_subject_name(x);
  const std::string_view common_name = "visavis";  // says nothing of host or operator
  const bool ok =
      X509_set_version(x, 2) == 1 &&
      ASN1_INTEGER_set_int64(X509_get_serialNumber(x), serial) == 1 &&
      ASN1_TIME_set(X509_getm_notBefore(x), (now - kClockSkew).value / 1000) != nullptr &&
      ASN1_TIME_set(X509_getm_notAfter(x), (now + kLifetime).value / 1000) != nullptr &&
      X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, as_bytes(common_name).data(),
                                 static_cast<int>(common_name.size()), -1, 0) == 1 &&
      X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 &&
      X509_sign(x, key, EVP_sha256()) > 0;
  return ok ? std::move(certificate) : nullptr;
}

/// threat-model M8: DTLS 1.2, ECDHE-ECDSA with AEAD; AEAD-GCM before AES-CM for SRTP.
bool configure(SSL_CTX* ssl, X509* certificate, EVP_PKEY* key) {
  SSL_CTX_set_options(ssl, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);  // resumption would skip the fingerprint
  SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_max_cert_list(ssl, 8 * 1024);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(ssl, verify_fingerprint, nullptr);
  return SSL_CTX_set_min_proto_version(ssl, DTLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(ssl,
                                 "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:"
                                 "ECDHE-ECDSA-AES256-GCM-SHA384") == 1 &&
         SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384") == 1 &&
         // Note: 0 is success for this one call.
         SSL_CTX_set_tlsext_use_srtp(ssl, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") == 0 &&
         SSL_CTX_use_certificate(ssl, certificate) == 1 && SSL_CTX_use_PrivateKey(ssl, key) == 1;
}

}  // namespace

Fingerprint fingerprint_of(const X509* certificate, HashFunction function) {
  const EVP_MD* digest = function == HashFunction::Sha256   ? EVP_sha256()
                         : function == HashFunction::Sha384 ? EVP_sha384()
                                                            : EVP_sha512();
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  if (certificate == nullptr || X509_digest(certificate, digest, hash.data(), &size) != 1)
    return {};
  return Fingerprint{function, Bytes{hash}.first(size)};
}

int verdict_index() {
  static const int kIndex = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kIndex;
}

int verify_fingerprint(X509_STORE_CTX* store, void*) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* verdict = static_cast<CertificateVerdict*>(SSL_get_ex_data(ssl, verdict_index()));
  const Fingerprint theirs =
      fingerprint_of(X509_STORE_CTX_get0_cert(store), verdict->expected.function());
  verdict->seen = true;
  verdict->matched = theirs == verdict->expected;
  return verdict->matched ? 1 : 0;
}

Result<std::unique_ptr<DtlsIdentity>> DtlsIdentity::create() {
  const KeyPtr key{EVP_EC_gen("P-256")};
  if (!key) return internal("OpenSSL made no P-256 key");
  const CertificatePtr certificate = self_signed(key.get());
  if (!certificate) return internal("OpenSSL made no certificate");
  auto context = std::make_unique<Context>();
  context->ssl.reset(SSL_CTX_new(DTLS_method()));
  if (!context->ssl || !configure(context->ssl.get(), certificate.get(), key.get())) {
    return internal("OpenSSL lacks what DTLS-SRTP needs (P-256, AES-GCM)");
  }
  Fingerprint fingerprint = fingerprint_of(certificate.get(), HashFunction::Sha256);
  return std::unique_ptr<DtlsIdentity>{new DtlsIdentity{std::move(context), fingerprint}};
}

DtlsIdentity::DtlsIdentity(std::unique_ptr<Context> context, Fingerprint fingerprint)
    : context_(std::move(context)), fingerprint_(fingerprint) {}
DtlsIdentity::~DtlsIdentity() = default;

}  // namespace vv::rtc
