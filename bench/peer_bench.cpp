// What one packet costs in a peer, how long a handshake takes, what an idle peer holds. CPU time.
// Goals: design performance.md, G8 (an incoming packet ≤ 0.5 µs), G11 (≤ 24 KiB a participant).
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/peer.hpp"
#include "rtc/srtp/srtp_receiver.hpp"
#include "rtc/stun/stun_writer.hpp"

namespace vv::rtc {
namespace {

constexpr int kRounds = 7;
constexpr int kPackets = 20'000;
constexpr std::size_t kPayload = 1180;  // with 20 bytes of header: 1,200 a packet

double cpu_nanos() { return static_cast<double>(std::clock()) * 1e9 / CLOCKS_PER_SEC; }

/// Median over rounds of the time one of `count` runs of `body` takes.
template <class Prepare, class Body>
double nanos_each(int count, Prepare prepare, Body body) {
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    prepare();
    const double start = cpu_nanos();
    for (int i = 0; i < count; ++i) body(i);
    rounds.push_back((cpu_nanos() - start) / count);
  }
  std::ranges::sort(rounds);
  return rounds[rounds.size() / 2];
}

std::array<std::uint8_t, 20> header(int index) {
  std::array<std::uint8_t, 20> out{0x90, 96};
  store_be16(&out[2], static_cast<std::uint16_t>(index));
  store_be16(&out[12], 0xBEDE);
  store_be16(&out[14], 1);
  return out;
}

void srtp(SrtpProfile profile, const char* name) {
  const SrtpMaster master{.profile = profile};
  SrtpSender sender{master};
  const ByteVector payload(kPayload, 1);
  std::array<std::uint8_t, 1500> out;
  const double protect = nanos_each(
      kPackets, [] {},
      [&](int i) { static_cast<void>(sender.protect_rtp(out, header(i), payload, 0)); });
  std::unique_ptr<SrtpReceiver> receiver;
  std::vector<ByteVector> packets(kPackets);
  const auto prepare = [&] {
    receiver = std::make_unique<SrtpReceiver>(master);
    for (int i = 0; i < kPackets; ++i) {
      const std::size_t size = sender.protect_rtp(out, header(i), payload, 0).value();
      packets[static_cast<std::size_t>(i)].assign(out.begin(),
                                                  out.begin() + static_cast<long>(size));
    }
  };
  const double unprotect = nanos_each(kPackets, prepare, [&](int i) {
    static_cast<void>(receiver->unprotect_rtp(packets[static_cast<std::size_t>(i)]));
  });
  std::printf("%-24s protect %6.0f ns   unprotect %6.0f ns\n", name, protect, unprotect);
}

struct Call {
  Instant now = Instant::from_nanos(1'000'000'000);
  SeededRandom random{1};
  IceCredentials local = IceCredentials::create(random);
  Path path{TransportAddress::v4({192, 0, 2, 1}, 7882),
            TransportAddress::v4({198, 51, 100, 7}, 5000)};
  std::unique_ptr<DtlsIdentity> ours = DtlsIdentity::create().value();
  std::unique_ptr<DtlsIdentity> theirs = DtlsIdentity::create().value();

  std::unique_ptr<Peer> connect(std::optional<SrtpKeys>& keys) {
    auto peer =
        std::make_unique<Peer>(now, PeerOptions{local, DtlsRole::Server, ours.get(), &random});
    peer->set_remote(now, theirs->fingerprint());
    std::array<std::uint8_t, 256> check;
    stun::MessageWriter writer{check, stun::MessageType::BindingRequest, {1}};
    writer.username(local.ufrag + ":x");
    const std::size_t check_size = writer.finish(local.password);
    peer->handle_datagram(now, path, MutableBytes{check}.first(check_size));
    DtlsTransport browser{*theirs, DtlsRole::Client, ours->fingerprint()};
    browser.start(now);
    std::array<std::uint8_t, 1500> datagram;
    for (int i = 0; i < 4; ++i) {
      while (const auto size = browser.poll_transmit(datagram)) {
        peer->handle_datagram(now, path, MutableBytes{datagram}.first(*size));
      }
      while (peer->poll_event()) {
      }
      while (const auto transmit = peer->poll_transmit(now, datagram)) {
        browser.handle_datagram(now, Bytes{datagram}.first(transmit->size));
      }
    }
    keys = browser.take_keys();
    return peer;
  }
};

void peers() {
  Call call;
  std::optional<SrtpKeys> keys;
  const double handshake =
      nanos_each(100, [] {}, [&](int) { static_cast<void>(call.connect(keys)); });
  std::printf("%-24s %6.0f us, both ends\n", "handshake", handshake / 1000);

  std::vector<std::unique_ptr<Peer>> idle;
  const std::size_t before = mallinfo2().uordblks;
  constexpr std::size_t kIdle = 200;
  for (std::size_t i = 0; i < kIdle; ++i) idle.push_back(call.connect(keys));
  std::printf("%-24s %6zu bytes of heap\n", "connected, idle peer",
              (mallinfo2().uordblks - before) / kIdle);

  Peer& peer = *idle.back();
  SrtpSender sender{keys->send};
  const ByteVector payload(kPayload, 1);
  std::vector<ByteVector> packets(kPackets);
  int sequence = 0;
  int received = 0;
  const auto prepare = [&] {
    std::array<std::uint8_t, 1500> out;
    for (ByteVector& packet : packets) {
      const auto index = static_cast<std::uint32_t>(sequence++);
      const std::size_t size =
          sender.protect_rtp(out, header(static_cast<int>(index)), payload, index >> 16).value();
      packet.assign(out.begin(), out.begin() + static_cast<long>(size));
    }
  };
  std::array<std::uint8_t, kMaxSentDatagram> out;
  const double incoming = nanos_each(kPackets, prepare, [&](int i) {
    peer.handle_datagram(call.now, call.path, packets[static_cast<std::size_t>(i)]);
    while (peer.poll_event()) ++received;
    while (peer.poll_transmit(call.now, out)) {
    }
  });
  std::printf("%-24s %6.0f ns, %d of %d taken\n", "incoming RTP datagram", incoming, received,
              kPackets * kRounds);
}

}  // namespace
}  // namespace vv::rtc

int main() {
  vv::rtc::srtp(vv::rtc::SrtpProfile::AeadAes128Gcm, "AEAD_AES_128_GCM");
  vv::rtc::srtp(vv::rtc::SrtpProfile::Aes128CmSha1_80, "AES_CM_128_HMAC_SHA1_80");
  vv::rtc::peers();
}
