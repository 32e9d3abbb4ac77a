#include "reactive/convex/http_api.hpp"

#include <utility>

#include "base/clock.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/convex/timestamp.hpp"
#include "reactive/convex/value_codec.hpp"
#include "reactive/detail/type_text.hpp"
#include "reactive/engine.hpp"

namespace vv::reactive::convex {
namespace {

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kTooOften = 429;
constexpr int kUnavailable = 503;     // as overloaded servers say it (threat-model H5)
constexpr int kFunctionFailed = 560;  // what the client parses like a 200, and monitors do not

std::string envelope(const CallOutcome& outcome) {
  std::string body;
  if (outcome.failure) {
    body = "{\"status\":\"error\",\"errorMessage\":";
    append_json_string(body, outcome.failure->message);
    if (outcome.failure->data) body += ",\"errorData\":" + *outcome.failure->data;
  } else {
    body = "{\"status\":\"success\",\"value\":" + outcome.value;
  }
  return body + ",\"logLines\":[]}";
}

/// `args` is `[{…}]` from the package; a bare object is as good.
Result<Value> arguments_of(Value args) {
  if (args.is_null()) return Value(Value::Object{});
  if (Value::Array* items = args.array()) {
    if (items->size() > 1) return invalid("args must hold one object");
    if (items->empty()) return Value(Value::Object{});
    args = Value(std::move(items->front()));
  }
  VV_ASSIGN_OR_RETURN(Value decoded, decode_value(std::move(args)));
  if (decoded.object() == nullptr) return invalid("args must hold one object");
  return decoded;
}

}  // namespace

HttpApi::HttpApi(Engine& engine, TokenVerifier verify)
    : engine_(engine), verify_(std::move(verify)) {}

void HttpApi::call(Kind kind, std::string_view body, std::string_view authorization,
                   const ConnectionInfo& info, Respond respond) {
  if (kind == Kind::QueryTs) {
    return respond(kOk, "{\"ts\":\"" + encode_timestamp(engine_.published()) + "\"}");
  }
  CallRequest request;
  request.base_url = info.base_url;
  request.address_block = info.address_block;
  if (!authorization.empty()) {
    constexpr std::string_view kBearer = "Bearer ";
    if (!authorization.starts_with(kBearer)) {
      return respond(kUnauthorized, "this kind of authorization is not accepted here");
    }
    Result<VerifiedToken> token = verify_(authorization.substr(kBearer.size()));
    if (!token) return respond(kUnauthorized, token.error().message);
    request.identity = std::make_shared<const Identity>(std::move(token->identity));
  }

  std::optional<Value> message = parse_json(body);
  if (!message || message->object() == nullptr) return respond(kBadRequest, "the body is not JSON");
  const Value path = message->take("path");
  if (path.string() == nullptr) return respond(kBadRequest, "path must name a function");
  request.path = *path.string();
  if (kind == Kind::QueryAtTs) {
    const Value ts = message->take("ts");
    if (ts.string() != nullptr) request.at = decode_timestamp(*ts.string());
    if (!request.at) return respond(kBadRequest, "ts is not a timestamp");
  }
  Result<Value> args = arguments_of(message->take("args"));
  if (!args) {
    return respond(kBadRequest,
                   "ArgumentValidationError: " + args.error().field + ": " + args.error().message);
  }
  request.args = *std::move(args);

  const auto done = [respond = std::move(respond),
                     from_npm = info.from_npm](const CallOutcome& outcome) {
    if (outcome.turned_away) return respond(kUnavailable, outcome.failure->message);
    if (!outcome.failure) return respond(kOk, envelope(outcome));
    // The package reads an answer of 560 alone: any other status is a plain Error to it, and its
    // caller could not tell `rate_limited` from a fault. Whoever else calls is told as HTTP has it.
    const bool is_status = outcome.failure->too_often && !from_npm;
    respond(is_status ? kTooOften : kFunctionFailed, envelope(outcome));
  };
  switch (kind) {
    case Kind::Mutation:
      engine_.mutate(std::move(request), done);
      return;
    case Kind::Action:
      engine_.act(std::move(request), done);
      return;
    default:
      engine_.query_once(std::move(request), done);
      return;
  }
}

}  // namespace vv::reactive::convex
