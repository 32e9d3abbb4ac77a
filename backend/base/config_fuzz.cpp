#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  const auto config = parse_config(as_text({data, size}), "fuzz.toml");
  if (!config) VV_CHECK(!config.error().message.empty(), "a refusal has a reason");
  if (config) static_cast<void>(check_config(*config));
  return 0;
}
