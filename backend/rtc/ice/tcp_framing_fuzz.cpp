#include "base/check.hpp"
#include "rtc/ice/tcp_framing.hpp"

// The first byte says how the stream is cut; whatever the cut, the packets are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vv::rtc::TcpDeframer;
  if (size == 0) return 0;
  const std::size_t step = std::size_t{data[0]} + 1;
  const vv::Bytes whole{data + 1, size - 1};

  TcpDeframer at_once;
  TcpDeframer in_pieces;
  vv::Bytes rest = whole;
  vv::ByteVector first;
  vv::ByteVector second;
  while (const auto packet = at_once.next(rest))
    first.insert(first.end(), packet->begin(), packet->end());
  for (std::size_t at = 0; at < whole.size(); at += step) {
    vv::Bytes piece = whole.subspan(at, std::min(step, whole.size() - at));
    while (const auto packet = in_pieces.next(piece)) {
      second.insert(second.end(), packet->begin(), packet->end());
    }
  }
  VV_CHECK(first == second, "cutting a stream changes nothing");
  VV_CHECK(at_once.failed() == in_pieces.failed(), "nor what is refused");
  return 0;
}
