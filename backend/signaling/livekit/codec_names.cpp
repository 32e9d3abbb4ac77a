#include "signaling/livekit/codec_names.hpp"

#include <algorithm>
#include <cctype>

namespace vv::signaling {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

std::string codec_name(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  return lower(slash == std::string_view::npos ? text : text.substr(slash + 1));
}

std::string mime_of(pb::TrackType type, std::string_view codec) {
  const std::string name = codec_name(codec);
  const bool lower_case = name == "opus" || name == "red";
  std::string spelled = name;
  if (!lower_case) {
    std::transform(name.begin(), name.end(), spelled.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  return (type == pb::VIDEO ? "video/" : "audio/") + spelled;
}

}  // namespace vv::signaling
