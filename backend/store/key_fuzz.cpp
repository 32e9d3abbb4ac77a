#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "store/key.hpp"

// What decodes is exactly what would be encoded: one key, one meaning.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view key = vv::as_text({data, size});
  if (const auto values = vv::store::decode_key(key)) {
    VV_CHECK(vv::store::encode_key(*values) == key, "a key that decodes is the key it encodes to");
  }
  return 0;
}
