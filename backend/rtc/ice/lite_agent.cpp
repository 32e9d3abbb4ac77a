#include "rtc/ice/lite_agent.hpp"

#include <algorithm>
#include <utility>

#include "rtc/stun/stun_writer.hpp"

namespace vv::rtc {

LiteAgent::LiteAgent(Instant now, IceCredentials local)
    : local_(std::move(local)), last_check_(now) {}

LiteAgent::Outcome LiteAgent::handle(Instant now, const Path& path,
                                     const stun::MessageView& message,
                                     MutableBytes answer) noexcept {
  Outcome outcome;
  if (message.type != stun::MessageType::BindingRequest) return outcome;
  const IceCredentials* credentials = match(message);
  if (credentials == nullptr) {
    outcome.verdict = Verdict::UnknownUfrag;
    return outcome;
  }
  if (!message.is_authentic(credentials->password)) {
    outcome.verdict = Verdict::NotAuthentic;
    return outcome;
  }
  const Path* const before = selected();
  const std::optional<Path> selected_before = before ? std::optional{*before} : std::nullopt;
  const auto selection_changed = [&] {
    const Path* after = selected();
    return (after != nullptr) != selected_before.has_value() ||
           (after && *after != *selected_before);
  };
  if (!remember(message.transaction, path.remote)) {
    undo_selection_by(message.transaction);
    outcome.selection_changed = selection_changed();
    outcome.verdict = Verdict::Replayed;
    return outcome;
  }

  stun::MessageWriter writer{answer, stun::MessageType::BindingSuccess, message.transaction};
  writer.xor_mapped_address(path.remote);
  const std::size_t size = writer.finish(credentials->password);
  if (size == 0 || size > message.datagram.size()) {
    outcome.verdict = Verdict::NoAnswer;
    return outcome;
  }
  if (credentials == &local_) previous_ = {};

  last_check_ = now;
  const std::size_t index = validate(now, path, outcome);
  if (message.use_candidate && index != nominated_) select(index, message.transaction);
  outcome.selection_changed = selection_changed();
  outcome.answer_size = size;
  outcome.verdict = Verdict::Answered;
  return outcome;
}

void LiteAgent::restart(Instant now, IceCredentials local) {
  previous_ = std::exchange(local_, std::move(local));
  last_check_ = now;  // a whole kConsentTimeout for the new checks to come
}

const IceCredentials* LiteAgent::match(const stun::MessageView& message) noexcept {
  const std::string_view ufrag = message.receiver_ufrag();
  if (ufrag.empty()) return nullptr;
  if (ufrag == local_.ufrag) return &local_;
  if (ufrag == previous_.ufrag) return &previous_;
  return nullptr;
}

/// False when this transaction was already seen from somewhere else.
bool LiteAgent::remember(const stun::TransactionId& transaction,
                         const TransportAddress& source) noexcept {
  for (const Remembered& old : remembered_) {
    if (old.used && old.transaction == transaction) return old.source == source;
  }
  remembered_[next_remembered_] = {transaction, source, true};
  next_remembered_ = (next_remembered_ + 1) % kRememberedChecks;
  return true;
}

std::size_t LiteAgent::validate(Instant now, const Path& path, Outcome& outcome) noexcept {
  std::size_t index = index_of(path);
  if (index == kNone) {
    outcome.validated = true;
    if (count_ < kMaxValidatedPaths) {
      index = count_++;
    } else {
      // The one least recently checked goes, but not the one we send to.
      const Path* keep = selected();
      for (std::size_t i = 0; i < count_; ++i) {
        if (validated_[i].path == *keep) continue;
        if (index == kNone || validated_[i].last_check < validated_[index].last_check) index = i;
      }
      outcome.retired = validated_[index].path;
    }
    validated_[index].path = path;
  }
  validated_[index].last_check = now;
  return index;
}

void LiteAgent::select(std::size_t index, const stun::TransactionId& transaction) noexcept {
  const Path* before = selected();
  before_nomination_ = before ? std::optional{*before} : std::nullopt;
  nominated_by_ = transaction;
  nominated_ = index;
}

/// threat-model M3: a check that turns up from a second source moves the call nowhere. Whichever of
/// the two came first, we go back to where we were.
void LiteAgent::undo_selection_by(const stun::TransactionId& transaction) noexcept {
  if (nominated_ == kNone || nominated_by_ != transaction || !before_nomination_) return;
  const std::size_t index = index_of(*before_nomination_);
  if (index != kNone) nominated_ = index;
  before_nomination_.reset();
}

std::size_t LiteAgent::index_of(const Path& path) const noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    if (validated_[i].path == path) return i;
  }
  return kNone;
}

bool LiteAgent::is_validated(const Path& path) const noexcept { return index_of(path) != kNone; }

const Path* LiteAgent::selected() const noexcept {
  if (nominated_ != kNone) return &validated_[nominated_].path;
  return count_ > 0 ? &validated_[0].path : nullptr;
}

}  // namespace vv::rtc
