#include "rtc/sdp/session_description.hpp"

#include <algorithm>

#include "rtc/sdp/text.hpp"

namespace vv::rtc::sdp {

Direction reversed(Direction direction) {
  if (direction == Direction::SendOnly) return Direction::RecvOnly;
  if (direction == Direction::RecvOnly) return Direction::SendOnly;
  return direction;
}

bool Codec::is(std::string_view codec_name) const { return equals_ignoring_case(name, codec_name); }

std::string_view Codec::parameter(std::string_view key) const {
  std::string_view rest = fmtp;
  while (true) {
    const std::string_view pair = take_word(rest, ';');
    if (pair.empty()) return {};
    const std::string_view trimmed = remainder(pair);
    const std::size_t equals = trimmed.find('=');
    if (equals != std::string_view::npos && equals_ignoring_case(trimmed.substr(0, equals), key)) {
      return trimmed.substr(equals + 1);
    }
  }
}

std::optional<std::uint8_t> Codec::apt() const {
  return parse_number<std::uint8_t>(parameter("apt"), 127);
}

bool Codec::has_feedback(std::string_view what) const {
  return std::find(feedback.begin(), feedback.end(), what) != feedback.end();
}

const Codec* Section::codec(std::uint8_t payload_type) const {
  for (const Codec& c : codecs) {
    if (c.payload_type == payload_type) return &c;
  }
  return nullptr;
}

const Codec* Section::rtx_of(std::uint8_t payload_type) const {
  for (const Codec& c : codecs) {
    if (c.is("rtx") && c.apt() == payload_type) return &c;
  }
  return nullptr;
}

std::uint8_t Section::extension_id(std::string_view uri) const {
  for (const ExtensionMap& e : extensions) {
    if (e.uri == uri) return e.id;
  }
  return 0;
}

std::uint32_t Section::rtx_ssrc_of(std::uint32_t ssrc) const {
  for (const SsrcGroup& group : ssrc_groups) {
    if (group.semantics == "FID" && group.ssrcs.size() == 2 && group.ssrcs[0] == ssrc) {
      return group.ssrcs[1];
    }
  }
  return 0;
}

const Section* SessionDescription::section(std::string_view mid) const {
  for (const Section& s : sections) {
    if (s.mid == mid) return &s;
  }
  return nullptr;
}

}  // namespace vv::rtc::sdp
