#include "signaling/twirp/twirp.hpp"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <boost/json.hpp>

#include "base/encoding.hpp"

namespace vv::signaling::twirp {
namespace {

/// Objects and lists within each other; protobuf's parser recurses (threat-model H20).
constexpr int kMaxDepth = 64;

bool is_shallow(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

}  // namespace

std::string_view to_string(Code code) {
  switch (code) {
    case Code::Canceled:
      return "canceled";
    case Code::InvalidArgument:
      return "invalid_argument";
    case Code::Malformed:
      return "malformed";
    case Code::NotFound:
      return "not_found";
    case Code::BadRoute:
      return "bad_route";
    case Code::Unauthenticated:
      return "unauthenticated";
    case Code::ResourceExhausted:
      return "resource_exhausted";
    case Code::FailedPrecondition:
      return "failed_precondition";
    case Code::Unimplemented:
      return "unimplemented";
    case Code::Internal:
      return "internal";
    case Code::Unavailable:
      return "unavailable";
  }
  return "internal";
}

int http_status(Code code) {
  switch (code) {
    case Code::InvalidArgument:
    case Code::Malformed:
      return 400;
    case Code::NotFound:
    case Code::BadRoute:
      return 404;
    case Code::Unauthenticated:
      return 401;
    case Code::Canceled:
      return 408;
    case Code::ResourceExhausted:
      return 429;
    case Code::FailedPrecondition:
      return 412;
    case Code::Unimplemented:
      return 501;
    case Code::Internal:
      return 500;
    case Code::Unavailable:
      return 503;
  }
  return 500;
}

std::optional<Encoding> encoding_of(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  if (type == "application/json") return Encoding::Json;
  if (type == "application/protobuf") return Encoding::Protobuf;
  return std::nullopt;
}

std::string_view content_type(Encoding encoding) {
  return encoding == Encoding::Json ? "application/json" : "application/protobuf";
}

bool decode(Encoding encoding, std::string_view body, google::protobuf::Message& message) {
  const std::string text(body);
  if (encoding == Encoding::Protobuf) return message.ParseFromString(text);
  if (!is_utf8(text) || !is_shallow(text)) return false;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(text.empty() ? "{}" : text, &message, options)
      .ok();
}

std::string encode(Encoding encoding, const google::protobuf::Message& message) {
  std::string out;
  if (encoding == Encoding::Protobuf) {
    message.SerializeToString(&out);
  } else if (!google::protobuf::util::MessageToJsonString(message, &out).ok()) {
    out = "{}";
  }
  return out;
}

std::string to_json(const Failure& failure) {
  boost::json::object object;
  object["code"] = to_string(failure.code);
  object["msg"] = failure.message;
  return boost::json::serialize(object);
}

}  // namespace vv::signaling::twirp
