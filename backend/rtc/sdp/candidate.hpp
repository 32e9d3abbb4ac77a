#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace vv::rtc::sdp {

enum class CandidateProtocol : std::uint8_t { Udp, Tcp };
enum class CandidateType : std::uint8_t { Host, ServerReflexive, PeerReflexive, Relay };
enum class TcpType : std::uint8_t { Active, Passive, SimultaneousOpen };

/// One ICE candidate as SDP and trickle write it (RFC 8839 §5.1, RFC 6544 §4.5).
struct Candidate {
  std::string foundation;       ///< 1 to 32 ice-chars
  std::uint16_t component = 1;  ///< 1 to 256
  CandidateProtocol protocol = CandidateProtocol::Udp;
  std::uint32_t priority = 0;
  std::string address;  ///< an IP address or a name such as `….local`, exactly as written
  std::uint16_t port = 0;
  CandidateType type = CandidateType::Host;
  std::optional<TcpType> tcp_type;
  std::string related_address;  ///< empty when none
  std::uint16_t related_port = 0;
  std::string username_fragment;  ///< the `ufrag` extension; empty when none

  /// Interop: browsers hide host addresses behind mDNS names that we neither can nor need to
  /// resolve.
  [[nodiscard]] bool is_mdns() const;
  bool operator==(const Candidate&) const = default;
};

/// Reads `candidate:…`, with or without a leading `a=` and a trailing line end. Extensions it does
/// not know are skipped. Refuses (`Invalid`) what it cannot read, or lines over 1,024 bytes.
[[nodiscard]] Result<Candidate> parse_candidate(std::string_view line);
/// `candidate:…` without `a=` or line end, as `RTCIceCandidateInit.candidate` wants it.
[[nodiscard]] std::string to_string(const Candidate& candidate);

}  // namespace vv::rtc::sdp
