#include "base/check.hpp"
#include "rtc/dtls/fingerprint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vv::rtc::Fingerprint;
  const auto fingerprint = Fingerprint::parse(vv::as_text({data, size}));
  if (!fingerprint) return 0;
  const auto again = Fingerprint::parse(fingerprint->to_string());
  VV_CHECK(again.has_value() && *again == *fingerprint, "what parses survives its text");
  return 0;
}
