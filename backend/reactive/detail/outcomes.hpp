#pragma once

#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "reactive/engine.hpp"

#include <boost/describe.hpp>

namespace vv::store {
class Writer;
}

namespace vv::reactive {

/// One mutation that has run (threat-model H6), written in its own transaction.
struct MutationOutcome {
  Id<MutationOutcome> id;
  double creation_time = 0;
  std::string session_id;
  std::int64_t request_id = 0;
  std::string user;       // subject, empty for nobody
  std::string call_hash;  // of path and arguments
  std::string value;      // encoded
  std::int64_t commit_ts = 0;
};
BOOST_DESCRIBE_STRUCT(MutationOutcome, (),
                      (id, creation_time, session_id, request_id, user, call_hash, value,
                       commit_ts))

/// Results are kept whole or not at all; a mutation that answers more than this is refused.
constexpr std::size_t kMaxOutcomeBytes = 1024 * 1024;

struct OutcomeKey {
  RequestKey request;
  std::string user;
  std::string call_hash;
};

/// What this request gave when it ran before. refuses: conflict when the key was used by another
/// user or for another call: neither run nor answered with what is kept.
[[nodiscard]] Result<std::optional<MutationOutcome>> find_outcome(store::Writer& writer,
                                                                  const OutcomeKey& key);
[[nodiscard]] Status keep_outcome(store::Writer& writer, const OutcomeKey& key,
                                  const std::string& value);

}  // namespace vv::reactive
