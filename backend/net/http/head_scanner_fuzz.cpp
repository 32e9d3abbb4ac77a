#include "net/http/head_scanner.hpp"

#include "base/bytes.hpp"
#include "base/check.hpp"

// The verdict must not depend on how the bytes were cut into packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using Verdict = net::HeadScanner::Verdict;
  if (size == 0) return 0;
  const std::size_t step = 1 + data[0] % 64;
  const std::string_view text = as_text({data + 1, size - 1});
  net::HeadScanner whole;
  const Verdict at_once = whole.scan(text);
  net::HeadScanner pieces;
  Verdict verdict = Verdict::NeedMore;
  for (std::size_t end = 0; verdict == Verdict::NeedMore; end += step) {
    verdict = pieces.scan(text.substr(0, end));
    if (end >= text.size()) break;
  }
  VV_CHECK(verdict == at_once, "one head, one verdict");
  if (verdict == Verdict::Complete) {
    VV_CHECK(pieces.head_size() == whole.head_size(), "one head, one length");
    VV_CHECK(text.substr(0, whole.head_size()).ends_with("\r\n\r\n"), "it ends in an empty line");
  }
  return 0;
}
