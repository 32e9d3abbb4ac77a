#include "rtc/sdp/candidate.hpp"

#include "base/format.hpp"
#include "rtc/sdp/text.hpp"

namespace vv::rtc::sdp {
namespace {

constexpr std::size_t kMaxLine = 1'024;
constexpr std::string_view kIceExtra = "+/-_=";  // ice-char, and what some stacks use besides
constexpr std::string_view kAddressExtra = ".:-_%";

std::optional<CandidateProtocol> protocol_of(std::string_view word) {
  if (equals_ignoring_case(word, "udp")) return CandidateProtocol::Udp;
  if (equals_ignoring_case(word, "tcp")) return CandidateProtocol::Tcp;
  return std::nullopt;
}

std::optional<CandidateType> type_of(std::string_view word) {
  if (word == "host") return CandidateType::Host;
  if (word == "srflx") return CandidateType::ServerReflexive;
  if (word == "prflx") return CandidateType::PeerReflexive;
  if (word == "relay") return CandidateType::Relay;
  return std::nullopt;
}

std::optional<TcpType> tcp_type_of(std::string_view word) {
  if (word == "active") return TcpType::Active;
  if (word == "passive") return TcpType::Passive;
  if (word == "so") return TcpType::SimultaneousOpen;
  return std::nullopt;
}

constexpr std::string_view to_text(CandidateType type) {
  switch (type) {
    case CandidateType::Host:
      return "host";
    case CandidateType::ServerReflexive:
      return "srflx";
    case CandidateType::PeerReflexive:
      return "prflx";
    case CandidateType::Relay:
      return "relay";
  }
  return "host";
}

constexpr std::string_view to_text(TcpType type) {
  switch (type) {
    case TcpType::Active:
      return "active";
    case TcpType::Passive:
      return "passive";
    case TcpType::SimultaneousOpen:
      return "so";
  }
  return "passive";
}

/// The name-value pairs after the type; false when one that we read is broken.
bool read_extensions(std::string_view rest, Candidate& candidate) {
  while (true) {
    const std::string_view name = take_word(rest);
    const std::string_view value = take_word(rest);
    if (value.empty()) return name.empty();
    if (name == "raddr") {
      if (!is_made_of(value, kAddressExtra, 1, 253)) return false;
      candidate.related_address = value;
    } else if (name == "rport") {
      const auto port = parse_number<std::uint16_t>(value, 65'535);
      if (!port) return false;
      candidate.related_port = *port;
    } else if (name == "tcptype") {
      candidate.tcp_type = tcp_type_of(value);
      if (!candidate.tcp_type) return false;
    } else if (name == "ufrag") {
      if (!is_made_of(value, kIceExtra, 1, 256)) return false;
      candidate.username_fragment = value;
    }
  }
}

}  // namespace

bool Candidate::is_mdns() const { return address.ends_with(".local"); }

Result<Candidate> parse_candidate(std::string_view line) {
  if (line.size() > kMaxLine) return invalid("the candidate is too long");
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("a=")) line.remove_prefix(2);
  constexpr std::string_view kPrefix = "candidate:";
  if (!line.starts_with(kPrefix)) return invalid("a candidate begins with candidate:");
  line.remove_prefix(kPrefix.size());

  Candidate candidate;
  const std::string_view foundation = take_word(line);
  const auto component = parse_number<std::uint16_t>(take_word(line), 256);
  const auto protocol = protocol_of(take_word(line));
  const auto priority = parse_number<std::uint32_t>(take_word(line), 0xFFFF'FFFF);
  const std::string_view address = take_word(line);
  const auto port = parse_number<std::uint16_t>(take_word(line), 65'535);
  const std::string_view typ = take_word(line);
  const auto type = type_of(take_word(line));
  if (!is_made_of(foundation, kIceExtra, 1, 32) || !component || *component == 0 || !protocol ||
      !priority || !is_made_of(address, kAddressExtra, 1, 253) || !port || typ != "typ" || !type) {
    return invalid("the candidate cannot be read");
  }
  candidate.foundation = foundation;
  candidate.component = *component;
  candidate.protocol = *protocol;
  candidate.priority = *priority;
  candidate.address = address;
  candidate.port = *port;
  candidate.type = *type;
  if (!read_extensions(line, candidate)) return invalid("the candidate's end cannot be read");
  return candidate;
}

std::string to_string(const Candidate& c) {
  std::string line = format("candidate:{} {} {} {} {} {} typ {}", c.foundation, c.component,
                            c.protocol == CandidateProtocol::Udp ? "udp" : "tcp", c.priority,
                            c.address, c.port, to_text(c.type));
  if (!c.related_address.empty()) line += format(" raddr {}", c.related_address);
  if (!c.related_address.empty() || c.related_port != 0) {
    line += format(" rport {}", c.related_port);
  }
  if (c.tcp_type) line += format(" tcptype {}", to_text(*c.tcp_type));
  if (!c.username_fragment.empty()) line += format(" ufrag {}", c.username_fragment);
  return line;
}

}  // namespace vv::rtc::sdp
