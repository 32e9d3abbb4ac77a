#include <atomic>
#include <utility>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "reactive/context.hpp"
#include "reactive/detail/core.hpp"
#include "reactive/detail/failures.hpp"
#include "reactive/detail/hash.hpp"
#include "reactive/detail/outcomes.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive {
namespace {

constexpr std::size_t kMaxEchoedName = 200;  // characters of a function's name in a message
// Calls on the pool at once; the others wait where turns are kept, and the pool has more to serve.
constexpr std::size_t kMaxCallJobs = 4;

/// Who takes turns, and has a rate, of their own. Nobody is signed in as what begins with a zero.
std::string caller_of(const CallRequest& request) {
  if (request.identity != nullptr) return request.identity->subject;
  if (!request.address_block.empty()) return std::string("\0a", 2) + request.address_block;
  if (request.key) return std::string("\0s", 2) + request.key->session_id;
  return {};
}

const char* noun(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::Query:
      return "a query";
    case FunctionKind::Mutation:
      return "a mutation";
    case FunctionKind::Action:
      return "an action";
  }
  return "a function";
}

/// One mutation on its way through the writer. Shared by the session, which asks whether it may be
/// visible, and the two calls of the store.
struct MutationRun final : PendingMutation {
  [[nodiscard]] bool may_be_visible() const override { return started.load(); }

  std::string function;
  BoundCall<MutationContext> call;
  std::shared_ptr<const Identity> identity;
  std::string base_url;
  std::optional<OutcomeKey> key;
  Engine::Done done;
  std::atomic<bool> started{false};

  // Written by the body, which may run twice, read by `done`.
  std::string value;
  std::vector<MutationContext::Effect> effects;
  std::optional<store::Timestamp> recorded;  // it had run before
};

Status run_body(MutationRun& run, store::Writer& writer, const EnginePorts& ports) {
  run.started = true;
  run.effects.clear();
  run.recorded.reset();
  if (run.key) {
    VV_ASSIGN_OR_RETURN(std::optional<MutationOutcome> before, find_outcome(writer, *run.key));
    if (before) {
      run.value = std::move(before->value);
      run.recorded = store::Timestamp{static_cast<std::uint64_t>(before->commit_ts)};
      return {};
    }
  }
  MutationContext context(
      writer, {run.identity.get(), ports.wall_now(), ports.random, run.base_url, ports.scheduler});
  VV_ASSIGN_OR_RETURN(run.value, run.call(context));
  run.effects = context.take_effects();
  if (run.key) VV_TRY(keep_outcome(writer, *run.key, run.value));
  return {};
}

/// An action's way to the database, on its worker thread.
class ActionPort final : public ActionContext::Port {
 public:
  ActionPort(store::Store& store, EnginePorts& ports, const QueryRules& rules,
             const CallRequest& request)
      : store_(store),
        ports_(ports),
        rules_(rules),
        identity_(request.identity.get()),
        base_url_(request.base_url) {}

  Status run_query(const std::function<Status(QueryContext&)>& body) override {
    return store_.read([&](store::Reader& reader) -> Status {
      QueryContext context(reader, {.identity = identity_,
                                    .function = "",
                                    .journal = nullptr,
                                    .cursors = rules_.cursors,
                                    .base_url = base_url_});
      return body(context);
    });
  }

  Status run_mutation(const std::function<Status(MutationContext&)>& body) override {
    std::vector<MutationContext::Effect> effects;
    const auto commit = store_.write_and_wait([&](store::Writer& writer) -> Status {
      MutationContext context(
          writer, {identity_, ports_.wall_now(), rules_.random, base_url_, ports_.scheduler});
      VV_TRY(body(context));
      effects = context.take_effects();
      return {};
    });
    if (!commit) return commit.error();
    for (auto& effect : effects) ports_.post(std::move(effect));
    return {};
  }

 private:
  store::Store& store_;
  EnginePorts& ports_;
  QueryRules rules_;
  const Identity* identity_;
  std::string base_url_;
};

}  // namespace

const Function* Engine::Core::function_of(std::string& path, FunctionKind kind,
                                          Failure& why) const {
  path = canonical_name(path);
  const Function* function = registry.find(path);
  const std::string shown = path.substr(0, kMaxEchoedName);
  if (function == nullptr) {
    why = plain_failure("Could not find function for '" + shown + "'");
  } else if (function->kind != kind) {
    why = plain_failure("'" + shown + "' is " + noun(function->kind) + " and was called as " +
                        noun(kind));
    function = nullptr;
  }
  return function;
}

Failure Engine::Core::failure_of(const Error& error, std::string_view function) {
  return to_failure(error, function, options.reveal_errors, *ports.random);
}

QueryRules Engine::Core::rules() const { return {&cursors, options.reveal_errors, ports.random}; }

void Engine::Core::answer_later(Done done, CallOutcome outcome) {
  ports.post(
      [self = shared_from_this(), done = std::move(done), outcome = std::move(outcome)]() mutable {
        --self->counts.calls_in_flight;
        if (!self->ended) done(std::move(outcome));
      });
}

std::shared_ptr<PendingMutation> Engine::Core::mutate(CallRequest request, Done done) {
  ++counts.calls_in_flight;
  auto run = std::make_shared<MutationRun>();
  const auto refuse = [&](Failure why) {
    answer_later(std::move(done), {.value = {}, .failure = std::move(why), .ts = {}});
    return run;
  };
  Failure why;
  const Function* function = function_of(request.path, FunctionKind::Mutation, why);
  if (function == nullptr) return refuse(std::move(why));
  auto call = function->bind_mutation(request.args);
  if (!call) return refuse(plain_failure(call.error().message));

  const std::string caller = caller_of(request);
  if (options.limit_rates && !caller.empty() && !mutation_rates.allow(ports.now(), caller)) {
    return refuse(failure_of(rate_limited("too many changes at once: wait a moment"), ""));
  }

  run->function = request.path;
  run->call = *std::move(call);
  const std::string user = request.identity != nullptr ? request.identity->subject : "";
  run->identity = std::move(request.identity);
  run->base_url = std::move(request.base_url);
  run->done = std::move(done);
  if (request.key) {
    std::string text = request.path + '\0';
    append_json_value(text, request.args);
    run->key = OutcomeKey{*std::move(request.key), user, hex_encode(detail::hash128(text))};
  }
  store.write([self = shared_from_this(),
               run](store::Writer& writer) { return run_body(*run, writer, self->ports); },
              [self = shared_from_this(), run](Result<store::Commit> commit) {
                self->ports.post([self, run, commit = std::move(commit)] {
                  --self->counts.calls_in_flight;
                  const Done answer =
                      std::exchange(run->done, nullptr);  // may hold what holds the run
                  if (self->ended) return;
                  if (!commit) {
                    answer({.value = {},
                            .failure = self->failure_of(commit.error(), run->function),
                            .ts = {}});
                    return;
                  }
                  for (const auto& effect : run->effects) effect();
                  answer({.value = std::move(run->value),
                          .failure = std::nullopt,
                          .ts = run->recorded.value_or(commit->ts)});
                });
              });
  return run;
}

void Engine::Core::act(CallRequest request, Done done) {
  ++counts.calls_in_flight;
  Failure why;
  const Function* function = function_of(request.path, FunctionKind::Action, why);
  if (function == nullptr) {
    return answer_later(std::move(done), {.value = {}, .failure = std::move(why), .ts = {}});
  }
  auto call = function->bind_action(request.args);
  if (!call) {
    return answer_later(std::move(done),
                        {.value = {}, .failure = plain_failure(call.error().message), .ts = {}});
  }
  const auto held = std::make_shared<const CallRequest>(std::move(request));  // job and its end
  call_in_turn(
      *held,
      [self = shared_from_this(), call = *std::move(call), held, done] {
        const QueryRules rules = self->rules();
        ActionPort port(self->store, self->ports, rules, *held);
        ActionContext context(port, {.identity = held->identity.get(),
                                     .now = self->ports.wall_now(),
                                     .base_url = held->base_url,
                                     .random = self->ports.random});
        Result<std::string> value = call(context);
        CallOutcome outcome;
        if (value) {
          outcome.value = *std::move(value);
        } else {
          outcome.failure = self->failure_of(value.error(), held->path);
        }
        return [done, outcome = std::move(outcome)] { done(outcome); };
      },
      done);
}

void Engine::Core::query_once(CallRequest request, Done done) {
  ++counts.calls_in_flight;
  Failure why;
  const Function* function = function_of(request.path, FunctionKind::Query, why);
  if (function == nullptr) {
    return answer_later(std::move(done), {.value = {}, .failure = std::move(why), .ts = {}});
  }
  auto call = function->bind_query(request.args);
  if (!call) {
    return answer_later(std::move(done),
                        {.value = {}, .failure = plain_failure(call.error().message), .ts = {}});
  }
  QueryRun run{0, request.path, *std::move(call), request.identity, std::nullopt, request.base_url};
  call_in_turn(
      request,
      [self = shared_from_this(), run = std::move(run), done, at = request.at] {
        auto results = run_queries(self->store, {run}, self->rules(), self->ports.now);
        return [self, done, at, result = std::move(results.front())] {
          CallOutcome outcome;
          outcome.ts = result.snapshot;
          outcome.value = result.result->value;
          outcome.failure = result.result->failure;
          // An older snapshot is gone, but a result that nothing has touched since is the same
          // there.
          if (at && (result.snapshot < *at || self->ring.first_touch(*at, result.reads))) {
            outcome.failure =
                plain_failure("this snapshot is no longer there: take a new timestamp");
          }
          done(std::move(outcome));
        };
      },
      done);
}

// What one caller asks for waits behind what the same caller asked for, and behind one call of
// everybody else.
void Engine::Core::call_in_turn(const CallRequest& request, CallJob job, Done done) {
  const std::string lane = caller_of(request);
  if (calls.waiting(lane) >= kMaxWaitingOfOne || calls.size() >= kMaxWaiting) {
    return turn_away(std::move(done));
  }
  calls.push(lane, {std::move(job), std::move(done)});
  start_calls();
}

void Engine::Core::start_calls() {
  while (!calls.empty() && call_jobs < kMaxCallJobs) {
    WaitingCall next = std::move(calls.take(1).front());
    const bool taken = ports.pool([self = shared_from_this(), job = std::move(next.job)] {
      self->ports.post([self, finish = job()] {
        --self->call_jobs;
        --self->counts.calls_in_flight;
        if (self->ended) return;
        finish();
        self->start_calls();
      });
    });
    if (taken) {
      ++call_jobs;
    } else {
      turn_away(std::move(next.done));
    }
  }
}

void Engine::Core::turn_away(Done done) {
  answer_later(std::move(done),
               {.value = {},
                .failure = failure_of(unavailable("TooManyConcurrentRequests: try again"), ""),
                .ts = {},
                .turned_away = true});
}

}  // namespace vv::reactive
