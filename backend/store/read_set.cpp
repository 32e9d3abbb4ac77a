#include "store/read_set.hpp"

#include <algorithm>
#include <utility>

namespace vv::store {

void ReadSet::add_range(IndexId index, Interval interval) {
  if (interval.start >= interval.end || tables_.contains(index.table)) return;
  std::vector<Interval>& list = ranges_[index];
  // The first interval that ends at or after our start may join with us; so may those behind it
  // that begin at or before our end.
  auto first = std::lower_bound(
      list.begin(), list.end(), interval.start,
      [](const Interval& each, const std::string& start) { return each.end < start; });
  auto last = first;
  while (last != list.end() && last->start <= interval.end) {
    interval.start = std::min(interval.start, last->start);
    interval.end = std::max(interval.end, last->end);
    ++last;
  }
  interval_count_ -= static_cast<std::size_t>(last - first);
  const auto place = list.erase(first, last);
  list.insert(place, std::move(interval));
  if (++interval_count_ > kMaxIntervals) add_table(index.table);
}

void ReadSet::add_point(std::uint32_t table, std::string id) {
  if (tables_.contains(table)) return;
  points_.insert({table, std::move(id)});
  if (points_.size() > kMaxIntervals) add_table(table);
}

void ReadSet::add_table(std::uint32_t table) {
  tables_.insert(table);
  for (auto it = ranges_.begin(); it != ranges_.end();) {
    if (it->first.table == table) {
      interval_count_ -= it->second.size();
      it = ranges_.erase(it);
    } else {
      ++it;
    }
  }
  std::erase_if(points_, [table](const PointId& point) { return point.table == table; });
}

void ReadSet::merge(const ReadSet& other) {
  for (const std::uint32_t table : other.tables_) add_table(table);
  for (const auto& [index, intervals] : other.ranges_) {
    for (const Interval& interval : intervals) add_range(index, interval);
  }
  for (const PointId& point : other.points_) add_point(point.table, point.id);
}

bool ReadSet::empty() const { return ranges_.empty() && points_.empty() && tables_.empty(); }

namespace {

bool any_key_inside(const std::vector<Interval>& intervals, const std::set<std::string>& keys) {
  for (const std::string& key : keys) {
    const auto after =
        std::upper_bound(intervals.begin(), intervals.end(), key,
                         [](const std::string& k, const Interval& each) { return k < each.start; });
    if (after != intervals.begin() && std::prev(after)->holds(key)) return true;
  }
  return false;
}

}  // namespace

bool touches(const ReadSet& reads, const WriteSet& writes) {
  for (const PointId& point : writes.points()) {
    if (reads.points().contains(point) || reads.tables().contains(point.table)) return true;
  }
  for (const auto& [index, keys] : writes.keys()) {
    const auto found = reads.ranges().find(index);
    if (found != reads.ranges().end() && any_key_inside(found->second, keys)) return true;
  }
  return false;
}

}  // namespace vv::store
