#include "push/sender.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "net/event_loop.hpp"
#include "net/http/outgoing.hpp"
#include "push/message_encryption.hpp"
#include "push/vapid.hpp"

namespace vv::push {
namespace {

constexpr Duration kTimeout = seconds(10);  // threat-model H21

std::string_view word_of(PushQueue::Outcome outcome) {
  switch (outcome) {
    case PushQueue::Outcome::Taken:
      return "taken";
    case PushQueue::Outcome::Gone:
      return "gone";
    case PushQueue::Outcome::Refused:
      return "refused";
    case PushQueue::Outcome::Late:
      return "late";
    case PushQueue::Outcome::Again:
      return "again";
  }
  return "";
}

void count(PushQueue::Outcome outcome) {
  metrics()
      .counter("visavis_push_messages_total",
               "Messages handed to push services, by what came of it",
               {{"outcome", std::string(word_of(outcome))}})
      .add();
}

}  // namespace

struct Sender::State : std::enable_shared_from_this<Sender::State> {
  State(net::EventLoop& l, P256Key k, Options o)
      : loop(l), key(std::move(k)), options(std::move(o)), timer(l) {}

  void pump();
  [[nodiscard]] Result<net::OutgoingPost> request_of(const Order& order);
  static Task<void> deliver(std::shared_ptr<State> self, PushQueue::Delivery delivery);

  net::EventLoop& loop;
  P256Key key;
  Options options;
  SystemRandom random;
  PushQueue queue;
  net::Timer timer;
  bool is_closed = false;
};

void Sender::State::pump() {
  if (is_closed) return;
  const Instant now = monotonic_now();
  while (auto delivery = queue.next(now)) {
    loop.spawn(deliver(shared_from_this(), *std::move(delivery)));
  }
  const Instant due = queue.next_due();
  if (!due.is_never()) timer.start(due - now, [this] { pump(); });
}

Result<net::OutgoingPost> Sender::State::request_of(const Order& order) {
  // A key pair and a salt for this message alone (RFC 8291 §3.1).
  VV_ASSIGN_OR_RETURN(const P256Key once, P256Key::generate());
  Sealing sealing{.receiver = order.receiver, .auth = order.auth, .sender = once};
  random.fill(sealing.salt);
  VV_ASSIGN_OR_RETURN(const ByteVector body, seal(as_bytes(order.text), sealing));
  VV_ASSIGN_OR_RETURN(std::string authorization, vapid_authorization(key, order.endpoint.origin(),
                                                                     options.contact, wall_now()));
  const std::int64_t left = (order.until - monotonic_now()).as_millis() / 1'000;
  net::HeaderMap headers{{"Content-Type", "application/octet-stream"},
                         {"Content-Encoding", "aes128gcm"},
                         {"TTL", std::to_string(std::max<std::int64_t>(0, left))},
                         {"Urgency", order.is_urgent ? "high" : "normal"},
                         {"Authorization", std::move(authorization)}};
  if (!order.topic.empty()) headers.set("Topic", order.topic);
  net::OutgoingPost request{.url = order.endpoint.origin() + order.endpoint.target,
                            .headers = std::move(headers),
                            .body = std::string(as_text(body)),
                            .timeout = kTimeout};
  if (options.reach == Reach::Public) request.allows = is_public_address;
  return request;
}

Task<void> Sender::State::deliver(std::shared_ptr<State> self, PushQueue::Delivery delivery) {
  PushQueue::Answer answer;
  std::string why;
  Result<net::OutgoingPost> request = self->request_of(delivery.order);
  if (!request) {
    // The subscription's keys were looked at when it came: nothing that waiting would mend.
    answer.status = 400;
    why = request.error().message;
  } else {
    const Result<net::OutgoingAnswer> said = co_await net::post(self->loop, *std::move(request));
    if (said) {
      answer = {.status = said->status, .retry_after = said->retry_after};
      why = std::to_string(said->status);
    } else {
      why = said.error().message;
    }
  }
  const auto outcome = self->queue.done(monotonic_now(), delivery.number, answer);
  count(outcome);
  if (outcome == PushQueue::Outcome::Gone && self->options.on_gone && !self->is_closed) {
    self->options.on_gone(delivery.order.device);
  }
  if (outcome != PushQueue::Outcome::Taken && outcome != PushQueue::Outcome::Gone) {
    // Not where: the endpoint's path is what lets one write to that browser.
    log::warn("a push service did not take a message",
              {{"service", delivery.order.endpoint.host}, {"why", why}});
  }
  self->pump();
}

Sender::Sender(net::EventLoop& loop, P256Key key, Options options)
    : state_(std::make_shared<State>(loop, std::move(key), std::move(options))) {}

Sender::~Sender() {
  state_->is_closed = true;
  state_->timer.cancel();
}

void Sender::send(Order order) {
  const std::string host = order.endpoint.host;
  if (!state_->queue.push(monotonic_now(), std::move(order))) {
    log::warn("a push message is lost: too many wait", {{"service", host}});
    return;
  }
  state_->pump();
}

}  // namespace vv::push
