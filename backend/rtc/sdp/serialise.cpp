#include <iterator>

#include "base/format.hpp"
#include "rtc/sdp/session_description.hpp"

namespace vv::rtc::sdp {
namespace {

constexpr std::string_view to_text(Direction direction) {
  switch (direction) {
    case Direction::SendRecv:
      return "sendrecv";
    case Direction::SendOnly:
      return "sendonly";
    case Direction::RecvOnly:
      return "recvonly";
    case Direction::Inactive:
      return "inactive";
  }
  return "inactive";
}

constexpr std::string_view to_text(Setup setup) {
  switch (setup) {
    case Setup::ActPass:
      return "actpass";
    case Setup::Active:
      return "active";
    case Setup::Passive:
      return "passive";
    case Setup::HoldConn:
      return "holdconn";
  }
  return "actpass";
}

constexpr std::string_view to_text(RidDirection direction) {
  return direction == RidDirection::Send ? "send" : "recv";
}

template <class... Args>
void line(std::string& out, fmt::format_string<Args...> text, Args&&... args) {
  format_to(std::back_inserter(out), text, std::forward<Args>(args)...);
  out += "\r\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += ' ';
    text += word;
  }
  return text;
}

void write_media_line(std::string& out, const Section& s) {
  format_to(std::back_inserter(out), "m={} {} {}", s.media, s.port, s.protocol);
  for (const Codec& codec : s.codecs) {
    format_to(std::back_inserter(out), " {}", codec.payload_type);
  }
  for (const std::string& name : s.formats) {
    out += ' ';
    out += name;
  }
  // The grammar wants a format even where nothing is meant (a rejected section without codecs).
  if (s.codecs.empty() && s.formats.empty()) out += " 0";
  out += "\r\nc=IN IP4 0.0.0.0\r\n";
}

void write_transport(std::string& out, const Section& s) {
  if (s.ice) {
    line(out, "a=ice-ufrag:{}", s.ice->ufrag);
    line(out, "a=ice-pwd:{}", s.ice->pwd);
  }
  if (s.fingerprint)
    line(out, "a=fingerprint:{} {}", s.fingerprint->algorithm, s.fingerprint->value);
  if (s.setup) line(out, "a=setup:{}", to_text(*s.setup));
  if (!s.mid.empty()) line(out, "a=mid:{}", s.mid);
  if (s.bundle_only) line(out, "a=bundle-only");
}

void write_codec(std::string& out, const Codec& c) {
  if (!c.name.empty()) {
    if (c.channels > 1) {
      line(out, "a=rtpmap:{} {}/{}/{}", c.payload_type, c.name, c.clock_rate, c.channels);
    } else {
      line(out, "a=rtpmap:{} {}/{}", c.payload_type, c.name, c.clock_rate);
    }
  }
  for (const std::string& feedback : c.feedback) {
    line(out, "a=rtcp-fb:{} {}", c.payload_type, feedback);
  }
  if (!c.fmtp.empty()) line(out, "a=fmtp:{} {}", c.payload_type, c.fmtp);
}

void write_simulcast_list(std::string& out, std::string_view word,
                          const std::vector<SimulcastStream>& streams) {
  if (streams.empty()) return;
  out += ' ';
  out += word;
  char separator = ' ';
  for (const SimulcastStream& stream : streams) {
    for (const SimulcastRid& rid : stream) {
      out += separator;
      if (rid.paused) out += '~';
      out += rid.id;
      separator = ',';
    }
    separator = ';';
  }
}

void write_simulcast(std::string& out, const Simulcast& simulcast) {
  if (simulcast.send.empty() && simulcast.recv.empty()) return;
  std::string lists;
  write_simulcast_list(lists, "send", simulcast.send);
  write_simulcast_list(lists, "recv", simulcast.recv);
  line(out, "a=simulcast:{}", std::string_view{lists}.substr(1));
}

void write_ssrcs(std::string& out, const Section& s) {
  for (const SsrcGroup& group : s.ssrc_groups) {
    format_to(std::back_inserter(out), "a=ssrc-group:{}", group.semantics);
    for (const std::uint32_t ssrc : group.ssrcs) format_to(std::back_inserter(out), " {}", ssrc);
    out += "\r\n";
  }
  for (const Ssrc& source : s.ssrcs) {
    if (!source.cname.empty() || !source.msid) {
      line(out, "a=ssrc:{} cname:{}", source.ssrc, source.cname);
    }
    if (source.msid) {
      line(out, "a=ssrc:{} msid:{} {}", source.ssrc, source.msid->stream, source.msid->track);
    }
  }
}

void write_media(std::string& out, const Section& s) {
  if (s.kind != MediaKind::Application || s.direction != Direction::SendRecv) {
    line(out, "a={}", to_text(s.direction));
  }
  for (const ExtensionMap& e : s.extensions) {
    if (e.direction) {
      line(out, "a=extmap:{}/{} {}", e.id, to_text(*e.direction), e.uri);
    } else {
      line(out, "a=extmap:{} {}", e.id, e.uri);
    }
  }
  for (const Msid& msid : s.msids) {
    if (msid.track.empty()) {
      line(out, "a=msid:{}", msid.stream);
    } else {
      line(out, "a=msid:{} {}", msid.stream, msid.track);
    }
  }
  if (s.rtcp_mux) line(out, "a=rtcp-mux");
  if (s.rtcp_rsize) line(out, "a=rtcp-rsize");
  for (const Codec& codec : s.codecs) write_codec(out, codec);
  for (const Rid& rid : s.rids) {
    line(out, "a=rid:{} {}{}{}", rid.id, to_text(rid.direction),
         rid.restrictions.empty() ? "" : " ", rid.restrictions);
  }
  if (s.simulcast) write_simulcast(out, *s.simulcast);
  write_ssrcs(out, s);
  if (s.sctp_port) line(out, "a=sctp-port:{}", *s.sctp_port);
  if (s.max_message_size) line(out, "a=max-message-size:{}", *s.max_message_size);
}

}  // namespace

std::string serialise(const SessionDescription& d) {
  std::string out;
  out.reserve(512 + d.sections.size() * 2'048);
  line(out, "v=0");
  line(out, "o=- {} {} IN IP4 127.0.0.1", d.session_id, d.session_version);
  line(out, "s=-");
  line(out, "t=0 0");
  if (!d.bundle.empty()) line(out, "a=group:BUNDLE{}", joined(d.bundle));
  if (d.extmap_allow_mixed) line(out, "a=extmap-allow-mixed");
  if (!d.msid_semantic.empty()) line(out, "a=msid-semantic: WMS {}", d.msid_semantic);
  if (d.ice_lite) line(out, "a=ice-lite");
  if (!d.ice_options.empty()) line(out, "a=ice-options:{}", joined(d.ice_options).substr(1));
  for (const Section& section : d.sections) {
    write_media_line(out, section);
    write_transport(out, section);
    write_media(out, section);
    for (const Candidate& candidate : section.candidates) {
      line(out, "a={}", to_string(candidate));
    }
    if (section.end_of_candidates) line(out, "a=end-of-candidates");
  }
  return out;
}

}  // namespace vv::rtc::sdp
