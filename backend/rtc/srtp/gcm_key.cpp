#include "rtc/srtp/gcm_key.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/prefetch.hpp"

namespace vv::rtc {
namespace {

struct Functions {
  aes_gcm_pre_t prepare;
  aes_gcm_enc_dec_t encrypt;
  aes_gcm_enc_dec_t decrypt;
};

/// Chosen once for this processor (VAES-AVX512 … SSE, or emulated where AES-NI is missing). Called
/// without the manager they come from, these functions share no state between threads.
const Functions& functions() {
  static const Functions kFunctions = [] {
    IMB_MGR* manager = alloc_mb_mgr(0);
    VV_CHECK(manager != nullptr, "there is memory at start");
    if ((manager->features & IMB_FEATURE_AESNI) == 0) {
      free_mb_mgr(manager);
      manager = alloc_mb_mgr(IMB_FLAG_AESNI_OFF);
      VV_CHECK(manager != nullptr, "there is memory at start");
      init_mb_mgr_sse(manager);
    } else {
      init_mb_mgr_auto(manager, nullptr);
    }
    const Functions chosen{manager->gcm128_pre, manager->gcm128_enc, manager->gcm128_dec};
    free_mb_mgr(manager);
    VV_CHECK(chosen.prepare && chosen.encrypt && chosen.decrypt, "ipsec-mb knows this processor");
    return chosen;
  }();
  return kFunctions;
}

}  // namespace

GcmKey::GcmKey(const SessionKeys& session) {
  functions().prepare(session.cipher.data(), &key_);
  std::copy_n(session.salt.begin(), salt_.size(), salt_.begin());
}

GcmKey::~GcmKey() {
  OPENSSL_cleanse(&key_, sizeof key_);
  OPENSSL_cleanse(salt_.data(), salt_.size());
}

GcmKey::Iv GcmKey::rtcp_iv(std::uint32_t ssrc, std::uint32_t index) const {
  Iv iv{};
  store_be32(&iv[2], ssrc);
  store_be32(&iv[8], index);
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt_[i];
  return iv;
}

std::size_t GcmKey::seal_rtp(std::uint8_t* out, std::size_t header_size, Bytes payload,
                             std::uint64_t index) const noexcept {
  const Iv iv = rtp_iv(load_be32(out + 8), index);
  std::uint8_t* const body = out + header_size;
  gcm_context_data context;
  functions().encrypt(&key_, &context, body, payload.data(), payload.size(), iv.data(), out,
                      header_size, body + payload.size(), kTagSize);
  return header_size + payload.size() + kTagSize;
}

void GcmKey::prefetch() const noexcept { prefetch_range(this, sizeof *this); }

void GcmKey::encrypt(const Iv& iv, Bytes header, Bytes in, std::uint8_t* out,
                     std::uint8_t* tag) const {
  gcm_context_data context;
  functions().encrypt(&key_, &context, out, in.data(), in.size(), iv.data(), header.data(),
                      header.size(), tag, kTagSize);
}

bool GcmKey::decrypt(const Iv& iv, Bytes header, Bytes in, std::uint8_t* out,
                     const std::uint8_t* tag) const {
  gcm_context_data context;
  std::array<std::uint8_t, kTagSize> expected;
  functions().decrypt(&key_, &context, out, in.data(), in.size(), iv.data(), header.data(),
                      header.size(), expected.data(), expected.size());
  return CRYPTO_memcmp(expected.data(), tag, kTagSize) == 0;
}

}  // namespace vv::rtc
