#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "sfu/room.hpp"
#include "testing/test_client.hpp"
#include "testing/virtual_network.hpp"

namespace vv::testing {

/// One room and its participants on a virtual network and clock.
class SfuWorld {
 public:
  static constexpr Instant kBegins = Instant::from_nanos(1'000'000'000);
  explicit SfuWorld(std::uint64_t seed = 1, Instant begins = kBegins);
  ~SfuWorld();

  /// A participant's end: a browser that does what the test says.
  struct Client {
    sfu::ParticipantId participant;
    sfu::TransportId transport;
    rtc::TransportAddress address;
    std::unique_ptr<TestClient> browser;
    std::vector<ByteVector> rtp;   ///< decrypted, in order of arrival
    std::vector<ByteVector> rtcp;  ///< likewise
    std::vector<ByteVector> data;
    bool connected = false;
    bool disconnected = false;
  };
  /// Joins; connected after some `run_for`.
  Client& join();
  /// Joins once more from the same place, over a transport of its own, as after a full reconnect.
  void join_again(Client& client);
  /// The server's process ends, and all that it knew with it; another takes its place.
  void restart_server();
  void send_rtp(Client& from, const rtc::rtp::RtpHeader& header,
                std::span<const rtc::rtp::ExtensionElement> extensions, Bytes payload,
                std::uint32_t rollover = 0);
  /// The same packet, encrypted but not sent.
  [[nodiscard]] ByteVector protect_rtp(Client& from, const rtc::rtp::RtpHeader& header,
                                       std::span<const rtc::rtp::ExtensionElement> extensions,
                                       Bytes payload, std::uint32_t rollover = 0);
  /// `compound` has no room to spare; it is copied.
  void send_rtcp(Client& from, Bytes compound);

  void apply(const sfu::Command& command);
  void run_for(Duration duration);

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] VirtualNetwork& network() { return network_; }
  [[nodiscard]] sfu::Room& room() { return *room_; }
  [[nodiscard]] sfu::Fanout& fanout() { return fanout_; }
  [[nodiscard]] sfu::Outbox& outbox() { return outbox_; }
  [[nodiscard]] const rtc::TransportAddress& server() const { return server_; }
  [[nodiscard]] const sfu::DropCounters& drops() const { return drops_; }
  [[nodiscard]] std::vector<sfu::Event>& events() { return events_; }
  static constexpr sfu::RoomId kRoom{1};

 private:
  void connect(Client& client);
  /// The next step in which anything happens, at most `end`.
  [[nodiscard]] Instant next_step(Instant end) const;
  void deliver(const Delivery& delivery);
  void drain_room();
  void drain(Client& client);

  Instant now_;
  SeededRandom random_;
  VirtualNetwork network_;
  std::shared_ptr<const rtc::DtlsIdentity> server_identity_;
  std::unique_ptr<rtc::DtlsIdentity> client_identity_;
  rtc::TransportAddress server_;
  sfu::DropCounters drops_;
  sfu::Fanout fanout_{drops_};
  sfu::Outbox outbox_;
  std::unique_ptr<sfu::Room> room_;
  std::deque<Client> clients_;
  std::map<rtc::TransportAddress, sfu::TransportId> routes_;
  std::map<std::string, sfu::TransportId, std::less<>> ufrags_;
  std::vector<sfu::Event> events_;
  std::uint32_t next_ = 1;
};

/// A VP8 payload: descriptor with a 15-bit picture id, TL0PICIDX and temporal id, then a frame's
/// start or middle, `size` bytes in all (at least 20).
[[nodiscard]] ByteVector vp8_payload(bool keyframe, bool start, std::uint16_t picture_id,
                                     std::uint8_t tl0, std::uint8_t temporal, std::size_t size);

}  // namespace vv::testing
