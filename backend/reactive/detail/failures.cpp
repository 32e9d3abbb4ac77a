#include "reactive/detail/failures.hpp"

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive {

void count_refusal(std::string_view reason) {
  metrics()
      .counter("visavis_reactive_refused_total", "Calls, queries and sockets refused",
               {{"reason", std::string(reason)}})
      .add();
}

Failure to_failure(const Error& error, std::string_view function, bool reveal, Random& random) {
  if (error.code == ErrorCode::Internal) {
    const std::string id = random.text(16, "0123456789abcdef");
    log::error("a function failed",
               {{"function", function}, {"request_id", id}, {"why", error.message}});
    std::string message = "[Request ID: " + id + "] Server Error";
    if (reveal) message += "\nUncaught Error: " + error.message;
    return plain_failure(std::move(message));
  }
  count_refusal(to_string(error.code));
  std::string data = "{\"code\":";
  append_json_string(data, to_string(error.code));
  data += ",\"message\":";
  append_json_string(data, error.message);
  if (!error.field.empty()) {
    data += ",\"field\":";
    append_json_string(data, error.field);
  }
  if (!error.extra.empty()) data += ',' + error.extra;
  data += '}';
  return {"Uncaught ConvexError: " + error.message, std::move(data),
          error.code == ErrorCode::RateLimited};
}

Failure plain_failure(std::string message) { return {std::move(message), std::nullopt, false}; }

}  // namespace vv::reactive
