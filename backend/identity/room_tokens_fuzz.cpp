#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "identity/room_tokens.hpp"

// Any text as a token: nothing but a refusal, and what verifies survives sign-then-verify.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  static const identity::RoomTokens tokens{
      Secret{"own"}, {{.name = "k", .secret = Secret{"s"}, .app_rooms = false}}};
  constexpr UnixMillis kNow{1'800'000'000'000};
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto claims = tokens.verify(text, kNow);
  if (!claims) return 0;
  const auto signed_again = tokens.sign(*claims, kNow, minutes(1));
  VV_CHECK(signed_again.has_value(), "a verified token names a known key");
  if (signed_again->size() > identity::RoomTokens::kMaxTokenBytes) return 0;
  const auto again = tokens.verify(*signed_again, kNow);
  VV_CHECK(again.has_value() && again->identity == claims->identity, "sign and verify agree");
  return 0;
}
