#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "livekit_room.pb.h"
#include "signaling/livekit/messages.hpp"
#include "signaling/twirp/twirp.hpp"

namespace {

template <class Request>
void read_and_write(vv::signaling::twirp::Encoding encoding, std::string_view body) {
  Request request;
  if (!vv::signaling::twirp::decode(encoding, body, request)) return;
  Request again;
  const bool readable = vv::signaling::twirp::decode(
      encoding, vv::signaling::twirp::encode(encoding, request), again);
  // Binary strings that are no UTF-8 have no JSON; whatever JSON gave can be written and read
  // again.
  VV_CHECK(readable || encoding == vv::signaling::twirp::Encoding::Protobuf,
           "what was read can be written");
}

}  // namespace

// Any body for a few methods; the first byte picks the encoding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using vv::signaling::twirp::Encoding;
  vv::signaling::silence_protobuf_log();
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const Encoding encoding = (data[0] & 1) != 0 ? Encoding::Protobuf : Encoding::Json;
  read_and_write<livekit::CreateRoomRequest>(encoding, text);
  read_and_write<livekit::UpdateParticipantRequest>(encoding, text);
  read_and_write<livekit::SendDataRequest>(encoding, text);
  (void)vv::signaling::twirp::encoding_of(text);
  return 0;
}
