#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"

namespace google::protobuf {
class Message;
}

namespace vv::signaling::twirp {

/// Twirp's names for what goes wrong; statuses in livekit-wire.md H-42.
enum class Code : std::uint8_t {
  Canceled,
  InvalidArgument,
  Malformed,
  NotFound,
  BadRoute,
  Unauthenticated,
  ResourceExhausted,
  FailedPrecondition,
  Unimplemented,
  Internal,
  Unavailable,
};
[[nodiscard]] std::string_view to_string(Code code);
[[nodiscard]] int http_status(Code code);

struct Failure {
  Code code = Code::Internal;
  std::string message;
};

enum class Encoding : std::uint8_t { Json, Protobuf };
/// From Content-Type, parameters ignored; nothing when it is neither.
[[nodiscard]] std::optional<Encoding> encoding_of(std::string_view content_type);
/// `application/json` exactly (H-41), or `application/protobuf`.
[[nodiscard]] std::string_view content_type(Encoding encoding);

/// Fills `message` from a body: binary, or proto3 JSON with either spelling of names, unknown ones
/// ignored (H-40). False when it cannot be read.
[[nodiscard]] bool decode(Encoding encoding, std::string_view body,
                          google::protobuf::Message& message);
[[nodiscard]] std::string encode(Encoding encoding, const google::protobuf::Message& message);
/// `{"code":…,"msg":…}`
[[nodiscard]] std::string to_json(const Failure& failure);

}  // namespace vv::signaling::twirp
