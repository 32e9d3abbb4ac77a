#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "reactive/identity.hpp"

namespace vv::reactive::convex {

/// Where a session's frames go; bound by `server` to a WebSocket. Sends are queued, never block; no
/// call ends the session before it returns.
class Output {
 public:
  virtual ~Output() = default;
  virtual void send_text(std::string frame) = 0;
  /// `reason`, at most 123 bytes, steers the client's backoff.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  [[nodiscard]] virtual std::size_t buffered_bytes() const = 0;
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
};

struct ConnectionInfo {
  std::string base_url;  ///< `public_url`, else scheme and host as this caller typed them
  /// Whether npm's package calls. The others are the Rust client and Python's, which is built on
  /// it: a Transition in parts is a broken protocol to them, and they connect again, for ever; and
  /// a mutation that failed with data is over for them at the next Transition only. Over HTTP the
  /// others are whatever can send a request.
  bool from_npm = true;
  /// With whom it shares `SyncOptions::max_sockets_per_block` and, as nobody who is signed in,
  /// turns and rates; empty: with nobody (loopback).
  std::string address_block = {};
};

/// Checks a bearer token; bound by `server` to `identity`. A refusal's message reaches the client.
using TokenVerifier = std::function<Result<VerifiedToken>(std::string_view jwt)>;

}  // namespace vv::reactive::convex
