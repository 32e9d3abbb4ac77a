#include "reactive/engine.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "reactive/detail/core.hpp"

namespace vv::reactive {
namespace {

constexpr std::size_t kCursorKeyBytes = 32;

EnginePorts with_defaults(EnginePorts ports, Random& random) {
  if (!ports.now) ports.now = monotonic_now;
  if (!ports.wall_now) ports.wall_now = wall_now;
  if (ports.random == nullptr) ports.random = &random;
  return ports;
}

EngineOptions with_key(EngineOptions options, Random& random) {
  if (options.cursor_key.empty()) {
    std::string key(kCursorKeyBytes, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    options.cursor_key = Secret(std::move(key));
  }
  return options;
}

}  // namespace

bool same_answer(const QueryResult& a, const QueryResult& b) {
  if (a.failure.has_value() != b.failure.has_value()) return false;
  if (a.failure && (a.cause != b.cause || a.failure->data != b.failure->data)) return false;
  return a.value == b.value && a.journal == b.journal;
}

Subscription::Subscription() = default;
Subscription::Subscription(std::unique_ptr<State> state) : state_(std::move(state)) {}
Subscription::Subscription(Subscription&&) noexcept = default;
Subscription& Subscription::operator=(Subscription&&) noexcept = default;
Subscription::~Subscription() = default;

std::shared_ptr<const QueryResult> Subscription::result() const {
  return state_->query == nullptr ? state_->fixed : state_->query->result;
}

Validity Subscription::validity() const {
  return state_->query == nullptr ? Validity{} : state_->query->validity;
}

void Subscription::refresh() {
  if (state_->on_refresh && !state_->engine.expired()) state_->on_refresh(*state_);
}

EnginePorts EnginePorts::on(WorkerPool& pool, std::function<void(std::function<void()>)> post) {
  EnginePorts ports;
  ports.pool = [&pool](std::function<void()> job) { return pool.try_post(std::move(job)); };
  ports.post = std::move(post);
  return ports;
}

Engine::Core::Core(store::Store& s, Registry r, EnginePorts p, EngineOptions o)
    : store(s),
      registry(std::move(r)),
      ports(with_defaults(std::move(p), system_random)),
      options(with_key(std::move(o), *ports.random)),
      cursors(options.cursor_key),
      mutation_rates(options.mutations_per_second, options.mutation_burst),
      published(s.published()),
      ring(published) {}

Engine::Engine(store::Store& store, Registry registry, EnginePorts ports, EngineOptions options)
    : core_(std::make_shared<Core>(store, std::move(registry), std::move(ports),
                                   std::move(options))) {
  store.on_commit([weak = std::weak_ptr<Core>(core_)](const store::Commit& commit) {
    const std::shared_ptr<Core> core = weak.lock();
    if (core == nullptr) return;
    core->ports.post([core, commit] {
      if (!core->ended && core->published < commit.ts) core->apply(commit.ts, commit.writes);
    });
  });
  store.on_gap([weak = std::weak_ptr<Core>(core_)](store::Timestamp head) {
    const std::shared_ptr<Core> core = weak.lock();
    if (core == nullptr) return;
    core->ports.post([core, head] {
      if (!core->ended) core->restart_at(head);
    });
  });
  // What was committed before the listener stood is in every snapshot from here on.
  core_->published = store.published();
  core_->ring = CommitRing(core_->published);
}

Engine::~Engine() { core_->ended = true; }

Subscription Engine::subscribe(QueryRequest request, Subscriber& subscriber) {
  return core_->subscribe(std::move(request), subscriber);
}

store::Timestamp Engine::published() const { return core_->published; }

std::shared_ptr<PendingMutation> Engine::mutate(CallRequest request, Done done) {
  return core_->mutate(std::move(request), std::move(done));
}

void Engine::act(CallRequest request, Done done) {
  core_->act(std::move(request), std::move(done));
}

void Engine::query_once(CallRequest request, Done done) {
  core_->query_once(std::move(request), std::move(done));
}

void Engine::on_gap(std::function<void()> listener) { core_->gap_listener = std::move(listener); }

void Engine::tick(Instant now) {
  core_->ask_again();
  core_->drop_unwatched(now);
  core_->mutation_rates.forget_idle(now);
  core_->schedule();
}

const Registry& Engine::registry() const { return core_->registry; }

Engine::Counts Engine::counts() const {
  Counts counts = core_->counts;
  counts.live_queries = core_->queries.size();
  return counts;
}

}  // namespace vv::reactive
