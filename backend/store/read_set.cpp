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

bool is_inside(const std::vector<Interval>& intervals, std::string_view key) {
  const auto after =
      std::upper_bound(intervals.begin(), intervals.end(), key,
                       [](std::string_view k, const Interval& each) { return k < each.start; });
  return after != intervals.begin() && std::prev(after)->holds(key);
}

}  // namespace

bool touches(const ReadSet& reads, const WriteSet& writes) {
  return writes.any_point([&](PointView point) {
    return reads.points().contains(point) || reads.tables().contains(point.table);
  }) || writes.any_key([&](IndexId index, std::string_view key) {
    const auto found = reads.ranges().find(index);
    return found != reads.ranges().end() && is_inside(found->second, key);
  });
}

}  // namespace vv::store
