#include "signaling/webhook/webhook_queue.hpp"

#include <algorithm>
#include <utility>

namespace vv::signaling {

bool WebhookQueue::push(Instant since, std::string_view resource, const std::string& url,
                        std::string body, std::string id) {
  const auto found = lines_.find(url + '\n' + std::string(resource));
  const bool is_full = found != lines_.end() && found->second.items.size() >= kDepth;
  if (is_full || waiting_ >= kMaxWaiting || bytes_ + body.size() > kMaxBytes) {
    ++lost_;
    return false;
  }
  Line& line = found != lines_.end() ? found->second : lines_[url + '\n' + std::string(resource)];
  line.url = url;
  ++waiting_;
  bytes_ += body.size();
  line.items.push_back({since, std::move(id), std::move(body)});
  return true;
}

bool WebhookQueue::is_busy(const std::string& url) const {
  const auto found = flying_.find(url);
  return found != flying_.end() && found->second >= kMaxInFlight;
}

std::optional<WebhookQueue::Delivery> WebhookQueue::next(Instant now) {
  for (auto& [key, line] : lines_) {
    if (line.in_flight != 0 || now < line.not_before || is_busy(line.url)) continue;
    line.in_flight = ++last_number_;
    ++flying_[line.url];
    const Item& item = line.items.front();
    return Delivery{line.in_flight, item.id, line.url, item.body};
  }
  return std::nullopt;
}

bool WebhookQueue::done(Instant now, std::uint64_t number, Outcome outcome) {
  const auto found = std::find_if(lines_.begin(), lines_.end(), [number](const auto& entry) {
    return entry.second.in_flight == number;
  });
  if (found == lines_.end()) return false;
  Line& line = found->second;
  line.in_flight = 0;
  if (--flying_[line.url] == 0) flying_.erase(line.url);
  const bool again = outcome == Outcome::Failed && now - line.items.front().since < kGiveUp;
  if (again) {
    line.not_before = now + line.pause;
    line.pause = std::min(line.pause * 2, kLongestPause);
    return false;
  }
  if (outcome != Outcome::Delivered) ++lost_;
  --waiting_;
  bytes_ -= line.items.front().body.size();
  line.items.pop_front();
  line.pause = kFirstPause;
  line.not_before = now;
  if (line.items.empty()) lines_.erase(found);
  return true;
}

Instant WebhookQueue::next_due() const {
  Instant due = Instant::never();
  for (const auto& [key, line] : lines_) {
    if (line.in_flight == 0 && !is_busy(line.url)) due = std::min(due, line.not_before);
  }
  return due;
}

}  // namespace vv::signaling
