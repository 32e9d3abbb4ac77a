#pragma once

#include <string_view>

#include "base/error.hpp"
#include "reactive/engine.hpp"

namespace vv {
class Random;
}

namespace vv::reactive {

/// What the client may see of `error`: the seven public codes become a `ConvexError` whose data is
/// `{code, message, field?}`; our own faults a request id, under which the log has the rest, unless
/// `reveal`.
[[nodiscard]] Failure to_failure(const Error& error, std::string_view function, bool reveal,
                                 Random& random);
/// Adds to `visavis_reactive_refused_total`; `reason` is one of few words. Any thread.
void count_refusal(std::string_view reason);
/// A plain error: an unknown function, bad arguments.
[[nodiscard]] Failure plain_failure(std::string message);

}  // namespace vv::reactive
