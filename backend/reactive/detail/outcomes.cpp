#include "reactive/detail/outcomes.hpp"

#include "reactive/scheduler.hpp"
#include "store/schema.hpp"
#include "store/writer.hpp"

namespace vv::reactive {

namespace {

/// Every mutation writes one: a random id and a second index to find it by would each put another
/// page into the log, for every mutation.
Id<MutationOutcome> id_of(const RequestKey& request) {
  return Id<MutationOutcome>(request.session_id + ':' + std::to_string(request.request_id));
}

}  // namespace

void declare_schema(store::Schema& schema) {
  schema.add(store::table<MutationOutcome>("mutationOutcomes"));
  declare_scheduler_schema(schema);
}

Result<std::optional<MutationOutcome>> find_outcome(store::Writer& writer, const OutcomeKey& key) {
  VV_ASSIGN_OR_RETURN(std::optional<MutationOutcome> found, writer.find(id_of(key.request)));
  if (found && (found->user != key.user || found->call_hash != key.call_hash)) {
    return conflict("this request id was used for another call");
  }
  return found;
}

Status keep_outcome(store::Writer& writer, const OutcomeKey& key, const std::string& value) {
  if (value.size() > kMaxOutcomeBytes) return internal("a mutation's result is over 1 MiB");
  MutationOutcome outcome;
  outcome.id = id_of(key.request);
  outcome.session_id = key.request.session_id;
  outcome.request_id = static_cast<std::int64_t>(key.request.request_id);
  outcome.user = key.user;
  outcome.call_hash = key.call_hash;
  outcome.value = value;
  outcome.commit_ts = static_cast<std::int64_t>(writer.timestamp().nanos);
  VV_ASSIGN_OR_RETURN(const Id<MutationOutcome> kept, writer.insert(outcome));
  static_cast<void>(kept);
  return {};
}

Result<std::size_t> purge_outcomes(store::Writer& writer, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(
      const std::vector<MutationOutcome> old,
      writer.query<MutationOutcome>().below(static_cast<double>(before.value)).take(limit));
  for (const MutationOutcome& outcome : old) VV_TRY(writer.remove(outcome.id));
  return old.size();
}

}  // namespace vv::reactive
