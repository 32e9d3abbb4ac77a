#include "rtc/peer.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "rtc/dtls/dtls_transport.hpp"
#include "rtc/srtp/srtp_receiver.hpp"
#include "rtc/stun/stun_writer.hpp"

namespace vv::rtc {
namespace {

const DtlsIdentity& identity(int which) {
  static const std::unique_ptr<DtlsIdentity> kIdentities[] = {DtlsIdentity::create().value(),
                                                              DtlsIdentity::create().value()};
  return *kIdentities[which];
}

const Path kPath{*TransportAddress::parse("192.0.2.1", 7882),
                 *TransportAddress::parse("198.51.100.7", 50'000)};
const Path kStranger{kPath.local, *TransportAddress::parse("203.0.113.66", 50'000)};

/// A peer of ours, and a browser made of the parts it would use.
struct PeerTest : testing::Test {
  Instant now = Instant::from_nanos(5'000'000'000);
  SeededRandom random{3};
  IceCredentials local = IceCredentials::create(random);
  Peer peer{now, {local, DtlsRole::Server, &identity(0), &random}};
  DtlsTransport browser{identity(1), DtlsRole::Client, identity(0).fingerprint()};
  std::optional<SrtpSender> browser_sender;
  std::uint8_t transaction = 0;
  std::vector<Event> events;
  std::vector<Transmit> transmits;

  void deliver(const Path& path, ByteVector datagram) {
    peer.handle_datagram(now, path, datagram);
    drain();
  }
  void drain() {
    while (auto event = peer.poll_event()) events.push_back(std::move(*event));
    std::array<std::uint8_t, kMaxSentDatagram> out;
    while (const auto transmit = peer.poll_transmit(now, out)) {
      transmits.push_back(*transmit);
      if (out[0] < 20 || out[0] > 63) continue;
      browser.handle_datagram(now, Bytes{out}.first(transmit->size));
      // It borrows the datagram: what it says must be read while that is here.
      std::array<std::uint8_t, kMaxSentDatagram> data;
      while (browser.poll_data(data)) {
      }
    }
  }
  void check(const Path& path, bool use_candidate = false) {
    ByteVector out(256);
    stun::MessageWriter writer{out, stun::MessageType::BindingRequest, {++transaction}};
    writer.username(local.ufrag + ":x");
    writer.priority(1);
    if (use_candidate) writer.use_candidate();
    out.resize(writer.finish(local.password));
    deliver(path, out);
  }
  void exchange_dtls(const Path& path) {
    for (int i = 0; i < 10; ++i) {
      std::array<std::uint8_t, 1500> out;
      while (const auto size = browser.poll_transmit(out))
        deliver(path, {out.begin(), out.begin() + static_cast<long>(*size)});
    }
  }
  void connect() {
    peer.set_remote(now, identity(1).fingerprint());
    check(kPath, true);
    browser.start(now);
    exchange_dtls(kPath);
    ASSERT_TRUE(peer.is_connected());
    browser_sender.emplace(browser.take_keys()->send);
    events.clear();
    transmits.clear();
  }
  ByteVector rtp(std::uint16_t sequence) {
    ByteVector header(12);
    header[0] = 0x80;
    header[1] = 111;
    store_be16(&header[2], sequence);
    ByteVector out(200);
    out.resize(browser_sender->protect_rtp(out, header, ByteVector(100), 0).value());
    return out;
  }
  std::uint64_t dropped(DropReason reason) const {
    return peer.drops()[static_cast<std::size_t>(reason)];
  }
  std::uint64_t dropped() const {
    return std::accumulate(peer.drops().begin(), peer.drops().end(), std::uint64_t{0});
  }
};

// threat-model section 4
TEST_F(PeerTest, WhoFindsNoPlaceForItsHandshakeIsAnsweredAndWaits) {
  PeersShared shared;
  std::vector<HandshakeGate::Place> others;
  for (std::size_t i = 0; i < HandshakeGate::kOfBlock; ++i)
    others.push_back(shared.handshakes.enter(kPath.remote));
  Peer late(now, {local, DtlsRole::Server, &identity(0), &random, &shared});
  const auto hand = [&](ByteVector datagram) {
    late.handle_datagram(now, kPath, datagram);
    int sent = 0;
    std::array<std::uint8_t, kMaxSentDatagram> out;
    while (late.poll_event()) {
    }
    while (const auto transmit = late.poll_transmit(now, out)) {
      ++sent;
      browser.handle_datagram(now, Bytes{out}.first(transmit->size));
    }
    return sent;
  };
  ByteVector check(256);
  stun::MessageWriter writer{check, stun::MessageType::BindingRequest, {1}};
  writer.username(local.ufrag + ":x");
  writer.priority(1);
  writer.use_candidate();
  check.resize(writer.finish(local.password));
  late.set_remote(now, identity(1).fingerprint());
  EXPECT_EQ(hand(check), 1) << "the check is answered";
  browser.start(now);
  std::array<std::uint8_t, 1500> hello;
  const auto size = browser.poll_transmit(hello);
  ASSERT_TRUE(size);
  const ByteVector first(hello.begin(), hello.begin() + static_cast<long>(*size));
  EXPECT_EQ(hand(first), 0) << "the handshake waits";
  EXPECT_GE(shared.drops[static_cast<std::size_t>(DropReason::HandshakeWaits)], 1U);

  others.pop_back();
  EXPECT_GT(hand(first), 0) << "what the browser sends again is taken";
  for (int i = 0; i < 10 && !late.is_connected(); ++i) {
    while (const auto more = browser.poll_transmit(hello))
      hand({hello.begin(), hello.begin() + static_cast<long>(*more)});
  }
  EXPECT_TRUE(late.is_connected());
  EXPECT_TRUE(shared.handshakes.enter(kPath.remote)) << "and its place is free again";
}

// covers M1
TEST_F(PeerTest, DropsWhatIsTooLongOrOfNoKnownClass) {
  connect();
  deliver(kPath, ByteVector(1501, 0x80));
  EXPECT_EQ(dropped(DropReason::Oversize), 1U);
  for (int first = 0; first < 256; ++first) {
    const bool known = first <= 3 || (first >= 20 && first <= 63) || (first >= 128 && first <= 191);
    if (known) continue;
    deliver(kPath, ByteVector(100, static_cast<std::uint8_t>(first)));
  }
  EXPECT_EQ(dropped(DropReason::UnknownClass), 256U - 4 - 44 - 64);
  EXPECT_TRUE(events.empty());
  EXPECT_TRUE(transmits.empty());
}

// covers M2
TEST_F(PeerTest, NothingUnauthenticatedIsAnswered) {
  peer.set_remote(now, identity(1).fingerprint());
  SeededRandom noise{9};
  for (int i = 0; i < 2000; ++i) {
    ByteVector datagram(noise.below(200) + 1);
    noise.fill(datagram);
    deliver(kStranger, datagram);
  }
  EXPECT_EQ(dropped(), 2000U);
  EXPECT_TRUE(transmits.empty());
  EXPECT_TRUE(events.empty());
}

// covers M4, M5
TEST_F(PeerTest, OnlyAValidatedAddressSpeaksDtlsOrMediaAndNeitherMovesTheCall) {
  peer.set_remote(now, identity(1).fingerprint());
  check(kPath, true);
  browser.start(now);
  std::array<std::uint8_t, 1500> hello;
  const auto size = browser.poll_transmit(hello);
  ASSERT_TRUE(size);
  transmits.clear();
  deliver(kStranger, {hello.begin(), hello.begin() + static_cast<long>(*size)});
  EXPECT_EQ(dropped(DropReason::UnvalidatedAddress), 1U);
  EXPECT_TRUE(transmits.empty());
  deliver(kPath, {hello.begin(), hello.begin() + static_cast<long>(*size)});
  exchange_dtls(kPath);
  ASSERT_TRUE(peer.is_connected());
  browser_sender.emplace(browser.take_keys()->send);

  deliver(kStranger, rtp(1));
  EXPECT_EQ(dropped(DropReason::UnvalidatedAddress), 2U);
  EXPECT_EQ(peer.selected_path()->remote, kPath.remote);

  check(kStranger);  // validated now, not nominated
  events.clear();
  deliver(kStranger, rtp(2));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<RtpPacket>(events[0]));
  EXPECT_EQ(peer.selected_path()->remote, kPath.remote);
}

// covers M5
TEST_F(PeerTest, TheHandshakeStartsWithTheFirstValidCheckNotWithNomination) {
  peer.set_remote(now, identity(1).fingerprint());
  check(kPath, false);
  browser.start(now);
  exchange_dtls(kPath);
  EXPECT_TRUE(peer.is_connected());
}

// covers M7
TEST_F(PeerTest, AnotherCertificateEndsItBeforeAnythingIsConnected) {
  ByteVector other(32, 7);
  peer.set_remote(now, Fingerprint{HashFunction::Sha256, other});
  check(kPath, true);
  browser.start(now);
  events.clear();
  exchange_dtls(kPath);
  EXPECT_FALSE(peer.is_connected());
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Disconnected>(events[0]).reason, DisconnectReason::FingerprintMismatch);
  std::array<std::uint8_t, 100> out{};
  EXPECT_EQ(peer.protect_rtp(out, ByteVector(12), {}, 0).error(), SrtpError::NotReady);
}

// covers M9
TEST_F(PeerTest, ForgedMediaIsCountedAndEndsNothing) {
  connect();
  for (std::uint16_t i = 0; i < 1000; ++i) {
    ByteVector packet = rtp(i);
    packet.back() ^= 1;
    deliver(kPath, packet);
  }
  EXPECT_EQ(dropped(DropReason::SrtpNotAuthentic), 1000U);
  EXPECT_TRUE(events.empty());
  deliver(kPath, rtp(5));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<RtpPacket>(events[0]).bytes.size(), 112U);
  deliver(kPath, rtp(5));
  EXPECT_EQ(dropped(DropReason::SrtpReplayed), 1U);
}

// covers M22
TEST_F(PeerTest, NonsenseUnderTheRightKeysEndsNothing) {
  connect();
  SeededRandom noise{21};
  for (int i = 0; i < 3000; ++i) {
    ByteVector nonsense(noise.below(300) + 12);
    noise.fill(nonsense);
    nonsense[0] = static_cast<std::uint8_t>(0x80 | (nonsense[0] & 0x3F));
    ByteVector sealed(nonsense.size() + kMaxSrtcpOverhead);
    switch (i % 3) {
      case 0: {  // a header of 12 whose flags may claim more
        const auto size = browser_sender->protect_rtp(sealed, Bytes{nonsense}.first(12),
                                                      Bytes{nonsense}.subspan(12), 0);
        sealed.resize(size.value());
        deliver(kPath, sealed);
        break;
      }
      case 1: {
        std::ranges::copy(nonsense, sealed.begin());
        const auto size = browser_sender->protect_rtcp(sealed, nonsense.size());
        sealed.resize(size.value());
        if (sealed[1] >= 192 && sealed[1] <= 223) deliver(kPath, sealed);
        break;
      }
      default:
        ASSERT_TRUE(browser.send_data(nonsense));
        exchange_dtls(kPath);
    }
  }
  EXPECT_TRUE(peer.is_connected());
  for (const Event& event : events) EXPECT_FALSE(std::holds_alternative<Disconnected>(event));
}

TEST_F(PeerTest, TellsTheSocketWhichAddressesAreIts) {
  check(kPath);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<PathValidated>(events[0]).path, kPath);
  EXPECT_EQ(std::get<PathSelected>(events[1]).path, kPath);
  events.clear();
  check(kStranger, true);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<PathValidated>(events[0]).path, kStranger);
  EXPECT_EQ(std::get<PathSelected>(events[1]).path, kStranger);
}

// covers M20
TEST_F(PeerTest, EndsWhenNobodyEverComes) {
  EXPECT_EQ(peer.next_timeout(), now + seconds(30));
  now += seconds(30);
  peer.handle_timeout(now);
  drain();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Disconnected>(events[0]).reason, DisconnectReason::NeverReached);
  EXPECT_TRUE(peer.next_timeout().is_never());
}

TEST_F(PeerTest, SaysGoodbyeAndHearsIt) {
  connect();
  peer.close();
  drain();
  EXPECT_EQ(std::get<Disconnected>(events.at(0)).reason, DisconnectReason::ClosedByUs);
  EXPECT_EQ(transmits.size(), 1U);
  EXPECT_EQ(browser.state(), DtlsTransport::State::Closed);
}

}  // namespace
}  // namespace vv::rtc
