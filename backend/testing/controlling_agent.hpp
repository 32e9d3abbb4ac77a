#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "rtc/ice/ice_credentials.hpp"
#include "rtc/stun/stun_message.hpp"
#include "rtc/transport_address.hpp"

namespace vv::testing {

/// When a client asks for a path to be used (RFC 8445 §8.1.1, and RFC 5245's older habit).
enum class Nomination : std::uint8_t {
  Regular,     ///< a check with USE-CANDIDATE after one without has been answered; Chrome
  Aggressive,  ///< every check has USE-CANDIDATE; Firefox
};

struct ControllingAgentOptions {
  rtc::IceCredentials local;
  rtc::IceCredentials remote;
  std::vector<rtc::Path> paths;  ///< in order of preference, seen from the client
  Nomination nomination = Nomination::Regular;
  std::uint64_t seed = 1;
};

/// The asking half of ICE, as a browser is towards an ICE-lite server. For tests: it has the habits
/// that matter to the server and none of the heuristics.
class ControllingAgent {
 public:
  explicit ControllingAgent(ControllingAgentOptions options);

  /// From now on over these paths only; what was selected before is gone (a phone changes
  /// networks).
  void move(Instant now, std::vector<rtc::Path> paths);
  void restart(Instant now, rtc::IceCredentials local, rtc::IceCredentials remote);

  /// @return the path that a matching, authentic answer has just proved
  std::optional<rtc::Path> handle_answer(const rtc::Path& path, Bytes datagram);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_timeout() const { return next_check_; }

  struct Check {
    rtc::Path path;
    ByteVector bytes;
  };
  [[nodiscard]] std::optional<Check> poll_check();

  /// The path answered with USE-CANDIDATE.
  [[nodiscard]] const rtc::Path* selected() const { return selected_ ? &*selected_ : nullptr; }

 private:
  struct Asked {
    rtc::Path path;
    rtc::stun::TransactionId transaction{};
    bool use_candidate = false;
  };
  void ask(const rtc::Path& path, bool use_candidate);

  ControllingAgentOptions options_;
  SeededRandom random_;
  std::uint64_t tie_breaker_;
  Instant next_check_;
  std::vector<Asked> asked_;  // the last kRemembered
  std::vector<Check> outgoing_;
  std::optional<rtc::Path> proven_;
  std::optional<rtc::Path> selected_;
};

}  // namespace vv::testing
