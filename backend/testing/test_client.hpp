#pragma once

#include <optional>

#include "rtc/peer.hpp"
#include "testing/controlling_agent.hpp"
#include "testing/virtual_network.hpp"

namespace vv::testing {

struct TestClientOptions {
  ControllingAgentOptions ice;
  rtc::DtlsRole dtls_role = rtc::DtlsRole::Client;
  const rtc::DtlsIdentity* identity = nullptr;
  rtc::Fingerprint remote;
  Random* random = nullptr;
};

/// A browser's end of a transport: our own Peer for DTLS, SRTP and data, and a controlling agent
/// that finds the way for it. The Peer answers checks only, so each path that the agent proves is
/// shown to it by a check made up here with its own password.
class TestClient {
 public:
  TestClient(Instant now, const TestClientOptions& options);

  [[nodiscard]] rtc::Peer& peer() { return peer_; }
  [[nodiscard]] ControllingAgent& agent() { return agent_; }

  void handle_datagram(Instant now, const rtc::Path& path, MutableBytes datagram);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_timeout() const;
  /// Hands over everything that waits to be sent.
  void flush(Instant now, VirtualNetwork& network);

 private:
  void show(Instant now, const rtc::Path& path);

  ControllingAgent agent_;
  rtc::Peer peer_;
  SeededRandom random_;
};

}  // namespace vv::testing
