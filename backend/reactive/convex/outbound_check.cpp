#include "reactive/convex/outbound_check.hpp"

#include <cmath>

#include "reactive/convex/json.hpp"
#include "reactive/convex/timestamp.hpp"
#include "reactive/convex/value_codec.hpp"

namespace vv::reactive::convex {
namespace {

std::optional<std::uint64_t> whole(const Value* value) {
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  const double number = *value->number();
  if (number < 0 || number > 9007199254740992.0 || std::trunc(number) != number) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(number);
}

bool is_text(const Value* value) { return value != nullptr && value->string() != nullptr; }

std::string look_at_log_lines(const Value& part) {
  const Value* lines = part.find("logLines");
  if (lines == nullptr || lines->array() == nullptr) return "logLines is missing";
  for (const Value& line : *lines->array()) {
    if (!is_text(&line) || !line.string()->starts_with('[')) return "a log line without its level";
  }
  return {};
}

// Errors carry data only when they are meant as `ConvexError`: a null would make them one.
std::string look_at_error_data(const Value& part) {
  const Value* data = part.find("errorData");
  if (data == nullptr) return {};
  return data->is_null() ? "errorData is null" : find_unsendable(*data);
}

std::string look_at_modification(const Value& part) {
  if (!whole(part.find("queryId"))) return "queryId is no id";
  const Value* type = part.find("type");
  if (!is_text(type)) return "a modification without type";
  if (*type->string() == "QueryRemoved") return {};
  if (std::string why = look_at_log_lines(part); !why.empty()) return why;
  const Value* journal = part.find("journal");
  if (journal == nullptr || !(journal->is_null() || is_text(journal))) return "journal is no text";
  if (*type->string() == "QueryUpdated") {
    const Value* value = part.find("value");
    return value == nullptr ? "a value is missing" : find_unsendable(*value);
  }
  if (*type->string() == "QueryFailed") {
    if (!is_text(part.find("errorMessage"))) return "errorMessage is no text";
    return look_at_error_data(part);
  }
  return "unknown modification";
}

}  // namespace

std::optional<StateVersion> read_version(const Value* value) {
  if (value == nullptr) return std::nullopt;
  const auto query_set = whole(value->find("querySet"));
  const auto identity = whole(value->find("identity"));
  const Value* ts = value->find("ts");
  if (!query_set || !identity || !is_text(ts)) return std::nullopt;
  const auto decoded = decode_timestamp(*ts->string());
  if (!decoded) return std::nullopt;
  return StateVersion{*query_set, *decoded, *identity};
}

std::string OutboundCheck::look_at(std::string_view frame) {
  const std::optional<Value> message = parse_json(frame);
  if (!message) return "not JSON";
  return look_at_message(*message);
}

std::string OutboundCheck::look_at_message(const Value& message) {
  const Value* type = message.find("type");
  if (!is_text(type)) return "no type";
  const std::string& name = *type->string();
  if (name == "Ping") return {};
  if (name == "TransitionChunk") return look_at_chunk(message);
  if (next_part_ != 0) return "only Ping may come between the parts of a Transition";
  if (name == "Transition") return look_at_transition(message);
  if (name == "MutationResponse") return look_at_response(message, true);
  if (name == "ActionResponse") return look_at_response(message, false);
  if (name == "AuthError") {
    const Value* attempted = message.find("authUpdateAttempted");
    const bool ok = is_text(message.find("error")) && whole(message.find("baseVersion")) &&
                    attempted != nullptr && attempted->boolean() != nullptr;
    return ok ? "" : "malformed AuthError";
  }
  return "a type that clients do not know: " + name;
}

std::string OutboundCheck::look_at_transition(const Value& message) {
  const auto start = read_version(message.find("startVersion"));
  const auto end = read_version(message.find("endVersion"));
  if (!start || !end) return "malformed version";
  if (*start != version_) return "startVersion is not the last endVersion";
  if (end->ts < start->ts) return "ts goes back";
  if (end->query_set < start->query_set) return "querySet goes back";
  if (end->identity < start->identity) return "identity goes back";
  version_ = *end;
  const Value* parts = message.find("modifications");
  if (parts == nullptr || parts->array() == nullptr) return "no modifications";
  for (const Value& part : *parts->array()) {
    if (std::string why = look_at_modification(part); !why.empty()) return why;
  }
  for (const char* name : {"clientClockSkew", "serverTs"}) {
    const Value* number = message.find(name);
    if (number != nullptr && number->number() == nullptr)
      return std::string(name) + " is no number";
  }
  return {};
}

std::string OutboundCheck::look_at_chunk(const Value& message) {
  const auto part = whole(message.find("partNumber"));
  const auto total = whole(message.find("totalParts"));
  const Value* chunk = message.find("chunk");
  const Value* id = message.find("transitionId");
  if (!part || !total || !is_text(chunk) || !is_text(id)) return "malformed chunk";
  if (*part != next_part_ || *part >= *total) return "chunks out of order";
  if (next_part_ == 0) {
    chunks_.clear();
    parts_ = *total;
    transition_id_ = *id->string();
  }
  if (*total != parts_ || *id->string() != transition_id_) return "chunks of two Transitions";
  chunks_ += *chunk->string();
  next_part_ = *part + 1 == parts_ ? 0 : *part + 1;
  if (next_part_ != 0) return {};
  const std::optional<Value> whole_message = parse_json(chunks_);
  if (!whole_message) return "the chunks are not JSON together";
  const Value* type = whole_message->find("type");
  if (!is_text(type) || *type->string() != "Transition") return "the chunks are no Transition";
  return look_at_transition(*whole_message);
}

std::string OutboundCheck::look_at_response(const Value& message, bool with_ts) {
  if (!whole(message.find("requestId"))) return "requestId is no id";
  if (std::string why = look_at_log_lines(message); !why.empty()) return why;
  const Value* success = message.find("success");
  const Value* result = message.find("result");
  if (success == nullptr || success->boolean() == nullptr) return "success is missing";
  if (result == nullptr) return "result is missing";
  if (!*success->boolean()) {
    return is_text(result) ? look_at_error_data(message) : "a failure's result is its message";
  }
  if (with_ts) {
    const Value* ts = message.find("ts");
    if (!is_text(ts) || !decode_timestamp(*ts->string())) return "malformed ts";
  }
  return find_unsendable(*result);
}

}  // namespace vv::reactive::convex
