#include <algorithm>
#include <array>
#include <utility>

#include "base/format.hpp"
#include "rtc/sdp/session_description.hpp"
#include "rtc/sdp/text.hpp"

namespace vv::rtc::sdp {
namespace {

// What one section or session keeps of lists that no honest description fills.
constexpr std::size_t kMaxListed = 64;
constexpr std::size_t kMaxWord = 256;
constexpr std::string_view kIceExtra = "+/-_=";
constexpr std::string_view kTokenExtra = "!#$%&'*+-.^_`{|}~";

constexpr std::pair<std::uint8_t, std::string_view> kStaticCodecs[] = {
    {0, "PCMU"}, {8, "PCMA"}, {9, "G722"}, {13, "CN"}};

std::optional<Direction> direction_of(std::string_view word) {
  if (word == "sendrecv") return Direction::SendRecv;
  if (word == "sendonly") return Direction::SendOnly;
  if (word == "recvonly") return Direction::RecvOnly;
  if (word == "inactive") return Direction::Inactive;
  return std::nullopt;
}

/// What may be said for the whole session or for one section.
struct Shared {
  std::optional<Direction> direction;
  std::optional<Setup> setup;
  std::optional<Fingerprint> fingerprint;
  std::string ufrag;
  std::string pwd;
  std::vector<ExtensionMap> extensions;
};

/// One pass over the lines. Handlers return false when a line that matters cannot be read.
class Parser {
 public:
  Result<SessionDescription> run(std::string_view text);

 private:
  using Handler = bool (Parser::*)(std::string_view value);
  struct Attribute {
    std::string_view name;
    Handler handler;
  };

  bool on_line(std::string_view line);
  bool on_origin(std::string_view value);
  bool on_media(std::string_view value);
  bool on_attribute(std::string_view value);

  // Session or section.
  bool on_ufrag(std::string_view value);
  bool on_pwd(std::string_view value);
  bool on_ice_options(std::string_view value);
  bool on_fingerprint(std::string_view value);
  bool on_setup(std::string_view value);
  bool on_extmap(std::string_view value);
  // Session.
  bool on_group(std::string_view value);
  bool on_msid_semantic(std::string_view value);
  // Section.
  bool on_mid(std::string_view value);
  bool on_rtpmap(std::string_view value);
  bool on_fmtp(std::string_view value);
  bool on_rtcp_fb(std::string_view value);
  bool on_candidate(std::string_view value);
  bool on_rid(std::string_view value);
  bool on_simulcast(std::string_view value);
  bool on_msid(std::string_view value);
  bool on_ssrc(std::string_view value);
  bool on_ssrc_group(std::string_view value);
  bool on_sctp_port(std::string_view value);
  bool on_max_message_size(std::string_view value);
  bool on_flag(std::string_view name);

  Codec* codec(std::string_view payload_type);
  void finish();
  void finish_section(Section& section, Shared& own);

  static const std::array<Attribute, 20> kAttributes;

  SessionDescription out_;
  Shared session_;
  std::vector<Shared> own_;  ///< one a section
  std::vector<std::vector<std::string>> wildcard_feedback_;
  Section* section_ = nullptr;
  Shared* shared_ = &session_;
  std::size_t candidates_ = 0;
};

const std::array<Parser::Attribute, 20> Parser::kAttributes = {{
    {"rtpmap", &Parser::on_rtpmap},
    {"rtcp-fb", &Parser::on_rtcp_fb},
    {"fmtp", &Parser::on_fmtp},
    {"extmap", &Parser::on_extmap},
    {"ssrc", &Parser::on_ssrc},
    {"candidate", &Parser::on_candidate},
    {"ice-ufrag", &Parser::on_ufrag},
    {"ice-pwd", &Parser::on_pwd},
    {"ice-options", &Parser::on_ice_options},
    {"fingerprint", &Parser::on_fingerprint},
    {"setup", &Parser::on_setup},
    {"mid", &Parser::on_mid},
    {"msid", &Parser::on_msid},
    {"rid", &Parser::on_rid},
    {"simulcast", &Parser::on_simulcast},
    {"ssrc-group", &Parser::on_ssrc_group},
    {"sctp-port", &Parser::on_sctp_port},
    {"max-message-size", &Parser::on_max_message_size},
    {"group", &Parser::on_group},
    {"msid-semantic", &Parser::on_msid_semantic},
}};

bool Parser::on_line(std::string_view line) {
  for (const char c : line) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return false;
  }
  if (line.size() < 2 || line[1] != '=') return false;
  const std::string_view value = line.substr(2);
  switch (line[0]) {
    case 'o':
      return on_origin(value);
    case 'm':
      return on_media(value);
    case 'a':
      return on_attribute(value);
    default:
      return true;
  }
}

bool Parser::on_origin(std::string_view value) {
  static_cast<void>(take_word(value));  // user name
  // Interop: some stacks write ids past 64 bits; nothing of ours depends on them.
  constexpr std::uint64_t kMax = 0x7FFF'FFFF'FFFF'FFFF;
  out_.session_id = parse_number<std::uint64_t>(take_word(value), kMax).value_or(0);
  out_.session_version = parse_number<std::uint64_t>(take_word(value), kMax).value_or(0);
  return true;
}

bool Parser::on_media(std::string_view value) {
  if (out_.sections.size() == kMaxSections) return false;
  Section section;
  const std::string_view media = take_word(value);
  std::string_view port = take_word(value);
  const std::string_view protocol = take_word(value);
  port = port.substr(0, port.find('/'));
  const auto number = parse_number<std::uint16_t>(port, 65'535);
  if (!is_made_of(media, kTokenExtra, 1, 32) || !number || protocol.empty() ||
      protocol.size() > kMaxWord) {
    return false;
  }
  section.media = media;
  section.kind = media == "audio"         ? MediaKind::Audio
                 : media == "video"       ? MediaKind::Video
                 : media == "application" ? MediaKind::Application
                                          : MediaKind::Other;
  section.port = *number;
  section.protocol = protocol;
  const bool is_rtp = protocol.find("RTP/") != std::string_view::npos;
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    if (!is_rtp) {
      if (section.formats.size() < kMaxListed) section.formats.emplace_back(word);
      continue;
    }
    const auto payload_type = parse_number<std::uint8_t>(word, 127);
    if (!payload_type) return false;
    if (section.codec(*payload_type) != nullptr) continue;
    Codec codec;
    codec.payload_type = *payload_type;
    for (const auto& [number_of, name] : kStaticCodecs) {
      if (number_of != *payload_type) continue;
      codec.name = name;
      codec.clock_rate = 8'000;
    }
    section.codecs.push_back(std::move(codec));
  }
  if (section.codecs.empty() && section.formats.empty()) return false;

  out_.sections.push_back(std::move(section));
  own_.emplace_back();
  wildcard_feedback_.emplace_back();
  section_ = &out_.sections.back();
  shared_ = &own_.back();
  return true;
}

bool Parser::on_attribute(std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) return on_flag(value);
  const std::string_view name = value.substr(0, colon);
  for (const Attribute& attribute : kAttributes) {
    if (attribute.name == name) return (this->*attribute.handler)(value.substr(colon + 1));
  }
  return true;
}

bool Parser::on_flag(std::string_view name) {
  if (const auto direction = direction_of(name)) {
    shared_->direction = direction;
  } else if (section_ == nullptr) {
    if (name == "ice-lite") out_.ice_lite = true;
    if (name == "extmap-allow-mixed") out_.extmap_allow_mixed = true;
  } else if (name == "rtcp-mux") {
    section_->rtcp_mux = true;
  } else if (name == "rtcp-rsize") {
    section_->rtcp_rsize = true;
  } else if (name == "bundle-only") {
    section_->bundle_only = true;
  } else if (name == "end-of-candidates") {
    section_->end_of_candidates = true;
  } else if (name == "extmap-allow-mixed") {
    out_.extmap_allow_mixed = true;
  }
  return true;
}

bool Parser::on_ufrag(std::string_view value) {
  if (!is_made_of(value, kIceExtra, 4, 256)) return false;
  shared_->ufrag = value;
  return true;
}

bool Parser::on_pwd(std::string_view value) {
  if (!is_made_of(value, kIceExtra, 22, 256)) return false;
  shared_->pwd = value;
  return true;
}

bool Parser::on_ice_options(std::string_view value) {
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    if (word.size() > kMaxWord || out_.ice_options.size() == kMaxListed) return false;
    if (std::find(out_.ice_options.begin(), out_.ice_options.end(), word) ==
        out_.ice_options.end()) {
      out_.ice_options.emplace_back(word);
    }
  }
  return true;
}

bool Parser::on_fingerprint(std::string_view value) {
  Fingerprint fingerprint;
  for (const char c : take_word(value)) fingerprint.algorithm += lower(c);
  const std::string_view digest = take_word(value);
  if (!is_made_of(fingerprint.algorithm, "-", 1, 16) || digest.size() > 3 * 64 ||
      digest.size() % 3 != 2) {
    return false;
  }
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const char c = lower(digest[i]);
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (i % 3 == 2 ? c != ':' : !is_hex) return false;
    fingerprint.value += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  // Several may stand here, one for each hash; sha-256 is the one every WebRTC stack has.
  if (!shared_->fingerprint || fingerprint.algorithm == "sha-256") {
    shared_->fingerprint = std::move(fingerprint);
  }
  return true;
}

bool Parser::on_setup(std::string_view value) {
  if (value == "actpass") {
    shared_->setup = Setup::ActPass;
  } else if (value == "active") {
    shared_->setup = Setup::Active;
  } else if (value == "passive") {
    shared_->setup = Setup::Passive;
  } else if (value == "holdconn") {
    shared_->setup = Setup::HoldConn;
  } else {
    return false;
  }
  return true;
}

bool Parser::on_extmap(std::string_view value) {
  const std::string_view head = take_word(value);
  const std::string_view uri = take_word(value);
  const std::size_t slash = head.find('/');
  ExtensionMap extension;
  const auto id = parse_number<std::uint8_t>(head.substr(0, slash), 255);
  if (slash != std::string_view::npos) {
    extension.direction = direction_of(head.substr(slash + 1));
    if (!extension.direction) return false;
  }
  if (!id || *id == 0 || uri.empty() || uri.size() > kMaxWord) return false;
  auto& known = shared_->extensions;
  const bool is_repeated =
      std::any_of(known.begin(), known.end(), [&](const ExtensionMap& e) { return e.id == *id; });
  if (is_repeated || known.size() == kMaxListed) return true;  // the first one counts
  extension.id = *id;
  extension.uri = uri;
  known.push_back(std::move(extension));
  return true;
}

bool Parser::on_group(std::string_view value) {
  if (take_word(value) != "BUNDLE" || !out_.bundle.empty()) return true;
  for (std::string_view mid = take_word(value); !mid.empty(); mid = take_word(value)) {
    if (mid.size() > 16 || out_.bundle.size() == kMaxSections) return false;
    out_.bundle.emplace_back(mid);
  }
  return true;
}

bool Parser::on_msid_semantic(std::string_view value) {
  if (take_word(value) == "WMS") out_.msid_semantic = remainder(value);
  return true;
}

bool Parser::on_mid(std::string_view value) {
  if (section_ == nullptr) return true;
  if (!is_made_of(value, kTokenExtra, 1, 16)) return false;  // threat-model M11
  if (const Section* other = out_.section(value); other != nullptr && other != section_) {
    return false;
  }
  section_->mid = value;
  return true;
}

Codec* Parser::codec(std::string_view payload_type) {
  const auto number = parse_number<std::uint8_t>(payload_type, 127);
  if (section_ == nullptr || !number) return nullptr;
  for (Codec& c : section_->codecs) {
    if (c.payload_type == *number) return &c;
  }
  return nullptr;
}

bool Parser::on_rtpmap(std::string_view value) {
  Codec* target = codec(take_word(value));
  if (target == nullptr) return true;  // RFC 8866 §6.6: a type that the m-line does not list
  std::string_view encoding = take_word(value);
  const std::string_view name = take_word(encoding, '/');
  const auto clock_rate = parse_number<std::uint32_t>(take_word(encoding, '/'), 0xFFFF'FFFF);
  const std::string_view channels = take_word(encoding, '/');
  if (!is_made_of(name, kTokenExtra, 1, 64) || !clock_rate || *clock_rate == 0) return false;
  target->name = name;
  target->clock_rate = *clock_rate;
  target->channels = 1;
  if (!channels.empty()) {
    const auto count = parse_number<std::uint8_t>(channels, 255);
    if (!count || *count == 0) return false;
    target->channels = *count;
  }
  return true;
}

bool Parser::on_fmtp(std::string_view value) {
  if (Codec* target = codec(take_word(value))) target->fmtp = remainder(value);
  return true;
}

bool Parser::on_rtcp_fb(std::string_view value) {
  if (section_ == nullptr) return true;
  const std::string_view payload_type = take_word(value);
  const std::string_view what = remainder(value);
  if (what.empty()) return false;
  std::vector<std::string>* feedback = nullptr;
  if (payload_type == "*") {
    feedback = &wildcard_feedback_.back();
  } else if (Codec* target = codec(payload_type)) {
    feedback = &target->feedback;
  }
  if (feedback == nullptr || feedback->size() == kMaxListed) return true;
  if (std::find(feedback->begin(), feedback->end(), what) == feedback->end()) {
    feedback->emplace_back(what);
  }
  return true;
}

bool Parser::on_candidate(std::string_view value) {
  if (section_ == nullptr || candidates_ == kMaxCandidates) return true;
  // A candidate that we cannot read costs that candidate: there are kinds that we do not know.
  auto candidate = parse_candidate(format("candidate:{}", value));
  if (!candidate) return true;
  section_->candidates.push_back(std::move(candidate).value());
  ++candidates_;
  return true;
}

bool Parser::on_rid(std::string_view value) {
  if (section_ == nullptr) return true;
  const std::string_view id = take_word(value);
  const std::string_view direction = take_word(value);
  if (!is_made_of(id, "-_", 1, 32)) return false;  // threat-model M11
  if (direction != "send" && direction != "recv") return false;
  auto& rids = section_->rids;
  if (rids.size() == kMaxListed) return true;
  rids.push_back({.id = std::string{id},
                  .direction = direction == "send" ? RidDirection::Send : RidDirection::Recv,
                  .restrictions = std::string{remainder(value)}});
  return true;
}

std::optional<std::vector<SimulcastStream>> simulcast_list(std::string_view text) {
  std::vector<SimulcastStream> streams;
  while (!text.empty()) {
    std::string_view alternatives = take_word(text, ';');
    if (alternatives.empty()) break;
    SimulcastStream stream;
    while (!alternatives.empty()) {
      std::string_view id = take_word(alternatives, ',');
      if (id.empty()) break;
      const bool paused = id.starts_with('~');
      if (paused) id.remove_prefix(1);
      if (!is_made_of(id, "-_", 1, 32) || stream.size() == kMaxListed) return std::nullopt;
      stream.push_back({.id = std::string{id}, .paused = paused});
    }
    if (stream.empty() || streams.size() == kMaxListed) return std::nullopt;
    streams.push_back(std::move(stream));
  }
  if (streams.empty()) return std::nullopt;
  return streams;
}

bool Parser::on_simulcast(std::string_view value) {
  if (section_ == nullptr || section_->simulcast) return true;
  Simulcast simulcast;
  for (int i = 0; i < 2; ++i) {
    const std::string_view direction = take_word(value);
    if (direction.empty()) break;
    auto list = simulcast_list(take_word(value));
    // The draft's older spelling (`send rid=q;h`) is no list of ours; the rids alone then count.
    if (!list || (direction != "send" && direction != "recv")) return true;
    (direction == "send" ? simulcast.send : simulcast.recv) = std::move(*list);
  }
  if (!simulcast.send.empty() || !simulcast.recv.empty())
    section_->simulcast = std::move(simulcast);
  return true;
}

bool Parser::on_msid(std::string_view value) {
  if (section_ == nullptr || section_->msids.size() == kMaxListed) return true;
  const std::string_view stream = take_word(value);
  const std::string_view track = take_word(value);
  if (stream.empty() || stream.size() > kMaxWord || track.size() > kMaxWord) return false;
  section_->msids.push_back({std::string{stream}, std::string{track}});
  return true;
}

bool Parser::on_ssrc(std::string_view value) {
  if (section_ == nullptr) return true;
  const auto number = parse_number<std::uint32_t>(take_word(value), 0xFFFF'FFFF);
  if (!number) return false;
  auto& ssrcs = section_->ssrcs;
  auto known =
      std::find_if(ssrcs.begin(), ssrcs.end(), [&](const Ssrc& s) { return s.ssrc == *number; });
  if (known == ssrcs.end()) {
    if (ssrcs.size() == kMaxListed) return true;
    known = ssrcs.insert(known, Ssrc{.ssrc = *number, .cname = {}, .msid = {}});
  }
  std::string_view attribute = remainder(value);
  if (attribute.starts_with("cname:")) {
    attribute.remove_prefix(6);
    known->cname = remainder(attribute);
  } else if (attribute.starts_with("msid:")) {
    attribute.remove_prefix(5);
    const std::string_view stream = take_word(attribute);
    const std::string_view track = take_word(attribute);
    if (!stream.empty()) known->msid = Msid{std::string{stream}, std::string{track}};
  }
  return true;
}

bool Parser::on_ssrc_group(std::string_view value) {
  if (section_ == nullptr || section_->ssrc_groups.size() == kMaxListed) return true;
  SsrcGroup group;
  const std::string_view semantics = take_word(value);
  if (!is_made_of(semantics, kTokenExtra, 1, 32)) return false;
  group.semantics = semantics;
  for (std::string_view word = take_word(value); !word.empty(); word = take_word(value)) {
    const auto ssrc = parse_number<std::uint32_t>(word, 0xFFFF'FFFF);
    if (!ssrc || group.ssrcs.size() == kMaxListed) return false;
    group.ssrcs.push_back(*ssrc);
  }
  section_->ssrc_groups.push_back(std::move(group));
  return true;
}

bool Parser::on_sctp_port(std::string_view value) {
  if (section_ == nullptr) return true;
  section_->sctp_port = parse_number<std::uint16_t>(value, 65'535);
  return section_->sctp_port.has_value();
}

bool Parser::on_max_message_size(std::string_view value) {
  if (section_ == nullptr) return true;
  constexpr std::uint64_t kMax = 0x7FFF'FFFF'FFFF'FFFF;
  section_->max_message_size = parse_number<std::uint64_t>(value, kMax);
  return section_->max_message_size.has_value();
}

void Parser::finish_section(Section& section, Shared& own) {
  section.direction = own.direction.value_or(session_.direction.value_or(Direction::SendRecv));
  section.setup = own.setup ? own.setup : session_.setup;
  section.fingerprint = own.fingerprint ? std::move(own.fingerprint) : session_.fingerprint;
  const std::string& ufrag = own.ufrag.empty() ? session_.ufrag : own.ufrag;
  const std::string& pwd = own.pwd.empty() ? session_.pwd : own.pwd;
  if (!ufrag.empty() && !pwd.empty()) section.ice = IceParameters{ufrag, pwd};
  section.extensions = std::move(own.extensions);
  for (const ExtensionMap& e : session_.extensions) {
    const auto same_id = [&](const ExtensionMap& other) { return other.id == e.id; };
    if (std::none_of(section.extensions.begin(), section.extensions.end(), same_id) &&
        section.extensions.size() < kMaxListed) {
      section.extensions.push_back(e);
    }
  }
}

void Parser::finish() {
  for (std::size_t i = 0; i < out_.sections.size(); ++i) {
    finish_section(out_.sections[i], own_[i]);
    for (Codec& c : out_.sections[i].codecs) {
      for (const std::string& what : wildcard_feedback_[i]) {
        if (!c.has_feedback(what) && c.feedback.size() < kMaxListed) c.feedback.push_back(what);
      }
    }
  }
}

Result<SessionDescription> Parser::run(std::string_view text) {
  if (text.size() > kMaxBytes) return invalid("the session description is too long");
  out_.sections.reserve(8);
  own_.reserve(8);
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    ++number;
    if (number > kMaxLines) return invalid("the session description has too many lines");
    if (number == 1 && line != "v=0") return invalid("a session description begins with v=0");
    if (!on_line(line)) {
      return invalid(format("line {} of the session description cannot be read", number));
    }
  }
  if (number == 0) return invalid("the session description is empty");
  finish();
  return std::move(out_);
}

}  // namespace

Result<SessionDescription> parse(std::string_view text) { return Parser{}.run(text); }

}  // namespace vv::rtc::sdp
