#include "rtc/dtls/dtls_transport.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "base/random.hpp"
#include "rtc/dtls/record_filter.hpp"
#include "rtc/peer.hpp"

namespace vv::rtc {
namespace {

const DtlsIdentity& identity(int which) {
  static const std::unique_ptr<DtlsIdentity> kIdentities[] = {DtlsIdentity::create().value(),
                                                              DtlsIdentity::create().value()};
  return *kIdentities[which];
}

/// Two ends on a wire that may lose datagrams, on a clock of their own.
struct Wire {
  DtlsTransport client{identity(0), DtlsRole::Client, identity(1).fingerprint()};
  DtlsTransport server{identity(1), DtlsRole::Server, identity(0).fingerprint()};
  Instant now = Instant::from_nanos(1'000'000'000);
  int sent = 0;

  bool is_up() const {
    return client.state() == DtlsTransport::State::Connected &&
           server.state() == DtlsTransport::State::Connected;
  }
  void start() {
    server.start(now);
    client.start(now);
  }
  /// Moves datagrams until both are quiet. `lose` says which do not arrive.
  template <class Lose>
  void exchange(Lose lose) {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto [from, to] : {std::pair{&client, &server}, std::pair{&server, &client}}) {
        std::array<std::uint8_t, 1500> buffer;
        while (const auto size = from->poll_transmit(buffer)) {
          moved = true;
          EXPECT_LE(*size, kMaxSentDatagram);
          if (lose(sent++)) continue;
          to->handle_datagram(now, Bytes{buffer}.first(*size));
          std::array<std::uint8_t, 1500> data;
          while (to->poll_data(data)) {
          }
        }
      }
    }
  }
  /// Lets time pass to the next timer of either.
  bool tick() {
    const Instant next = std::min(client.next_timeout(), server.next_timeout());
    if (next.is_never()) return false;
    now = next;
    client.handle_timeout(now);
    server.handle_timeout(now);
    return true;
  }
};
constexpr auto kLoseNothing = [](int) { return false; };

TEST(Fingerprint, SurvivesItsText) {
  const Fingerprint& ours = identity(0).fingerprint();
  const auto read = Fingerprint::parse(ours.to_string());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, ours);
  for (const char* bad : {"", "sha-256", "sha-256 AB:CD",
                          "sha-1 00:11:22:33:44:55:66:77:88:99:00:11:22:33:44:55:66:77:88:99"}) {
    EXPECT_FALSE(Fingerprint::parse(bad)) << bad;
  }
  EXPECT_FALSE(Fingerprint{} == Fingerprint{}) << "no fingerprint matches nothing";
}

TEST(DtlsTransport, ConnectsWithoutAnyTimerAndBothSidesKeysAgree) {
  Wire wire;
  wire.start();
  wire.exchange(kLoseNothing);
  ASSERT_TRUE(wire.is_up());
  const auto client = wire.client.take_keys();
  const auto server = wire.server.take_keys();
  ASSERT_TRUE(client && server);
  EXPECT_EQ(client->send.profile, SrtpProfile::AeadAes128Gcm);
  EXPECT_EQ(client->send.key, server->receive.key);
  EXPECT_EQ(client->send.salt, server->receive.salt);
  EXPECT_EQ(client->receive.key, server->send.key);
  EXPECT_NE(client->receive.key, client->send.key);
  EXPECT_TRUE(wire.client.next_timeout().is_never());
  EXPECT_TRUE(wire.server.next_timeout().is_never());
}

TEST(DtlsTransport, GetsThereWhicheverDatagramIsLost) {
  Wire lossless;
  lossless.start();
  lossless.exchange(kLoseNothing);
  for (int lost = 0; lost < lossless.sent; ++lost) {
    Wire wire;
    wire.start();
    const Instant start = wire.now;
    wire.exchange([&](int n) { return n == lost; });
    while (!wire.is_up() && wire.tick()) wire.exchange(kLoseNothing);
    EXPECT_TRUE(wire.is_up()) << "datagram " << lost;
    EXPECT_LE(wire.now - start, milliseconds(100)) << "datagram " << lost;
  }
}

TEST(DtlsTransport, GetsThereWhenAThirdIsLost) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SeededRandom random{seed};
    Wire wire;
    wire.start();
    const auto lose = [&](int) { return random.below(100) < 30; };
    wire.exchange(lose);
    while (!wire.is_up() && wire.tick()) wire.exchange(lose);
    EXPECT_TRUE(wire.is_up()) << "seed " << seed;
  }
}

// covers M8
TEST(DtlsTransport, GivesUpAtItsDeadlineWhenNobodyAnswers) {
  Wire wire;
  wire.client.start(wire.now);
  const Instant start = wire.now;
  int flights = 0;
  while (wire.tick()) {
    std::array<std::uint8_t, 1500> buffer;
    while (wire.client.poll_transmit(buffer)) ++flights;
  }
  EXPECT_TRUE(wire.client.state() == DtlsTransport::State::TimedOut ||
              wire.client.state() == DtlsTransport::State::Failed);
  EXPECT_LE(wire.now - start, kHandshakeDeadline);
  EXPECT_LE(flights, 40);
}

// covers M7
TEST(DtlsTransport, NeverConnectsToAnotherCertificateThanTheOneSignalled) {
  for (const bool wrong_at_client : {true, false}) {
    Fingerprint right_for_client = identity(1).fingerprint();
    Fingerprint right_for_server = identity(0).fingerprint();
    ByteVector bytes(32, 1);
    const Fingerprint wrong{HashFunction::Sha256, bytes};
    DtlsTransport client{identity(0), DtlsRole::Client, wrong_at_client ? wrong : right_for_client};
    DtlsTransport server{identity(1), DtlsRole::Server, wrong_at_client ? right_for_server : wrong};
    const Instant now = Instant::from_nanos(1);
    client.start(now);
    server.start(now);
    std::array<std::uint8_t, 1500> buffer;
    for (int i = 0; i < 10; ++i) {
      while (const auto size = client.poll_transmit(buffer))
        server.handle_datagram(now, Bytes{buffer}.first(*size));
      while (const auto size = server.poll_transmit(buffer))
        client.handle_datagram(now, Bytes{buffer}.first(*size));
    }
    DtlsTransport& judge = wrong_at_client ? client : server;
    EXPECT_EQ(judge.state(), DtlsTransport::State::FingerprintMismatch);
    EXPECT_FALSE(judge.take_keys());
    EXPECT_FALSE(judge.next_timeout() < Instant::never());
  }
}

// covers M6
TEST(DtlsTransport, KeepsItsKeysWhateverComesAfterTheHandshake) {
  Wire wire;
  wire.start();
  std::array<std::uint8_t, 1500> hello;
  const auto hello_size = wire.client.poll_transmit(hello);
  ASSERT_TRUE(hello_size);
  wire.server.handle_datagram(wire.now, Bytes{hello}.first(*hello_size));
  wire.exchange(kLoseNothing);
  ASSERT_TRUE(wire.is_up());
  EXPECT_TRUE(wire.server.take_keys());

  EXPECT_FALSE(wire.server.handle_datagram(wire.now, Bytes{hello}.first(*hello_size)));
  DtlsTransport other{identity(0), DtlsRole::Client, identity(1).fingerprint()};
  other.start(wire.now);
  const auto fresh = other.poll_transmit(hello);
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(wire.server.handle_datagram(wire.now, Bytes{hello}.first(*fresh)));
  EXPECT_EQ(wire.server.state(), DtlsTransport::State::Connected);
  EXPECT_FALSE(wire.server.take_keys()) << "no second set of keys";
}

// covers M6
TEST(DtlsTransport, AnUnprotectedAlertEndsNoHandshake) {
  Wire wire;
  wire.start();
  const ByteVector alert{21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
  EXPECT_FALSE(wire.server.handle_datagram(wire.now, alert));
  EXPECT_FALSE(wire.client.handle_datagram(wire.now, alert));
  wire.exchange(kLoseNothing);
  EXPECT_TRUE(wire.is_up());
}

// covers M6
TEST(DtlsTransport, AForgedStartCostsOneTryAndTellsThePeerNothing) {
  Wire wire;
  wire.start();
  ByteVector forged(13 + 12 + 40, 0xEE);  // a ClientHello of nonsense
  const std::uint8_t head[] = {22, 0xFE, 0xFD, 0,  0, 0, 0, 0, 0, 0, 9, 0, 52,
                               1,  0,    0,    40, 0, 0, 0, 0, 0, 0, 0, 40};
  std::ranges::copy(head, forged.begin());
  EXPECT_TRUE(wire.server.handle_datagram(wire.now, forged));
  EXPECT_EQ(wire.server.state(), DtlsTransport::State::Handshaking);
  std::array<std::uint8_t, 1500> buffer;
  EXPECT_FALSE(wire.server.poll_transmit(buffer)) << "an alert would end the real peer's handshake";
  wire.exchange(kLoseNothing);
  EXPECT_TRUE(wire.is_up());

  Wire hopeless;
  hopeless.start();
  for (int i = 0; i < kMaxHandshakes; ++i) hopeless.server.handle_datagram(hopeless.now, forged);
  EXPECT_EQ(hopeless.server.state(), DtlsTransport::State::Failed);
}

TEST(DtlsTransport, CarriesDataBothWaysAndSaysGoodbye) {
  Wire wire;
  wire.start();
  wire.exchange(kLoseNothing);
  const ByteVector message(DtlsTransport::max_data(kMaxSentDatagram), 0x42);
  std::array<std::uint8_t, 1500> buffer;
  std::array<std::uint8_t, 1500> data;
  ASSERT_TRUE(wire.client.send_data(message));
  const auto size = wire.client.poll_transmit(buffer);
  ASSERT_TRUE(size);
  EXPECT_EQ(*size, kMaxSentDatagram);
  ASSERT_TRUE(wire.server.handle_datagram(wire.now, Bytes{buffer}.first(*size)));
  const auto got = wire.server.poll_data(data);
  ASSERT_TRUE(got);
  EXPECT_TRUE(std::ranges::equal(Bytes{data}.first(*got), message));

  wire.server.close();
  wire.exchange(kLoseNothing);
  EXPECT_EQ(wire.client.state(), DtlsTransport::State::Closed);
}

// Whoever has not asked for data yet still has OpenSSL; the other has our records.
TEST(DtlsTransport, OurRecordsAndOpensslsUnderstandEachOther) {
  for (const bool client_keeps_openssl : {true, false}) {
    Wire wire;
    wire.start();
    std::array<std::uint8_t, 1500> buffer;
    for (int i = 0; i < 10; ++i) {
      while (const auto size = wire.client.poll_transmit(buffer))
        wire.server.handle_datagram(wire.now, Bytes{buffer}.first(*size));
      while (const auto size = wire.server.poll_transmit(buffer))
        wire.client.handle_datagram(wire.now, Bytes{buffer}.first(*size));
    }
    ASSERT_TRUE(wire.is_up());
    DtlsTransport& ours = client_keeps_openssl ? wire.server : wire.client;
    DtlsTransport& openssl = client_keeps_openssl ? wire.client : wire.server;
    std::array<std::uint8_t, 1500> data;
    EXPECT_FALSE(ours.poll_data(data));  // takes over here
    for (std::uint8_t i = 0; i < 5; ++i) {
      const ByteVector message(100 + i, i);
      ASSERT_TRUE(openssl.send_data(message));
      auto size = openssl.poll_transmit(buffer);
      ASSERT_TRUE(size && ours.handle_datagram(wire.now, Bytes{buffer}.first(*size)));
      auto got = ours.poll_data(data);
      ASSERT_TRUE(got);
      EXPECT_TRUE(std::ranges::equal(Bytes{data}.first(*got), message));
      ASSERT_TRUE(ours.handle_datagram(wire.now, Bytes{buffer}.first(*size)));
      EXPECT_FALSE(ours.poll_data(data)) << "a replay";
    }
    const ByteVector answer(777, 9);
    ASSERT_TRUE(ours.send_data(answer));
    const auto size = ours.poll_transmit(buffer);
    ASSERT_TRUE(size && openssl.handle_datagram(wire.now, Bytes{buffer}.first(*size)));
    const auto got = openssl.poll_data(data);
    ASSERT_TRUE(got);
    EXPECT_TRUE(std::ranges::equal(Bytes{data}.first(*got), answer));
  }
}

// covers M8
TEST(RecordFilter, BoundsWhatAHandshakeMayMakeUsKeep) {
  const auto handshake = [](std::uint8_t type, std::uint32_t length, std::uint16_t sequence,
                            std::uint32_t fragment) {
    ByteVector out(13 + 12 + fragment);
    out[0] = 22;
    out[1] = 0xFE;
    out[2] = 0xFD;
    store_be16(&out[11], static_cast<std::uint16_t>(12 + fragment));
    out[13] = type;
    store_be24(&out[14], length);
    store_be16(&out[17], sequence);
    store_be24(&out[22], fragment);
    return out;
  };
  RecordFilter filter;
  EXPECT_TRUE(filter.admits(handshake(11, RecordFilter::kMaxCertificateMessage, 2, 100), false));
  EXPECT_FALSE(
      filter.admits(handshake(11, RecordFilter::kMaxCertificateMessage + 1, 2, 100), false));
  EXPECT_FALSE(filter.admits(handshake(11, 100, 3, 100), false)) << "a second certificate";
  EXPECT_TRUE(filter.admits(handshake(12, RecordFilter::kMaxOtherMessage, 3, 100), false));
  EXPECT_FALSE(filter.admits(handshake(12, RecordFilter::kMaxOtherMessage + 1, 3, 100), false));
  EXPECT_FALSE(filter.admits(handshake(12, 50, 3, 0), false)) << "a fragment of nothing";
  EXPECT_TRUE(filter.admits(handshake(14, 0, 4, 0), false)) << "ServerHelloDone has no body";
  EXPECT_FALSE(filter.admits(handshake(12, 50, 3, 51), false)) << "more than the message";
  EXPECT_FALSE(filter.admits(handshake(14, 0, 4, 0), true)) << "unprotected, after the handshake";
}

}  // namespace
}  // namespace vv::rtc
