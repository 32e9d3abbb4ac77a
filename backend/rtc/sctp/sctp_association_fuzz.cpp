#include <algorithm>

#include "base/check.hpp"
#include "rtc/sctp/link.hpp"

using namespace vv;
using namespace vv::rtc::sctp;

/// Two of ours over a path that the input makes bad, doing what the input says. Whatever happens on
/// the way, reliable messages arrive whole, once and in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader script{Bytes{data, std::min<std::size_t>(size, 150)}};
  Link link{{.seed = script.u16(),
             .loss_percent = script.u8() % 40U,
             .duplicate_percent = script.u8() % 20U,
             .delay = milliseconds(5),
             .jitter = milliseconds(1 + script.u8() % 30)}};
  link.connect();
  const auto reliable = link.client().association.open("reliable", {});
  const auto lossy = link.client().association.open(
      "lossy", {.ordered = false, .max_retransmits = 0, .max_lifetime_ms = {}, .protocol = {}});
  VV_CHECK(reliable && lossy, "two channels are few");
  std::uint32_t sent = 0;
  while (script.remaining() >= 3) {
    const std::uint8_t what = script.u8();
    const std::size_t length = 4 + std::size_t{script.u16()} % 6'000;
    ByteVector message(length, static_cast<std::uint8_t>(sent));
    switch (what % 5) {
      case 0:
      case 1:
        store_be32(message.data(), sent);
        if (link.client().association.send(*reliable, message, true)) ++sent;
        break;
      case 2:
        static_cast<void>(link.client().association.send(*lossy, message, false));
        break;
      case 3:
        link.set_loss(what % 40U);
        break;
      case 4:
        link.run_for(milliseconds(static_cast<std::int64_t>(length) / 10));
        break;
      default:
        break;
    }
  }
  link.set_loss(0);
  link.run_for(minutes(5));
  if (!Link::events_of<Closed>(link.client()).empty()) return 0;  // silent for too long
  std::uint32_t expected = 0;
  for (const ChannelMessage& m : Link::events_of<ChannelMessage>(link.server())) {
    if (m.stream != *reliable) continue;
    VV_CHECK(load_be32(m.bytes.data()) == expected, "in order, each once");
    VV_CHECK(m.bytes.back() == static_cast<std::uint8_t>(expected) || m.bytes.size() == 4, "whole");
    ++expected;
  }
  VV_CHECK(expected == sent, "all of them");
  VV_CHECK(link.client().association.next_timeout().is_never(), "at rest");
  return 0;
}
