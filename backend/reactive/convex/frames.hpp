#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reactive/engine.hpp"
#include "store/value.hpp"

namespace vv::reactive::convex {

/// What both ends count: queries asked for, snapshot, identity.
struct StateVersion {
  std::uint64_t query_set = 0;
  store::Timestamp ts;
  std::uint64_t identity = 0;
  bool operator==(const StateVersion&) const = default;
};

/// Builds one Transition, fragment by fragment.
class TransitionWriter {
 public:
  TransitionWriter(const StateVersion& start, const StateVersion& end);
  void updated(std::uint64_t query_id, const QueryResult& result);
  void removed(std::uint64_t query_id);
  /// `skew_ms`: how far the client's clock is ahead.
  [[nodiscard]] std::string finish(std::optional<double> skew_ms, std::int64_t server_nanos) &&;

 private:
  void begin(std::string_view type, std::uint64_t query_id);
  std::string text_;
  bool first_ = true;
};

/// The frames that carry one Transition: itself, or over 1 MiB its parts, between which nothing
/// else may be sent.
[[nodiscard]] std::vector<std::string> in_chunks(std::string transition, std::string_view id);

[[nodiscard]] std::string mutation_response(std::uint64_t request_id, const CallOutcome& outcome);
[[nodiscard]] std::string action_response(std::uint64_t request_id, const CallOutcome& outcome);
[[nodiscard]] std::string auth_error(std::string_view why, std::uint64_t base_version,
                                     bool update_attempted);
[[nodiscard]] std::string ping();

}  // namespace vv::reactive::convex
