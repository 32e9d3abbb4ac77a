#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kLength = 12;

}  // namespace

std::string make_sid(std::string_view prefix, Random& random) {
  return std::string(prefix) + random.text(kLength, kAlphabet);
}

std::string make_track_sid(pb::TrackType type, pb::TrackSource source, Random& random) {
  std::string prefix = type == pb::VIDEO ? "TR_V" : "TR_A";
  switch (source) {
    case pb::CAMERA:
      prefix += 'C';
      break;
    case pb::MICROPHONE:
      prefix += 'M';
      break;
    case pb::SCREEN_SHARE:
      prefix += 'S';
      break;
    case pb::SCREEN_SHARE_AUDIO:
      prefix += 's';
      break;
    default:
      break;
  }
  return make_sid(prefix, random);
}

}  // namespace vv::signaling
