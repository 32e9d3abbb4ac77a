#include "base/bytes.hpp"
#include "base/check.hpp"
#include "identity/access_tokens.hpp"

// No bytes that we did not sign are taken for a token of ours.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  static const auto tokens = identity::AccessTokens::create({.key_file = {}, .issuer = "visavis"});
  const auto claims = (*tokens)->verify(as_text({data, size}), UnixMillis{1'700'000'000'000});
  VV_CHECK(!claims, "a stranger's bytes carry no signature of this process's key");
  return 0;
}
