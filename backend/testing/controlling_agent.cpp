#include "testing/controlling_agent.hpp"

#include <algorithm>
#include <utility>

#include "rtc/stun/stun_writer.hpp"

namespace vv::testing {
namespace {

constexpr Duration kSearchInterval = milliseconds(50);     // RFC 8445 §14.2, Ta
constexpr Duration kConsentInterval = milliseconds(2500);  // Chrome; RFC 7675 §5.1 says 4 to 6 s
constexpr std::size_t kRemembered = 64;

}  // namespace

ControllingAgent::ControllingAgent(ControllingAgentOptions options)
    : options_(std::move(options)), random_(options_.seed), tie_breaker_(random_.u64()) {}

void ControllingAgent::move(Instant now, std::vector<rtc::Path> paths) {
  options_.paths = std::move(paths);
  proven_.reset();
  selected_.reset();
  asked_.clear();
  next_check_ = now;
}

void ControllingAgent::restart(Instant now, rtc::IceCredentials local, rtc::IceCredentials remote) {
  options_.local = std::move(local);
  options_.remote = std::move(remote);
  move(now, std::move(options_.paths));
}

void ControllingAgent::ask(const rtc::Path& path, bool use_candidate) {
  using namespace rtc::stun;
  Asked asked{.path = path, .use_candidate = use_candidate};
  random_.fill(asked.transaction);
  ByteVector bytes(256);
  MessageWriter writer{bytes, MessageType::BindingRequest, asked.transaction};
  writer.username(options_.remote.ufrag + ":" + options_.local.ufrag);
  writer.priority(0x6E7F1EFF);
  writer.controlling(tie_breaker_);
  if (use_candidate) writer.use_candidate();
  bytes.resize(writer.finish(options_.remote.password));
  if (asked_.size() == kRemembered) asked_.erase(asked_.begin());
  asked_.push_back(asked);
  outgoing_.push_back({path, std::move(bytes)});
}

void ControllingAgent::handle_timeout(Instant now) {
  if (now < next_check_) return;
  if (selected_) {
    ask(*selected_, true);
    next_check_ = now + kConsentInterval;
    return;
  }
  if (proven_) {
    ask(*proven_, true);
  } else {
    for (const rtc::Path& path : options_.paths)
      ask(path, options_.nomination == Nomination::Aggressive);
  }
  next_check_ = now + kSearchInterval;
}

std::optional<rtc::Path> ControllingAgent::handle_answer(const rtc::Path& path, Bytes datagram) {
  const auto message = rtc::stun::parse(datagram);
  if (!message || message->type != rtc::stun::MessageType::BindingSuccess) return std::nullopt;
  if (!message->is_authentic(options_.remote.password)) return std::nullopt;
  const auto asked = std::ranges::find(asked_, message->transaction, &Asked::transaction);
  if (asked == asked_.end() || asked->path != path) return std::nullopt;
  if (asked->use_candidate) {
    if (!selected_) selected_ = path;
  } else if (!proven_) {
    proven_ = path;
    next_check_ = Instant{};  // nominate at once
  }
  return path;
}

std::optional<ControllingAgent::Check> ControllingAgent::poll_check() {
  if (outgoing_.empty()) return std::nullopt;
  Check check = std::move(outgoing_.front());
  outgoing_.erase(outgoing_.begin());
  return check;
}

}  // namespace vv::testing
