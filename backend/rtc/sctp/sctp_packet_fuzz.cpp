#include <algorithm>

#include "base/check.hpp"
#include "rtc/sctp/link.hpp"
#include "rtc/sctp/packet.hpp"

using namespace vv;
using namespace vv::rtc::sctp;

namespace {

/// The input is chunks from a peer with the right tag and checksum, two bytes of length before each
/// packet's worth: a mutator would hardly guess either.
void feed(Link& link, std::uint32_t tag, Bytes input) {
  ByteReader reader{input};
  while (reader.remaining() > 2) {
    const std::size_t size = std::min<std::size_t>(reader.u16() % 1'400, reader.remaining());
    const Bytes chunks = reader.take(size);
    ByteVector packet(kCommonHeader);
    packet.insert(packet.end(), chunks.begin(), chunks.end());
    store_be16(&packet[0], 5000);
    store_be16(&packet[2], 5000);
    store_be32(&packet[4], !chunks.empty() && chunks[0] == 1 ? 0 : tag);
    store_be32(&packet[8], __builtin_bswap32(crc32c(packet)));
    link.server().association.handle_packet(link.now(), packet);
    link.run_for(milliseconds(50));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 64 * 1024) return 0;
  static_cast<void>(parse_packet({data, size}));
  Link link{{}};
  link.connect();
  link.run_for(seconds(1));
  VV_CHECK(link.client().association.is_connected(), "a clean path connects");
  const auto stream = link.client().association.open("x", {});
  link.run_for(milliseconds(100));
  VV_CHECK(stream && link.server().association.send(*stream, as_bytes("hello"), true),
           "a clean path opens");
  // While our message is on its way, so that acknowledgements have something to say.
  feed(link, link.tag_towards_server(), {data, size});
  link.run_for(minutes(3));
  return 0;
}
