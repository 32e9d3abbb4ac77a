#include "push/vapid.hpp"

#include "base/encoding.hpp"
#include "base/format.hpp"

namespace vv::push {

Result<std::string> vapid_authorization(const P256Key& key, std::string_view origin,
                                        std::string_view contact, UnixMillis now) {
  const std::int64_t expires = (now + kTokenLife).value / 1000;
  std::string claims = format(R"({{"aud":"{}","exp":{})", origin, expires);
  if (!contact.empty()) claims += format(R"(,"sub":"{}")", contact);
  claims += "}";
  const std::string text = base64url_encode(as_bytes(R"({"typ":"JWT","alg":"ES256"})")) + "." +
                           base64url_encode(as_bytes(claims));
  VV_ASSIGN_OR_RETURN(const ByteVector signature, key.sign(text));
  return format("vapid t={}.{}, k={}", text, base64url_encode(signature),
                base64url_encode(key.point()));
}

}  // namespace vv::push
