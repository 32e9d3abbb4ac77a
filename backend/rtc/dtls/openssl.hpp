#pragma once

// OpenSSL as dtls/*.cpp share it; nothing else includes this.

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>

#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/dtls/record_layer.hpp"

namespace vv::rtc {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using SslContextPtr = std::unique_ptr<SSL_CTX, OpensslFree<SSL_CTX_free>>;
using SslPtr = std::unique_ptr<SSL, OpensslFree<SSL_free>>;
using CertificatePtr = std::unique_ptr<X509, OpensslFree<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;

/// What one association gave (RFC 5764 §4.2, RFC 5246 §6.3), from our side.
/// Nothing when OpenSSL would not, or when no SRTP profile was agreed.
[[nodiscard]] std::optional<SrtpKeys> export_srtp_keys(SSL* ssl, DtlsRole role);

struct RecordKeys {
  RecordLayer::Direction write;
  RecordLayer::Direction read;
};
/// Nothing when the cipher is another than AES-128-GCM with SHA-256.
[[nodiscard]] std::optional<RecordKeys> export_record_keys(SSL* ssl, DtlsRole role);

struct DtlsIdentity::Context {
  SslContextPtr ssl;
};

/// Hash of a certificate's DER; empty when OpenSSL would not.
[[nodiscard]] Fingerprint fingerprint_of(const X509* certificate, HashFunction function);

/// What a connection expects of its peer's certificate and what it found.
struct CertificateVerdict {
  Fingerprint expected;
  bool seen = false;
  bool matched = false;
};
/// Where a connection keeps its CertificateVerdict (SSL_set_ex_data).
[[nodiscard]] int verdict_index();
/// Called by OpenSSL in the midst of a handshake: does the certificate match what was signalled?
int verify_fingerprint(X509_STORE_CTX* store, void*);

}  // namespace vv::rtc
