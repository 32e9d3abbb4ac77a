#include <algorithm>
#include <memory>

#include "base/check.hpp"
#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/ice/tcp_framing.hpp"
#include "rtc/peer.hpp"
#include "rtc/stun/stun_writer.hpp"

namespace {

using namespace vv;
using namespace vv::rtc;

const DtlsIdentity& identity() {
  static const std::unique_ptr<DtlsIdentity> kIdentity = DtlsIdentity::create().value();
  return *kIdentity;
}
const IceCredentials kLocal{"local", "password"};
const Path kPath{TransportAddress::v4({192, 0, 2, 1}, 7882),
                 TransportAddress::v4({198, 51, 100, 7}, 5000)};
const Path kStranger{kPath.local, TransportAddress::v4({203, 0, 113, 66}, 5000)};

/// A connected peer and the keys of the browser at its other end, which is the attacker.
struct Call {
  SeededRandom random{1};
  Instant now = Instant::from_nanos(1'000'000'000);
  Peer peer{now, {kLocal, DtlsRole::Server, &identity(), &random}};
  DtlsTransport browser{identity(), DtlsRole::Client, identity().fingerprint()};
  std::optional<SrtpSender> media;

  Call() {
    peer.set_remote(now, identity().fingerprint());
    std::array<std::uint8_t, 256> check;
    stun::MessageWriter writer{check, stun::MessageType::BindingRequest, {1}};
    writer.username("local:x");
    const std::size_t size = writer.finish(kLocal.password);
    deliver(kPath, MutableBytes{check}.first(size));
    browser.start(now);
    for (int i = 0; i < 4; ++i) pump();
    VV_CHECK(peer.is_connected(), "an undisturbed handshake succeeds");
    media.emplace(browser.take_keys()->send);
  }
  void pump() {
    std::array<std::uint8_t, 1500> datagram;
    while (const auto size = browser.poll_transmit(datagram)) {
      deliver(kPath, MutableBytes{datagram}.first(*size));
    }
    std::array<std::uint8_t, 1500> plain;
    while (browser.poll_data(plain)) {
    }
  }
  void deliver(const Path& path, MutableBytes datagram) {
    peer.handle_datagram(now, path, datagram);
    drain();
  }
  void drain() {
    int events = 0;
    while (peer.poll_event()) VV_CHECK(++events < 5000, "one datagram makes so many events only");
    std::array<std::uint8_t, kMaxSentDatagram> out;
    int transmits = 0;
    while (const auto transmit = peer.poll_transmit(now, out)) {
      VV_CHECK(++transmits < 5000, "and so many answers");
      VV_CHECK(transmit->path != kStranger, "a stranger is never sent to");
      if (out[0] >= 20 && out[0] <= 63)
        browser.handle_datagram(now, Bytes{out}.first(transmit->size));
    }
  }
};

}  // namespace

// Steps of (how, length, bytes): raw from the peer's address, raw from a stranger's, as SCTP inside
// DTLS, as RTP or RTCP under the right keys, or time passing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Call call;
  ByteReader reader{{data, size}};
  for (int steps = 0; reader.remaining() > 2 && steps < 64; ++steps) {
    const std::uint8_t how = reader.u8();
    const Bytes given = reader.take(std::min<std::size_t>(reader.u8(), reader.remaining()));
    ByteVector bytes(given.begin(), given.end());
    switch (how % 6) {
      case 0:
        call.deliver(kPath, bytes);
        break;
      case 1:
        call.deliver(kStranger, bytes);
        break;
      case 2:
        static_cast<void>(call.browser.send_data(bytes));
        call.pump();
        break;
      case 3: {
        if (given.size() < 12) break;
        bytes.resize(given.size() + kMaxSrtpOverhead);
        const auto sealed = call.media->protect_rtp(bytes, given.first(12), given.subspan(12), 0);
        call.deliver(kPath, MutableBytes{bytes}.first(sealed.value_or(std::size_t{0})));
        break;
      }
      case 4: {
        bytes.resize(given.size() + kMaxSrtcpOverhead);
        const auto sealed = call.media->protect_rtcp(bytes, given.size());
        call.deliver(kPath, MutableBytes{bytes}.first(sealed.value_or(std::size_t{0})));
        break;
      }
      case 5:
        call.now += milliseconds(static_cast<std::int64_t>(given.size()) * 20);
        call.peer.handle_timeout(call.now);
        call.drain();
        break;
      default:
        break;
    }
  }
  return 0;
}
