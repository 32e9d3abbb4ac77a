#include "identity/detail/signing_key.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "base/encoding.hpp"

namespace vv::identity::detail {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

constexpr int kHalf = 32;  // bytes

std::string coordinate(EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  VV_CHECK(EVP_PKEY_get_bn_param(key, name, &raw) == 1, "a P-256 key has coordinates");
  const NumberPtr number(raw);
  std::array<std::uint8_t, kHalf> bytes{};
  VV_CHECK(BN_bn2binpad(number.get(), bytes.data(), kHalf) == kHalf, "they have 32 bytes");
  return base64url_encode(bytes);
}

}  // namespace

struct SigningKey::State {
  KeyPtr key;
};

SigningKey::SigningKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Result<std::string> SigningKey::make_pem() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!key || !out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return internal("OpenSSL made no signing key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto state = std::make_unique<State>();
  state->key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  std::array<char, 32> group{};
  if (!state->key ||
      EVP_PKEY_get_utf8_string_param(state->key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                     group.size(), nullptr) != 1 ||
      std::string_view(group.data()) != "prime256v1") {
    return invalid("the signing key is no P-256 private key in PEM form");
  }
  return SigningKey(std::move(state));
}

std::string SigningKey::sign(std::string_view text) const {
  const ContextPtr context(EVP_MD_CTX_new());
  const Bytes bytes = as_bytes(text);
  std::array<std::uint8_t, 80> der{};  // two 33-byte integers with their tags
  std::size_t size = der.size();
  VV_CHECK(
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) == 1 &&
          EVP_DigestSign(context.get(), der.data(), &size, bytes.data(), bytes.size()) == 1,
      "a P-256 key signs");
  const std::uint8_t* at = der.data();
  const SignaturePtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  std::string out(kSignatureSize, '\0');
  auto* raw = reinterpret_cast<std::uint8_t*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw, kHalf);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw + kHalf, kHalf);
  return out;
}

bool SigningKey::verify(std::string_view text, Bytes signature) const {
  if (signature.size() != kSignatureSize) return false;
  const SignaturePtr pair(ECDSA_SIG_new());
  // The pair owns both numbers from here on.
  ECDSA_SIG_set0(pair.get(), BN_bin2bn(signature.data(), kHalf, nullptr),
                 BN_bin2bn(signature.data() + kHalf, kHalf, nullptr));
  std::array<std::uint8_t, 80> der{};
  std::uint8_t* at = der.data();
  const int size = i2d_ECDSA_SIG(pair.get(), &at);
  if (size <= 0) return false;
  const ContextPtr context(EVP_MD_CTX_new());
  const Bytes bytes = as_bytes(text);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size), bytes.data(),
                          bytes.size()) == 1;
}

std::string SigningKey::x() const {
  return coordinate(state_->key.get(), OSSL_PKEY_PARAM_EC_PUB_X);
}
std::string SigningKey::y() const {
  return coordinate(state_->key.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
}

ByteVector sha256(std::string_view text) {
  ByteVector out(32);
  unsigned int size = 0;
  const Bytes bytes = as_bytes(text);
  VV_CHECK(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, EVP_sha256(), nullptr) == 1,
           "SHA-256 is there");
  return out;
}

}  // namespace vv::identity::detail
