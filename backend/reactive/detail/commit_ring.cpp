#include "reactive/detail/commit_ring.hpp"

#include <algorithm>
#include <utility>

namespace vv::reactive {

void CommitRing::push(store::Timestamp ts, std::shared_ptr<const store::WriteSet> writes) {
  const std::size_t keys = writes->size();
  keys_ += keys;
  entries_.push_back({ts, std::move(writes), keys});
  while (entries_.size() > 1 && (entries_.size() > kMaxCommits || keys_ > kMaxKeys)) {
    keys_ -= entries_.front().keys;
    floor_ = entries_.front().ts;
    entries_.pop_front();
  }
}

std::optional<store::Timestamp> CommitRing::first_touch(store::Timestamp snapshot,
                                                        const store::ReadSet& reads) const {
  if (snapshot < floor_) return store::Timestamp{snapshot.nanos + 1};
  const auto begin =
      std::upper_bound(entries_.begin(), entries_.end(), snapshot,
                       [](store::Timestamp ts, const Entry& entry) { return ts < entry.ts; });
  for (auto entry = begin; entry != entries_.end(); ++entry) {
    if (store::touches(reads, *entry->writes)) return entry->ts;
  }
  return std::nullopt;
}

}  // namespace vv::reactive
