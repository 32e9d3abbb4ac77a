#include "server/readiness.hpp"

#include <optional>
#include <utility>

#include "base/log.hpp"
#include "net/gate.hpp"

namespace vv::server {
namespace {

constexpr Duration kGoodFor = seconds(1);

}  // namespace

struct Readiness::State {
  explicit State(Ports p) : ports(std::move(p)) {}

  void take(const Status& said) {
    const bool good = said.has_value();
    if (good != writable) {
      good ? log::info("the database takes changes again")
           : log::warn("not ready: the database takes no changes",
                       {{"reason", said.error().message}});
    }
    writable = good;
  }

  Ports ports;
  bool writable = true;  // as far as is known: it has been opened
  bool asking = false;   // also after `limit`, until there is an answer
  std::optional<Instant> asked;
};

Readiness::Readiness(Ports ports) : state_(std::make_shared<State>(std::move(ports))) {}
Readiness::~Readiness() = default;

Task<bool> Readiness::ask() {
  const std::shared_ptr<State> state = state_;
  const Instant now = state->ports.now();
  if (state->asking || (state->asked && now - *state->asked < kGoodFor)) co_return state->writable;
  state->asked = now;
  state->asking = true;
  const std::optional<Status> said = co_await net::await_callback<Status>(
      state->ports.loop, state->ports.limit, [&state](std::function<void(Status)> done) {
        state->ports.check([state, done = std::move(done)](Status status) {
          state->ports.loop.post([state] { state->asking = false; });
          done(std::move(status));
        });
      });
  state->take(said ? *said : Status(unavailable("it does not answer")));
  co_return state->writable;
}

}  // namespace vv::server
