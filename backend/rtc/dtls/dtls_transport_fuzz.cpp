#include <algorithm>
#include <memory>

#include "base/check.hpp"
#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/dtls/record_filter.hpp"

namespace {
using namespace vv;
using namespace vv::rtc;
const DtlsIdentity& identity() {
  static const std::unique_ptr<DtlsIdentity> kIdentity = DtlsIdentity::create().value();
  return *kIdentity;
}
}  // namespace

// A server and a client in the midst of a handshake. Steps of (how, where, value): a datagram goes
// over whole, damaged, twice or not at all; raw bytes; time passes. Nothing may end up connected to
// another certificate, and nothing may break.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Instant now = Instant::from_nanos(1);
  DtlsTransport server{identity(), DtlsRole::Server, identity().fingerprint()};
  DtlsTransport client{identity(), DtlsRole::Client, identity().fingerprint()};
  server.start(now);
  client.start(now);
  std::array<std::uint8_t, 1500> buffer;
  std::array<std::uint8_t, 1500> plain;
  ByteReader reader{{data, size}};
  for (int steps = 0; reader.remaining() > 2 && steps < 64; ++steps) {
    const std::uint8_t how = reader.u8();
    const std::uint8_t where = reader.u8();
    const std::uint8_t value = reader.u8();
    DtlsTransport& from = (how & 1U) != 0 ? server : client;
    DtlsTransport& to = (how & 1U) != 0 ? client : server;
    std::size_t length = 0;
    switch ((how >> 1) % 8) {
      case 6:
        now += milliseconds(where);
        server.handle_timeout(now);
        client.handle_timeout(now);
        break;
      case 7: {
        const Bytes raw = reader.take(std::min<std::size_t>(where, reader.remaining()));
        std::copy(raw.begin(), raw.end(), buffer.begin());
        length = raw.size();
        break;
      }
      default:
        length = from.poll_transmit(buffer).value_or(0);
        if ((how >> 1) % 8 == 5 && length > 0) buffer[(where * 7U) % length] ^= value;
        if ((how >> 1) % 8 == 4) length = 0;
    }
    if (length == 0) continue;
    for (int times = 0; times < ((how >> 1) % 8 == 3 ? 2 : 1); ++times) {
      if (!to.handle_datagram(now, Bytes{buffer}.first(length))) break;
      while (to.poll_data(plain)) {
      }
    }
  }
  if (server.state() == DtlsTransport::State::Connected &&
      client.state() == DtlsTransport::State::Connected) {
    const auto ours = server.take_keys();
    const auto theirs = client.take_keys();
    VV_CHECK(ours && theirs && ours->send.key == theirs->receive.key,
             "both ends have the same keys");
  }
  return 0;
}
