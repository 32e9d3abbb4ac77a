#include "reactive/detail/cursor_sealer.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <memory>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/encoding.hpp"

namespace vv::reactive {
namespace {

constexpr std::size_t kTagBytes = 16;
using Digest = std::array<std::uint8_t, 32>;

Digest hmac(std::string_view key, std::string_view text) {
  Digest out{};
  unsigned int size = 0;
  const Bytes bytes = as_bytes(text);
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   bytes.data(), bytes.size(), out.data(), &size);
  VV_CHECK(done != nullptr && size == out.size(), "HMAC with SHA-256 cannot fail");
  return out;
}

// Scope and text with their border marked, so that no other pair gives the same bytes.
std::string framed(std::string_view scope, std::string_view text) {
  return std::to_string(scope.size()) + ':' + std::string(scope) + std::string(text);
}

std::string ctr(std::string_view key, Bytes counter, Bytes in) {
  struct Free {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  };
  const std::unique_ptr<EVP_CIPHER_CTX, Free> context(EVP_CIPHER_CTX_new());
  std::string out(in.size(), '\0');
  int written = 0;
  const bool ok = EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr,
                                     as_bytes(key).data(), counter.data()) == 1 &&
                  EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                    &written, in.data(), static_cast<int>(in.size())) == 1;
  VV_CHECK(ok && static_cast<std::size_t>(written) == in.size(), "AES-CTR cannot fail");
  return out;
}

}  // namespace

CursorSealer::CursorSealer(const Secret& key) {
  VV_CHECK(key.reveal().size() >= 32, "the server gives a full key");
  const auto derive = [&](std::string_view purpose) {
    return Secret(std::string(as_text(hmac(key.reveal(), purpose))));
  };
  mac_key_ = derive("visavis cursor tag 1");
  cipher_key_ = derive("visavis cursor cipher 1");
}

std::string CursorSealer::seal(std::string_view scope, std::string_view text) const {
  const Digest digest = hmac(mac_key_.reveal(), framed(scope, text));
  const Bytes tag = Bytes(digest).first(kTagBytes);
  const std::string sealed = ctr(cipher_key_.reveal(), tag, as_bytes(text));
  return base64url_encode(as_bytes(std::string(as_text(tag)) + sealed));
}

std::optional<std::string> CursorSealer::open(std::string_view scope,
                                              std::string_view sealed) const {
  const std::optional<ByteVector> bytes = base64_decode(sealed);
  if (!bytes || bytes->size() < kTagBytes) return std::nullopt;
  const Bytes tag = Bytes(*bytes).first(kTagBytes);
  std::string text = ctr(cipher_key_.reveal(), tag, Bytes(*bytes).subspan(kTagBytes));
  const Digest digest = hmac(mac_key_.reveal(), framed(scope, text));
  if (!constant_time_equal(tag, Bytes(digest).first(kTagBytes))) return std::nullopt;
  return text;
}

}  // namespace vv::reactive
