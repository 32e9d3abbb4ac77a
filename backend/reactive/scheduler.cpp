#include "reactive/scheduler.hpp"

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "reactive/context.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/convex/value_codec.hpp"
#include "reactive/detail/scheduled_call.hpp"
#include "reactive/internals.hpp"
#include "reactive/timeline.hpp"
#include "store/store.hpp"

namespace vv::reactive {
namespace {

constexpr std::size_t kBatch = 64;                // calls claimed in one transaction
constexpr std::size_t kMaxArgs = 64 * 1024;       // bytes of one call's arguments
constexpr std::size_t kMaxError = 500;            // bytes of what a row tells of its failure
constexpr Duration kLookForOthers = seconds(5);   // at what other servers have scheduled
constexpr Duration kNoteworthySkew = seconds(1);  // what clocks slewed by NTP never show at once
constexpr UnixMillis kNothingDue{std::numeric_limits<std::int64_t>::max()};
constexpr const char* kEndedMeanwhile = "the process ended while it ran";

Counter& runs_counter(std::string outcome) {
  return metrics().counter("visavis_reactive_scheduled_runs_total",
                           "Scheduled calls begun, by how they ended",
                           {{"outcome", std::move(outcome)}});
}
Counter& done_counter() {
  static Counter& counter = runs_counter("done");
  return counter;
}
Counter& retried_counter() {
  static Counter& counter = runs_counter("retried");
  return counter;
}
Counter& given_up_counter() {
  static Counter& counter = runs_counter("given_up");
  return counter;
}
Gauge& lateness_gauge() {
  static Gauge& gauge = metrics().gauge("visavis_reactive_scheduled_late_seconds",
                                        "By how much the oldest scheduled call is overdue");
  return gauge;
}

Duration retry_delay(std::int64_t attempts) {
  return kFirstRetry * (std::int64_t{1} << std::min<std::int64_t>(attempts - 1, kMaxAttempts));
}

/// One attempt at one call, on its way through the writer. Shared by the body and its answer.
struct Attempt {
  ScheduledId id;
  std::string function;
  std::int64_t number = 0;  // the row's, or somebody else has it
  bool given_up = false;
  std::vector<MutationContext::Effect> effects;
};

void tell_failure(const Attempt& attempt, const std::string& why) {
  (attempt.given_up ? given_up_counter() : retried_counter()).add();
  log::write(attempt.given_up ? log::Level::Error : log::Level::Warn,
             attempt.given_up ? "a scheduled call was given up" : "a scheduled call failed",
             {{"function", attempt.function}, {"reason", why}});
}

Result<std::optional<ScheduledCall>> row_of(store::Writer& db, const Attempt& attempt) {
  VV_ASSIGN_OR_RETURN(std::optional<ScheduledCall> row, db.find(attempt.id));
  if (row && (row->status != CallState::Waiting || row->attempts != attempt.number)) row.reset();
  return row;
}

}  // namespace

struct Scheduler::State : std::enable_shared_from_this<Scheduler::State> {
  State(Ports p, Internals i)
      : ports(std::move(p)),
        internals(std::move(i)),
        timeline(ports.now ? ports.now : monotonic_now,
                 ports.wall_now ? ports.wall_now : wall_now) {}

  Ports ports;
  const Internals internals;
  Timeline timeline;
  std::atomic<std::int64_t> next_due{kNothingDue.value};  // no later; written by the writer thread
  // On the front loop.
  bool passing = false;  // a batch is on its way
  bool stopped = false;
  UnixMillis looked_at;       // the rows, last
  std::size_t unsettled = 0;  // of that batch
  Duration saved_skew;

  // Bodies, on the writer's thread.
  Status begin(store::Writer& db);
  Status align_crons(store::Writer& db);
  Status claim(store::Writer& db, std::vector<std::shared_ptr<Attempt>>& claimed);
  Status run(store::Writer& db, Attempt& attempt);
  Status fail(store::Writer& db, Attempt& attempt, const std::string& why);
  void give_up(ScheduledCall& row);
  Status keep_clock(store::Writer& db);
  Status find_next_due(store::Writer& db);
  void due_no_later_than(UnixMillis due) {
    if (due.value < next_due.load()) next_due.store(due.value);
  }

  // The front loop's part.
  void tick();
  void watch_clock();
  void attempt_all(const std::vector<std::shared_ptr<Attempt>>& claimed);
  void settle(const std::shared_ptr<Attempt>& attempt, const Result<store::Commit>& commit);
  void settled_one();

  Scheduler* self = nullptr;  // for the contexts of what runs
};

Status Scheduler::State::begin(store::Writer& db) {
  VV_ASSIGN_OR_RETURN(const std::optional<SchedulerClock> clock,
                      db.query<SchedulerClock>().first());
  timeline.resume(clock ? milliseconds(clock->skew_ms) : Duration(),
                  clock ? clock->reached : UnixMillis{});
  VV_TRY(keep_clock(db));
  VV_TRY(align_crons(db));
  return find_next_due(db);
}

/// Rows of crons as this version declares them. One that stays keeps its next time: it neither runs
/// twice nor skips because of a restart.
Status Scheduler::State::align_crons(store::Writer& db) {
  VV_ASSIGN_OR_RETURN(std::vector<ScheduledCall> rows,
                      db.query<ScheduledCall>("by_cron").at_least("").collect());
  for (ScheduledCall& row : rows) {
    const Cron* cron = internals.find_cron(*row.cron);
    if (cron == nullptr) {
      VV_TRY(db.remove(row.id));
    } else if (row.function != cron->function || row.recurrence != cron->when.text()) {
      row.function = cron->function;
      row.recurrence = cron->when.text();
      row.attempts = 0;
      row.due_at = timeline.of_wall(cron->when.first(timeline.wall_now()));
      VV_TRY(db.replace(row));
    }
  }
  for (const Cron& cron : internals.crons()) {
    if (std::ranges::any_of(rows, [&](const auto& row) { return row.cron == cron.name; })) continue;
    ScheduledCall row;
    row.function = cron.function;
    row.args = "{}";
    row.cron = cron.name;
    row.recurrence = cron.when.text();
    row.due_at = timeline.of_wall(cron.when.first(timeline.wall_now()));
    VV_TRY(db.insert(row));
  }
  return {};
}

Status Scheduler::State::keep_clock(store::Writer& db) {
  VV_ASSIGN_OR_RETURN(const std::optional<SchedulerClock> found,
                      db.query<SchedulerClock>().first());
  SchedulerClock clock = found.value_or(SchedulerClock{});
  clock.skew_ms = timeline.skew().as_millis();
  clock.reached = timeline.now();
  if (found) return db.replace(clock);
  VV_TRY(db.insert(clock));
  return {};
}

Status Scheduler::State::find_next_due(store::Writer& db) {
  VV_ASSIGN_OR_RETURN(const std::optional<ScheduledCall> first,
                      db.query<ScheduledCall>("by_status_due").eq(CallState::Waiting).first());
  next_due.store(first ? first->due_at.value : kNothingDue.value);
  return {};
}

/// Takes what is due: should the process die while one runs, it is due again after a while.
Status Scheduler::State::claim(store::Writer& db, std::vector<std::shared_ptr<Attempt>>& claimed) {
  claimed.clear();
  const UnixMillis now = timeline.now();
  VV_ASSIGN_OR_RETURN(
      std::vector<ScheduledCall> due,
      db.query<ScheduledCall>("by_status_due").eq(CallState::Waiting).at_most(now).take(kBatch));
  for (ScheduledCall& row : due) {
    auto attempt = std::make_shared<Attempt>();
    attempt->id = row.id;
    attempt->function = row.function;
    attempt->given_up = row.attempts >= kMaxAttempts;
    if (attempt->given_up) {
      row.last_error = kEndedMeanwhile;
      give_up(row);
    } else {
      attempt->number = ++row.attempts;
      row.due_at = now + retry_delay(row.attempts);
    }
    VV_TRY(db.replace(row));
    claimed.push_back(std::move(attempt));
  }
  if (!due.empty()) VV_TRY(keep_clock(db));
  return find_next_due(db);
}

Status Scheduler::State::run(store::Writer& db, Attempt& attempt) {
  attempt.effects.clear();
  VV_ASSIGN_OR_RETURN(std::optional<ScheduledCall> row, row_of(db, attempt));
  if (!row) return {};  // cancelled meanwhile
  const Internals::Bind* bind = internals.find(row->function);
  if (bind == nullptr) return internal("this version has no such function");
  std::optional<Value> json = convex::parse_json(row->args);
  if (!json) return internal("its arguments cannot be read");
  VV_ASSIGN_OR_RETURN(const Value args, convex::decode_value(*std::move(json)));
  VV_ASSIGN_OR_RETURN(const BoundCall<MutationContext> call, (*bind)(args));
  if (row->cron) {
    const Cron* cron = internals.find_cron(*row->cron);
    if (cron == nullptr) return db.remove(row->id);
    row->attempts = 0;
    row->last_error.reset();
    row->last_run_at = timeline.now();
    row->due_at = timeline.of_wall(cron->when.next(timeline.wall_now()));
    due_no_later_than(row->due_at);
    VV_TRY(db.replace(*row));
  } else {
    VV_TRY(db.remove(row->id));
  }
  MutationContext context(db, {.identity = nullptr,
                               .now = timeline.wall_now(),
                               .random = &ports.random,
                               .base_url = {},
                               .scheduler = self});
  VV_ASSIGN_OR_RETURN(const std::string result, call(context));
  static_cast<void>(result);
  attempt.effects = context.take_effects();
  return {};
}

Status Scheduler::State::fail(store::Writer& db, Attempt& attempt, const std::string& why) {
  VV_ASSIGN_OR_RETURN(std::optional<ScheduledCall> row, row_of(db, attempt));
  if (!row) return {};
  row->last_error = why.substr(0, kMaxError);
  if (attempt.number >= kMaxAttempts) {
    attempt.given_up = true;
    give_up(*row);
  } else {
    row->due_at = timeline.now() + retry_delay(attempt.number);
    due_no_later_than(row->due_at);
  }
  return db.replace(*row);
}

/// The caller stores the row.
void Scheduler::State::give_up(ScheduledCall& row) {
  const Cron* cron = row.cron ? internals.find_cron(*row.cron) : nullptr;
  if (cron == nullptr) {
    row.status = CallState::Failed;
    return;
  }
  row.attempts = 0;
  row.due_at = timeline.of_wall(cron->when.next(timeline.wall_now()));
  due_no_later_than(row.due_at);
}

void Scheduler::State::tick() {
  if (stopped || passing) return;
  const UnixMillis due{next_due.load()};
  const UnixMillis now = timeline.now();
  lateness_gauge().set(std::max<std::int64_t>(0, (now.value - due.value) / 1000));
  // What another server scheduled is its to run, and ours should it have died.
  const bool look = ports.store.is_shareable() && now - looked_at >= kLookForOthers;
  if (now < due && !look) return watch_clock();
  looked_at = now;
  passing = true;
  const auto claimed = std::make_shared<std::vector<std::shared_ptr<Attempt>>>();
  ports.store.write(
      [self = shared_from_this(), claimed](store::Writer& db) {
        db.use_reserve();
        return self->claim(db, *claimed);
      },
      [self = shared_from_this(), claimed](const Result<store::Commit>& commit) {
        if (!commit) {
          log::warn("scheduled calls wait", {{"reason", commit.error().message}});
          self->next_due.store((self->timeline.now() + kFirstRetry).value);
        }
        self->ports.post([self, claimed, ok = commit.has_value()] {
          if (!ok) claimed->clear();
          self->attempt_all(*claimed);
        });
      });
}

/// Somebody has set the clock: what is scheduled stays where it is, here and after a restart.
void Scheduler::State::watch_clock() {
  const Duration skew = timeline.skew();
  const Duration moved = skew - saved_skew;
  if (moved < kNoteworthySkew && -moved < kNoteworthySkew) return;
  saved_skew = skew;
  log::info("the clock was set", {{"by_ms", moved.as_millis()}});
  ports.store.write(
      [self = shared_from_this()](store::Writer& db) {
        db.use_reserve();
        return self->keep_clock(db);
      },
      [](const Result<store::Commit>& commit) {
        if (!commit) log::warn("a set clock was not noted", {{"why", commit.error().message}});
      });
}

void Scheduler::State::attempt_all(const std::vector<std::shared_ptr<Attempt>>& claimed) {
  if (stopped) return;
  unsettled = 0;
  for (const auto& attempt : claimed) {
    if (attempt->given_up) {
      tell_failure(*attempt, kEndedMeanwhile);
      continue;
    }
    ++unsettled;
    ports.store.write(
        [self = shared_from_this(), attempt](store::Writer& db) {
          db.use_reserve();
          return self->run(db, *attempt);
        },
        [self = shared_from_this(), attempt](Result<store::Commit> commit) {
          self->ports.post(
              [self, attempt, commit = std::move(commit)] { self->settle(attempt, commit); });
        });
  }
  passing = unsettled > 0;
}

void Scheduler::State::settle(const std::shared_ptr<Attempt>& attempt,
                              const Result<store::Commit>& commit) {
  if (stopped) return;
  if (commit) {
    done_counter().add();
    for (const auto& effect : attempt->effects) effect();
    return settled_one();
  }
  const std::string why = commit.error().message;
  ports.store.write(
      [self = shared_from_this(), attempt, why](store::Writer& db) {
        db.use_reserve();
        return self->fail(db, *attempt, why);
      },
      // When this is refused as well, the claim has made it due again.
      [self = shared_from_this(), attempt, why](const Result<store::Commit>&) {
        self->ports.post([self, attempt, why] {
          tell_failure(*attempt, why);
          self->settled_one();
        });
      });
}

void Scheduler::State::settled_one() {
  if (--unsettled > 0) return;
  passing = false;
  tick();
}

Scheduler::Scheduler(Ports ports, Internals internals)
    : state_(std::make_shared<State>(std::move(ports), std::move(internals))) {
  state_->self = this;
}
Scheduler::~Scheduler() { state_->stopped = true; }

Status Scheduler::start() {
  const auto commit = state_->ports.store.write_and_wait([this](store::Writer& db) {
    db.use_reserve();
    return state_->begin(db);
  });
  if (!commit) return commit.error();
  state_->saved_skew = state_->timeline.skew();
  return {};
}

void Scheduler::tick() { state_->tick(); }
void Scheduler::stop() { state_->stopped = true; }
UnixMillis Scheduler::now() const { return state_->timeline.now(); }
UnixMillis Scheduler::of_wall(UnixMillis date) const { return state_->timeline.of_wall(date); }

Result<ScheduledId> Scheduler::add(store::Writer& db, UnixMillis due, std::string_view function,
                                   std::string args) {
  VV_CHECK(state_->internals.find(function) != nullptr, "what is scheduled was added at start");
  if (args.size() > kMaxArgs) return internal("a scheduled call's arguments are over 64 KiB");
  ScheduledCall row;
  row.function = function;
  row.args = std::move(args);
  row.due_at = due;
  state_->due_no_later_than(due);
  return db.insert(row);
}

Result<bool> Scheduler::cancel(store::Writer& db, const ScheduledId& id) {
  VV_ASSIGN_OR_RETURN(const std::optional<ScheduledCall> row, db.find(id));
  if (!row || row->cron || row->status != CallState::Waiting) return false;
  VV_TRY(db.remove(id));
  return true;
}

void declare_scheduler_schema(store::Schema& schema) {
  schema.add(store::table<ScheduledCall>("scheduledCalls")
                 .index("by_status_due", &ScheduledCall::status, &ScheduledCall::due_at)
                 .unique("by_cron", &ScheduledCall::cron));
  schema.add(store::table<SchedulerClock>("schedulerClock"));
}

Result<std::size_t> purge_failed_calls(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(
      const std::vector<ScheduledCall> old,
      db.query<ScheduledCall>("by_status_due").eq(CallState::Failed).below(before).take(limit));
  for (const ScheduledCall& call : old) VV_TRY(db.remove(call.id));
  return old.size();
}

}  // namespace vv::reactive
