#include "push/p256_key.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

namespace vv::push {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;

constexpr const char* kCurve = "prime256v1";
constexpr int kHalf = 32;  // bytes of a coordinate, and of half a signature

/// A key of these parts; null when they are none. Without a number it is a public one.
KeyPtr key_of(Bytes number, Bytes point) {
  if (point.size() != kPointSize || point.front() != 0x04) return nullptr;
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kCurve, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  const NumberPtr secret(number.empty()
                             ? nullptr
                             : BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr));
  if (secret) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get());
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                        params.get()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

}  // namespace

bool is_point(Bytes point) { return key_of({}, point) != nullptr; }

struct P256Key::State {
  KeyPtr key;
};

P256Key::P256Key(std::unique_ptr<State> state) : state_(std::move(state)) {}
P256Key::~P256Key() = default;
P256Key::P256Key(P256Key&&) noexcept = default;
P256Key& P256Key::operator=(P256Key&&) noexcept = default;

Result<P256Key> P256Key::generate() {
  auto state = std::make_unique<State>(State{KeyPtr(EVP_EC_gen("P-256"))});
  if (!state->key) return internal("OpenSSL made no P-256 key");
  return P256Key(std::move(state));
}

Result<P256Key> P256Key::from_pem(std::string_view pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto state = std::make_unique<State>();
  state->key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  std::array<char, 32> group{};
  if (!state->key ||
      EVP_PKEY_get_utf8_string_param(state->key.get(), OSSL_PKEY_PARAM_GROUP_NAME, group.data(),
                                     group.size(), nullptr) != 1 ||
      std::string_view(group.data()) != kCurve) {
    return invalid("this is no P-256 private key in PEM form");
  }
  return P256Key(std::move(state));
}

Result<P256Key> P256Key::from_parts(Bytes number, Bytes point) {
  auto state = std::make_unique<State>(State{key_of(number, point)});
  if (!state->key) return invalid("these are no parts of a P-256 key");
  return P256Key(std::move(state));
}

std::array<std::uint8_t, kPointSize> P256Key::point() const {
  std::array<std::uint8_t, kPointSize> out{};
  std::size_t size = 0;
  VV_CHECK(EVP_PKEY_get_octet_string_param(state_->key.get(), OSSL_PKEY_PARAM_PUB_KEY, out.data(),
                                           out.size(), &size) == 1 &&
               size == out.size(),
           "a P-256 key has an uncompressed point");
  return out;
}

Result<std::string> P256Key::pem() const {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), state_->key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr) != 1) {
    return internal("OpenSSL wrote no key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

Result<ByteVector> P256Key::sign(std::string_view text) const {
  const DigestPtr context(EVP_MD_CTX_new());
  const Bytes bytes = as_bytes(text);
  std::array<std::uint8_t, 80> der{};  // two 33-byte integers with their tags
  std::size_t size = der.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, state_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &size, bytes.data(), bytes.size()) != 1) {
    return internal("a P-256 key did not sign");
  }
  const std::uint8_t* at = der.data();
  const SignaturePtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  ByteVector out(2 * kHalf);
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), kHalf) != kHalf ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + kHalf, kHalf) != kHalf) {
    return internal("a P-256 signature has two halves");
  }
  return out;
}

Result<ByteVector> P256Key::agree(Bytes point) const {
  // Reading the point checks that it is on the curve: another one would leak our number.
  const KeyPtr other = key_of({}, point);
  const KeyContextPtr context(EVP_PKEY_CTX_new(state_->key.get(), nullptr));
  std::size_t size = 0;
  if (!other || !context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
      EVP_PKEY_derive(context.get(), nullptr, &size) != 1) {
    return invalid("this is no point of P-256");
  }
  ByteVector secret(size);
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) {
    return invalid("this is no point of P-256");
  }
  return secret;
}

}  // namespace vv::push
