#include "signaling/webhook/webhook_queue.hpp"

#include <algorithm>
#include <utility>

namespace vv::signaling {

bool WebhookQueue::push(Instant now, std::string_view resource, const std::string& url,
                        std::string body) {
  Line& line = lines_.try_emplace(url + '\n' + std::string(resource)).first->second;
  if (line.items.size() >= kDepth || waiting_ >= kMaxWaiting) {
    ++lost_;
    return false;
  }
  line.url = url;
  line.items.push_back({now, std::move(body)});
  ++waiting_;
  return true;
}

std::optional<WebhookQueue::Delivery> WebhookQueue::next(Instant now) {
  if (flying_ >= kMaxInFlight) return std::nullopt;
  for (auto& [key, line] : lines_) {
    if (line.in_flight != 0 || line.items.empty() || now < line.not_before) continue;
    line.in_flight = ++last_number_;
    ++flying_;
    return Delivery{line.in_flight, line.url, line.items.front().body};
  }
  return std::nullopt;
}

void WebhookQueue::done(Instant now, std::uint64_t number, Outcome outcome) {
  const auto found = std::find_if(lines_.begin(), lines_.end(), [number](const auto& entry) {
    return entry.second.in_flight == number;
  });
  if (found == lines_.end()) return;
  Line& line = found->second;
  line.in_flight = 0;
  --flying_;
  const bool again = outcome == Outcome::Failed && now - line.items.front().since < kGiveUp;
  if (again) {
    line.not_before = now + line.pause;
    line.pause = std::min(line.pause * 2, kLongestPause);
    return;
  }
  if (outcome != Outcome::Delivered) ++lost_;
  line.items.pop_front();
  --waiting_;
  line.pause = kFirstPause;
  line.not_before = now;
  if (line.items.empty()) lines_.erase(found);
}

Instant WebhookQueue::next_due() const {
  Instant due = Instant::never();
  if (flying_ >= kMaxInFlight) return due;
  for (const auto& [key, line] : lines_) {
    if (line.in_flight == 0 && !line.items.empty()) due = std::min(due, line.not_before);
  }
  return due;
}

}  // namespace vv::signaling
