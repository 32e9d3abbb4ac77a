#include "net/tcp/opening.hpp"

#include "base/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using Kind = net::Opening::Kind;
  const Bytes all{data, size};
  const net::Opening last = net::read_opening(all);
  VV_CHECK(size < net::kMaxOpening || last.kind != Kind::Unknown, "it is told apart in the end");
  if (last.kind == Kind::Check) VV_CHECK(last.size <= size, "and whole");
  for (std::size_t have = 0; have < size; ++have) {
    const net::Opening opening = net::read_opening(all.first(have));
    if (opening.kind == Kind::Unknown) {
      VV_CHECK(opening.size > have && opening.size <= net::kMaxOpening, "more is asked for");
    } else {
      VV_CHECK(opening.kind == last.kind, "what was said stays said");
      break;
    }
  }
  return 0;
}
