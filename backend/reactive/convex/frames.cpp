#include "reactive/convex/frames.hpp"

#include <algorithm>

#include "reactive/convex/timestamp.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive::convex {
namespace {

constexpr std::size_t kChunkAbove = 1024 * 1024;  // bytes of a Transition sent whole
constexpr std::size_t kChunkBytes = 512 * 1024;   // each part resets the client's 60 s timer

void append_version(std::string& out, const StateVersion& version) {
  out += "{\"querySet\":" + std::to_string(version.query_set);
  out += ",\"ts\":\"" + encode_timestamp(version.ts) + '"';
  out += ",\"identity\":" + std::to_string(version.identity) + '}';
}

void append_journal(std::string& out, const std::optional<std::string>& journal) {
  out += ",\"journal\":";
  if (journal) {
    append_json_string(out, *journal);
  } else {
    out += "null";
  }
}

std::string response(std::string_view type, std::uint64_t request_id, const CallOutcome& outcome,
                     bool with_ts) {
  std::string out = "{\"type\":\"";
  out += type;
  out += "\",\"requestId\":" + std::to_string(request_id);
  if (outcome.failure) {
    out += ",\"success\":false,\"result\":";
    append_json_string(out, outcome.failure->message);
    if (outcome.failure->data) out += ",\"errorData\":" + *outcome.failure->data;
  } else {
    out += ",\"success\":true,\"result\":" + outcome.value;
    if (with_ts) out += ",\"ts\":\"" + encode_timestamp(outcome.ts) + '"';
  }
  out += ",\"logLines\":[]}";
  return out;
}

// Where to cut so that no code point is divided.
std::size_t cut_before(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text.size();
  std::size_t cut = limit;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return cut;
}

}  // namespace

TransitionWriter::TransitionWriter(const StateVersion& start, const StateVersion& end) {
  text_ = "{\"type\":\"Transition\",\"startVersion\":";
  append_version(text_, start);
  text_ += ",\"endVersion\":";
  append_version(text_, end);
  text_ += ",\"modifications\":[";
}

void TransitionWriter::begin(std::string_view type, std::uint64_t query_id) {
  if (!first_) text_ += ',';
  first_ = false;
  text_ += "{\"type\":\"";
  text_ += type;
  text_ += "\",\"queryId\":" + std::to_string(query_id);
}

void TransitionWriter::updated(std::uint64_t query_id, const QueryResult& result) {
  if (result.failure) {
    begin("QueryFailed", query_id);
    text_ += ",\"errorMessage\":";
    append_json_string(text_, result.failure->message);
    if (result.failure->data) text_ += ",\"errorData\":" + *result.failure->data;
  } else {
    begin("QueryUpdated", query_id);
    text_ += ",\"value\":" + result.value;
  }
  text_ += ",\"logLines\":[]";
  append_journal(text_, result.journal);
  text_ += '}';
}

void TransitionWriter::removed(std::uint64_t query_id) {
  begin("QueryRemoved", query_id);
  text_ += '}';
}

std::string TransitionWriter::finish(std::optional<double> skew_ms, std::int64_t server_nanos) && {
  text_ += ']';
  if (skew_ms) {
    text_ += ",\"clientClockSkew\":";
    append_json_number(text_, *skew_ms == 0 ? 0.0 : *skew_ms);  // never a `$float` -0
  }
  text_ += ",\"serverTs\":" + std::to_string(server_nanos) + '}';
  return std::move(text_);
}

std::vector<std::string> in_chunks(std::string transition, std::string_view id) {
  std::vector<std::string> frames;
  if (transition.size() <= kChunkAbove) {
    frames.push_back(std::move(transition));
    return frames;
  }
  std::vector<std::string_view> parts;
  for (std::string_view rest = transition; !rest.empty();) {
    parts.push_back(rest.substr(0, cut_before(rest, kChunkBytes)));
    rest.remove_prefix(parts.back().size());
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string frame = "{\"type\":\"TransitionChunk\",\"chunk\":";
    append_json_string(frame, parts[i]);
    frame += ",\"partNumber\":" + std::to_string(i);
    frame += ",\"totalParts\":" + std::to_string(parts.size());
    frame += ",\"transitionId\":";
    append_json_string(frame, id);
    frame += '}';
    frames.push_back(std::move(frame));
  }
  return frames;
}

std::string mutation_response(std::uint64_t request_id, const CallOutcome& outcome) {
  return response("MutationResponse", request_id, outcome, true);
}

std::string action_response(std::uint64_t request_id, const CallOutcome& outcome) {
  return response("ActionResponse", request_id, outcome, false);
}

std::string auth_error(std::string_view why, std::uint64_t base_version, bool update_attempted) {
  std::string out = "{\"type\":\"AuthError\",\"error\":";
  append_json_string(out, why);
  out += ",\"baseVersion\":" + std::to_string(base_version);
  out += ",\"authUpdateAttempted\":";
  out += update_attempted ? "true}" : "false}";
  return out;
}

std::string ping() { return "{\"type\":\"Ping\"}"; }

}  // namespace vv::reactive::convex
