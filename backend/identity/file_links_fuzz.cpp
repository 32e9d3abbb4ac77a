#include "identity/file_links.hpp"

#include <cstddef>
#include <cstdint>

#include "base/check.hpp"

// Any text as a link's query: nothing but a refusal, and what parses is written the same way again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using identity::FileLinks;
  static const FileLinks links{Secret{"own"}};
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = identity::parse_file_link(text);
  if (parsed) VV_CHECK(identity::write_file_link(*parsed) == text, "a link has one spelling");
  for (const auto purpose : {FileLinks::Purpose::Read, FileLinks::Purpose::Upload}) {
    const auto link = links.verify(purpose, "file1", text, UnixMillis{1});
    if (link) VV_CHECK(links.sign(purpose, *link) == text, "only what we sign is believed");
  }
  return 0;
}
