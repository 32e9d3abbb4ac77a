#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "store/read_set.hpp"

namespace vv::reactive {

/// Names one live query inside the engine.
using QueryNumber = std::uint64_t;

/// Finds the live queries whose read sets a write touches: per index a treap of the intervals read,
/// each node knowing the greatest end below it, so that a key finds its intervals in O(log n +
/// hits).
///
/// Owns:    copies of the intervals, equal ones shared by all queries that read them.
/// Bounds:  what the read sets hold (store::ReadSet caps each).
class IntervalIndex {
 public:
  IntervalIndex();
  ~IntervalIndex();
  IntervalIndex(const IntervalIndex&) = delete;
  IntervalIndex& operator=(const IntervalIndex&) = delete;

  void add(QueryNumber query, const store::ReadSet& reads);
  /// `reads` is what was added under this number.
  void remove(QueryNumber query, const store::ReadSet& reads);
  /// Each query once, in ascending order.
  [[nodiscard]] std::vector<QueryNumber> hit_by(const store::WriteSet& writes) const;

 private:
  struct Node;
  using Tree = std::unique_ptr<Node>;

  static void insert(Tree& tree, const store::Interval& interval, QueryNumber query,
                     std::uint64_t priority);
  static void erase(Tree& tree, const store::Interval& interval, QueryNumber query);
  static void stab(const Tree& tree, std::string_view key, std::set<QueryNumber>& hits);
  static void update(Node& node);
  static void rotate_left(Tree& tree);
  static void rotate_right(Tree& tree);
  static void sink(Tree& tree);

  std::map<store::IndexId, Tree> ranges_;
  std::map<store::PointId, std::set<QueryNumber>, std::less<>> points_;
  std::map<std::uint32_t, std::set<QueryNumber>> tables_;
  std::uint64_t priority_state_ = 0x9E3779B97F4A7C15ULL;
};

}  // namespace vv::reactive
