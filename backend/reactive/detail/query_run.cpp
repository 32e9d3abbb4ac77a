#include "reactive/detail/query_run.hpp"

#include "reactive/detail/failures.hpp"
#include "store/store.hpp"

namespace vv::reactive {
namespace {

std::shared_ptr<const QueryResult> make_result(Result<std::string> answer, const QueryRun& run,
                                               std::optional<std::string> journal,
                                               const QueryRules& rules) {
  auto result = std::make_shared<QueryResult>();
  if (answer) {
    result->value = *std::move(answer);
    result->journal = std::move(journal);
  } else {
    // A page keeps its pin through a failure, else it would come back as another page.
    result->journal = run.journal;
    result->failure = to_failure(answer.error(), run.function, rules.reveal_errors, *rules.random);
    result->cause = answer.error().message;
  }
  return result;
}

QueryRunResult run_one(store::Reader& reader, const QueryRun& run, const QueryRules& rules) {
  reader.restart();
  QueryContext context(reader, {.identity = run.identity.get(),
                                .function = run.function,
                                .journal = run.journal ? &*run.journal : nullptr,
                                .cursors = rules.cursors,
                                .base_url = run.base_url});
  Result<std::string> answer = run.call(context);
  QueryRunResult out;
  out.number = run.number;
  out.snapshot = reader.timestamp();
  out.result = make_result(std::move(answer), run, context.journal(), rules);
  out.reads = reader.restart();
  out.scope = context.scope();
  return out;
}

}  // namespace

std::vector<QueryRunResult> run_queries(store::Store& store, const std::vector<QueryRun>& runs,
                                        const QueryRules& rules,
                                        const std::function<Instant()>& now) {
  const Instant end = now() + kBatchTime;
  std::vector<QueryRunResult> results;
  results.reserve(runs.size());
  const Status read = store.read([&](store::Reader& reader) -> Status {
    for (const QueryRun& run : runs) {
      if (!results.empty() && now() >= end) break;
      results.push_back(run_one(reader, run, rules));
    }
    return {};
  });
  if (!read) {
    results.clear();
    for (const QueryRun& run : runs) {
      QueryRunResult& failed = results.emplace_back();
      failed.number = run.number;
      failed.snapshot = store.published();
      failed.result = make_result(read.error(), run, std::nullopt, rules);
      failed.away = read.error().code == ErrorCode::Unavailable;
      // Nothing was read, so any commit is a reason to try again.
      for (std::uint32_t table = 0; table < store.schema().tables().size(); ++table) {
        failed.reads.add_table(table);
      }
    }
  }
  return results;
}

}  // namespace vv::reactive
