#include "blobs/sniff.hpp"

#include <cstddef>
#include <cstdint>

#include "base/check.hpp"

// Any bytes have a type, of the kinds we name, and only their beginning decides it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  const Bytes bytes(data, size);
  const std::string_view type = blobs::sniff(bytes);
  VV_CHECK(!type.empty() && type.find('/') != std::string_view::npos, "every file has a type");
  VV_CHECK(
      type.find("html") == std::string_view::npos && type.find("xml") == std::string_view::npos,
      "never one that runs");
  const Bytes head = bytes.first(std::min(size, blobs::kSniffBytes));
  VV_CHECK(blobs::sniff(head) == type, "what follows changes nothing");
  return 0;
}
