#include "signaling/webhook/webhooks.hpp"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "identity/room_tokens.hpp"
#include "livekit_webhook.pb.h"
#include "net/event_loop.hpp"
#include "net/http/outgoing.hpp"
#include "signaling/livekit/sids.hpp"
#include "signaling/ports.hpp"
#include "signaling/webhook/webhook_queue.hpp"

namespace vv::signaling {
namespace {

constexpr std::string_view kMarketplace = "meet_";  // contract section 1

/// Without what may be a secret of the receiver's (threat-model H12).
std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

WebhookQueue::Outcome outcome_of(const Result<int>& status) {
  using enum WebhookQueue::Outcome;
  if (!status) return Failed;
  if (*status >= 200 && *status < 300) return Delivered;
  // 408 and 429 ask for patience; what else is the sender's fault stays so.
  const bool refused = *status >= 400 && *status < 500 && *status != 408 && *status != 429;
  return refused ? Refused : Failed;
}

}  // namespace

struct Webhooks::State : std::enable_shared_from_this<Webhooks::State> {
  State(net::EventLoop& l, const identity::RoomTokens& t, Options o)
      : loop(l), tokens(t), options(std::move(o)), timer(l) {}

  void restore();
  void push(WaitingWebhook webhook);
  void forget(const std::string& id);
  void pump();
  void show() const;
  static Task<void> deliver(std::shared_ptr<State> self, WebhookQueue::Delivery delivery);

  net::EventLoop& loop;
  const identity::RoomTokens& tokens;
  Options options;
  SystemRandom random;
  WebhookQueue queue;
  net::Timer timer;
};

/// What an earlier process could not tell any more, before anything new.
void Webhooks::State::restore() {
  if (options.outbox == nullptr) return;
  const Instant now = monotonic_now();
  std::size_t dropped = 0;
  for (WaitingWebhook& old : options.outbox->waiting()) {
    const bool is_ours =
        std::find(options.urls.begin(), options.urls.end(), old.url) != options.urls.end();
    // A clock that was set meanwhile makes nothing older than what is given up.
    const Duration age = std::clamp(wall_now() - old.since, Duration(), WebhookQueue::kGiveUp);
    const bool taken =
        is_ours && queue.push(now - age, old.resource, old.url, std::move(old.body), old.id);
    if (taken) continue;
    ++dropped;
    options.outbox->forget(old.id);
  }
  if (dropped != 0) log::warn("webhooks are lost: nobody wants them now", {{"count", dropped}});
  if (queue.waiting() != 0) log::info("webhooks wait since before", {{"count", queue.waiting()}});
  pump();
}

void Webhooks::State::push(WaitingWebhook webhook) {
  if (!queue.push(monotonic_now(), webhook.resource, webhook.url, webhook.body, webhook.id)) {
    log::warn("webhooks are lost: too many wait", {{"url", without_query(webhook.url)}});
  } else if (options.outbox != nullptr) {
    options.outbox->keep(std::move(webhook));
  }
}

void Webhooks::State::forget(const std::string& id) {
  if (options.outbox != nullptr) options.outbox->forget(id);
}

void Webhooks::State::show() const {
  static Gauge& waiting =
      metrics().gauge("visavis_signaling_webhooks_waiting", "Webhooks that are to be taken yet");
  static Gauge& lost = metrics().gauge("visavis_signaling_webhooks_lost",
                                       "Webhooks refused, given up, or too many, since the start");
  waiting.set(static_cast<std::int64_t>(queue.waiting()));
  lost.set(static_cast<std::int64_t>(queue.lost()));
}

void Webhooks::State::pump() {
  const Instant now = monotonic_now();
  while (auto delivery = queue.next(now))
    loop.spawn(deliver(shared_from_this(), *std::move(delivery)));
  const Instant due = queue.next_due();
  if (!due.is_never()) timer.start(due - now, [this] { pump(); });
  show();
}

Task<void> Webhooks::State::deliver(std::shared_ptr<State> self, WebhookQueue::Delivery delivery) {
  // Signed anew each time: a token is good for minutes, a receiver may be away for longer.
  const Result<std::string> token =
      self->tokens.sign_body(self->options.api_key, delivery.body, wall_now());
  Result<int> status = unavailable("the key is gone");
  if (token) {
    // no "Bearer", and the body to the byte as it was hashed.
    net::HeaderMap headers{{"Content-Type", "application/webhook+json"},
                           {"User-Agent", "LiveKit"},
                           {"Authorization", *token}};
    net::OutgoingPost request{
        .url = delivery.url, .headers = std::move(headers), .body = std::move(delivery.body)};
    const Result<net::OutgoingAnswer> answer = co_await net::post(self->loop, std::move(request));
    status = answer ? Result<int>(answer->status) : Result<int>(answer.error());
  }
  const WebhookQueue::Outcome outcome = outcome_of(status);
  static Counter& sent = metrics().counter("visavis_signaling_webhooks_total", "Webhooks taken");
  static Counter& failed = metrics().counter("visavis_signaling_webhook_failures_total",
                                             "Webhooks not taken, each time");
  if (outcome == WebhookQueue::Outcome::Delivered) {
    sent.add();
  } else {
    failed.add();
    const std::string why = status ? std::to_string(*status) : status.error().message;
    log::warn("a webhook was not taken", {{"url", without_query(delivery.url)}, {"why", why}});
  }
  if (self->queue.done(monotonic_now(), delivery.number, outcome)) self->forget(delivery.id);
  self->pump();
}

Webhooks::Webhooks(net::EventLoop& loop, const identity::RoomTokens& tokens, Options options)
    : state_(std::make_shared<State>(loop, tokens, std::move(options))) {
  state_->restore();
}

Webhooks::~Webhooks() { state_->timer.cancel(); }

bool Webhooks::is_told(const Options& options, std::string_view event) {
  const auto has = [event](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), event) != names.end();
  };
  return options.include.empty() ? !has(options.exclude) : has(options.include);
}

void Webhooks::emit(pb::WebhookEvent event) {
  if (!is_told(state_->options, event.event())) return;
  const std::string room = event.room().name();
  if (room.starts_with(kMarketplace) && !state_->options.app_rooms) return;
  event.set_id(make_sid("EV_", state_->random));
  event.set_created_at(wall_now().value / 1000);
  std::string body;
  if (!google::protobuf::util::MessageToJsonString(event, &body).ok()) return;
  for (const std::string& url : state_->options.urls) {
    state_->push({.id = make_sid("WH_", state_->random),
                  .resource = room,
                  .url = url,
                  .body = body,
                  .since = wall_now()});
  }
  state_->pump();
}

}  // namespace vv::signaling
