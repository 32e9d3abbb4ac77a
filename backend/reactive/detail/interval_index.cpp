#include "reactive/detail/interval_index.hpp"

#include <utility>

namespace vv::reactive {

struct IntervalIndex::Node {
  store::Interval interval;
  std::set<QueryNumber> queries;
  std::uint64_t priority = 0;
  std::string max_end;
  Tree left;
  Tree right;
};

IntervalIndex::IntervalIndex() = default;
IntervalIndex::~IntervalIndex() = default;

void IntervalIndex::add(QueryNumber query, const store::ReadSet& reads) {
  for (const auto& [index, intervals] : reads.ranges()) {
    for (const store::Interval& interval : intervals) {
      // xorshift64: balances the treap; nothing outside depends on it.
      priority_state_ ^= priority_state_ << 13;
      priority_state_ ^= priority_state_ >> 7;
      priority_state_ ^= priority_state_ << 17;
      insert(ranges_[index], interval, query, priority_state_);
    }
  }
  for (const store::PointId& point : reads.points()) points_[point].insert(query);
  for (const std::uint32_t table : reads.tables()) tables_[table].insert(query);
}

void IntervalIndex::remove(QueryNumber query, const store::ReadSet& reads) {
  for (const auto& [index, intervals] : reads.ranges()) {
    const auto tree = ranges_.find(index);
    if (tree == ranges_.end()) continue;
    for (const store::Interval& interval : intervals) erase(tree->second, interval, query);
    if (tree->second == nullptr) ranges_.erase(tree);
  }
  for (const store::PointId& point : reads.points()) {
    const auto found = points_.find(point);
    if (found == points_.end()) continue;
    found->second.erase(query);
    if (found->second.empty()) points_.erase(found);
  }
  for (const std::uint32_t table : reads.tables()) {
    const auto found = tables_.find(table);
    if (found == tables_.end()) continue;
    found->second.erase(query);
    if (found->second.empty()) tables_.erase(found);
  }
}

std::vector<QueryNumber> IntervalIndex::hit_by(const store::WriteSet& writes) const {
  std::set<QueryNumber> hits;
  writes.any_key([&](store::IndexId index, std::string_view key) {
    if (const auto tree = ranges_.find(index); tree != ranges_.end()) stab(tree->second, key, hits);
    return false;
  });
  writes.any_point([&](store::PointView point) {
    if (const auto found = points_.find(point); found != points_.end()) {
      hits.insert(found->second.begin(), found->second.end());
    }
    if (const auto found = tables_.find(point.table); found != tables_.end()) {
      hits.insert(found->second.begin(), found->second.end());
    }
    return false;
  });
  return {hits.begin(), hits.end()};
}

void IntervalIndex::update(Node& node) {
  node.max_end = node.interval.end;
  for (const Tree* child : {&node.left, &node.right}) {
    if (*child != nullptr && (*child)->max_end > node.max_end) node.max_end = (*child)->max_end;
  }
}

void IntervalIndex::rotate_right(Tree& tree) {
  Tree up = std::move(tree->left);
  tree->left = std::move(up->right);
  update(*tree);
  up->right = std::move(tree);
  tree = std::move(up);
  update(*tree);
}

void IntervalIndex::rotate_left(Tree& tree) {
  Tree up = std::move(tree->right);
  tree->right = std::move(up->left);
  update(*tree);
  up->left = std::move(tree);
  tree = std::move(up);
  update(*tree);
}

void IntervalIndex::insert(Tree& tree, const store::Interval& interval, QueryNumber query,
                           std::uint64_t priority) {
  if (tree == nullptr) {
    tree = std::make_unique<Node>();
    tree->interval = interval;
    tree->queries.insert(query);
    tree->priority = priority;
    tree->max_end = interval.end;
    return;
  }
  if (interval == tree->interval) {
    tree->queries.insert(query);
    return;
  }
  if (interval < tree->interval) {
    insert(tree->left, interval, query, priority);
    if (tree->left->priority > tree->priority) return rotate_right(tree);
  } else {
    insert(tree->right, interval, query, priority);
    if (tree->right->priority > tree->priority) return rotate_left(tree);
  }
  update(*tree);
}

// Takes the root of `tree` down to where it has no children, then off.
void IntervalIndex::sink(Tree& tree) {
  if (tree->left == nullptr || tree->right == nullptr) {
    Tree child = std::move(tree->left != nullptr ? tree->left : tree->right);
    tree = std::move(child);
    return;
  }
  if (tree->left->priority > tree->right->priority) {
    rotate_right(tree);
    sink(tree->right);
  } else {
    rotate_left(tree);
    sink(tree->left);
  }
  update(*tree);
}

void IntervalIndex::erase(Tree& tree, const store::Interval& interval, QueryNumber query) {
  if (tree == nullptr) return;
  if (interval == tree->interval) {
    tree->queries.erase(query);
    if (tree->queries.empty()) sink(tree);
    return;
  }
  erase(interval < tree->interval ? tree->left : tree->right, interval, query);
  update(*tree);
}

void IntervalIndex::stab(const Tree& tree, std::string_view key, std::set<QueryNumber>& hits) {
  if (tree == nullptr || tree->max_end <= key) return;
  stab(tree->left, key, hits);
  if (key < tree->interval.start) return;
  if (tree->interval.holds(key)) hits.insert(tree->queries.begin(), tree->queries.end());
  stab(tree->right, key, hits);
}

}  // namespace vv::reactive
