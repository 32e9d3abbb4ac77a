#include "rtc/srtp/gcm_key.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "base/check.hpp"

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

GcmKey::Iv GcmKey::rtp_iv(std::uint32_t ssrc, std::uint64_t index) const {
  Iv iv{};
  store_be32(&iv[2], ssrc);
  store_be32(&iv[6], static_cast<std::uint32_t>(index >> 16));
  store_be16(&iv[10], static_cast<std::uint16_t>(index));
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt_[i];
  return iv;
}

GcmKey::Iv GcmKey::rtcp_iv(std::uint32_t ssrc, std::uint32_t index) const {
  Iv iv{};
  store_be32(&iv[2], ssrc);
  store_be32(&iv[8], index);
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt_[i];
  return iv;
}

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
