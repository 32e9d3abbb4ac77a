#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "reactive/convex/connection.hpp"

namespace vv::reactive {
class Engine;
}

namespace vv::reactive::convex {

/// `POST /api/query`, `/api/mutation`, `/api/action` as `ConvexHttpClient` calls them, and
/// `/api/query_ts`, `/api/query_at_ts` of its `consistentQuery`. CORS, sizes and methods are the
/// server's.
class HttpApi {
 public:
  enum class Kind { Query, Mutation, Action, QueryTs, QueryAtTs };
  /// Status 200, or when the function failed 560, with a JSON body; so has 429, which is 560's
  /// `rate_limited` for those who are not npm's package. Other 4xx and 5xx have a text body.
  using Respond = std::function<void(int status, std::string body)>;

  HttpApi(Engine& engine, TokenVerifier verify);

  /// `authorization`: the header's value, empty when absent. `respond` is called on the front loop,
  /// perhaps before this returns.
  void call(Kind kind, std::string_view body, std::string_view authorization,
            const ConnectionInfo& info, Respond respond);

 private:
  Engine& engine_;
  TokenVerifier verify_;
};

}  // namespace vv::reactive::convex
