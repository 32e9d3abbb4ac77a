#include "reactive/promises.hpp"

#include <set>
#include <utility>

#include "base/format.hpp"
#include "reactive/detail/outcomes.hpp"
#include "store/reader.hpp"

namespace vv::reactive {

Result<std::vector<std::string>> broken_promises(store::Reader& db) {
  std::vector<std::string> out;
  VV_ASSIGN_OR_RETURN(const auto outcomes, db.query<MutationOutcome>().collect());
  std::set<std::pair<std::string, std::int64_t>> requests;
  for (const MutationOutcome& outcome : outcomes) {
    if (static_cast<std::uint64_t>(outcome.commit_ts) > db.timestamp().nanos) {
      out.push_back(format("I7: outcome {} is of a commit that never was", outcome.id.str()));
    }
    if (!requests.emplace(outcome.session_id, outcome.request_id).second) {
      out.push_back(format("I8: outcome {} is its request's second", outcome.id.str()));
    }
  }
  return out;
}

}  // namespace vv::reactive
