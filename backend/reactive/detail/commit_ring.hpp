#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>

#include "store/read_set.hpp"
#include "store/value.hpp"

namespace vv::reactive {

/// The newest commits, so that a query that ran on an older snapshot learns whether what it read
/// has changed since (convex-wire: the registration race).
///
/// Bounds: kMaxCommits commits, kMaxKeys keys in all.
class CommitRing {
 public:
  static constexpr std::size_t kMaxCommits = 8192;
  static constexpr std::size_t kMaxKeys = 500'000;

  /// `floor`: nothing is known of commits up to here.
  explicit CommitRing(store::Timestamp floor) : floor_(floor) {}

  /// In commit order.
  void push(store::Timestamp ts, std::shared_ptr<const store::WriteSet> writes);

  /// The first commit after `snapshot` that touches `reads`, if any; the one after `snapshot`
  /// when that is too old to be known.
  [[nodiscard]] std::optional<store::Timestamp> first_touch(store::Timestamp snapshot,
                                                            const store::ReadSet& reads) const;

 private:
  struct Entry {
    store::Timestamp ts;
    std::shared_ptr<const store::WriteSet> writes;  // also held by the commit's other readers
    std::size_t keys = 0;
  };
  store::Timestamp floor_;
  std::deque<Entry> entries_;
  std::size_t keys_ = 0;
};

}  // namespace vv::reactive
