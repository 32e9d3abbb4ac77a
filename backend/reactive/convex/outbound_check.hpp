#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "reactive/convex/frames.hpp"
#include "reactive/value.hpp"

namespace vv::reactive::convex {

/// Reads every frame of one socket before it leaves, as strictly as clients are known to break:
/// one malformed field freezes a client until it reconnects. On in debug builds and tests.
class OutboundCheck {
 public:
  /// @return what is wrong with `frame`, empty when nothing is
  [[nodiscard]] std::string look_at(std::string_view frame);

 private:
  std::string look_at_message(const Value& message);
  std::string look_at_transition(const Value& message);
  std::string look_at_chunk(const Value& message);
  std::string look_at_response(const Value& message, bool with_ts);

  StateVersion version_;
  std::string chunks_;
  std::uint64_t next_part_ = 0;  // 0: not inside a chunk run
  std::uint64_t parts_ = 0;
  std::string transition_id_;
};

/// The version object of a Transition; nothing when malformed.
[[nodiscard]] std::optional<StateVersion> read_version(const Value* value);

}  // namespace vv::reactive::convex
