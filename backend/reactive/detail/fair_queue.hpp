#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vv::reactive {

/// What waits for a worker, by whom it is for. They take turns, so that whoever asks for much waits
/// for themselves and not others for them.
template <class Item>
class FairQueue {
 public:
  /// At most so many of one lane before the next has its turn.
  static constexpr std::size_t kTurn = 16;

  void push(const std::string& lane, Item item) {
    std::deque<Item>& waiting = lanes_[lane];
    if (waiting.empty()) turns_.push_back(lane);
    waiting.push_back(std::move(item));
    ++size_;
  }

  /// The next up to `count`, in their turns.
  [[nodiscard]] std::vector<Item> take(std::size_t count) {
    std::vector<Item> taken;
    while (!turns_.empty() && taken.size() < count) {
      const auto lane = lanes_.find(turns_.front());
      std::deque<Item>& waiting = lane->second;
      for (std::size_t i = 0; i < kTurn && !waiting.empty() && taken.size() < count; ++i) {
        taken.push_back(std::move(waiting.front()));
        waiting.pop_front();
      }
      std::string name = std::move(turns_.front());
      turns_.pop_front();
      if (waiting.empty()) {
        lanes_.erase(lane);
      } else {
        turns_.push_back(std::move(name));
      }
    }
    size_ -= taken.size();
    return taken;
  }

  [[nodiscard]] std::size_t waiting(const std::string& lane) const {
    const auto found = lanes_.find(lane);
    return found == lanes_.end() ? 0 : found->second.size();
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::unordered_map<std::string, std::deque<Item>> lanes_;
  std::deque<std::string> turns_;  // lanes that have something, in the order of their turns
  std::size_t size_ = 0;
};

}  // namespace vv::reactive
