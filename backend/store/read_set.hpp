#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace vv::store {

/// One index of one table, by their places in the schema. Index 0 is `by_creation_time`.
struct IndexId {
  std::uint32_t table = 0;
  std::uint32_t index = 0;
  constexpr auto operator<=>(const IndexId&) const = default;
};

/// One row of one table, whether it is there or not.
struct PointId {
  std::uint32_t table = 0;
  std::string id;
  auto operator<=>(const PointId&) const = default;
};

/// Half-open range of index keys, [start, end).
struct Interval {
  std::string start;
  std::string end;
  auto operator<=>(const Interval&) const = default;
  [[nodiscard]] bool holds(const std::string& key) const { return start <= key && key < end; }
};

/// What a query examined: key ranges, gaps included, and ids, missing ones included.
///
/// Bounds: kMaxIntervals ranges and as many ids; past that it falls back to whole tables, which is
///         never wrong, only less precise.
class ReadSet {
 public:
  static constexpr std::size_t kMaxIntervals = 4096;

  void add_range(IndexId index, Interval interval);
  void add_point(std::uint32_t table, std::string id);
  void add_table(std::uint32_t table);
  void merge(const ReadSet& other);

  /// Sorted, disjoint, per index.
  [[nodiscard]] const std::map<IndexId, std::vector<Interval>>& ranges() const { return ranges_; }
  [[nodiscard]] const std::set<PointId>& points() const { return points_; }
  /// Tables read as a whole: any write to one touches this set.
  [[nodiscard]] const std::set<std::uint32_t>& tables() const { return tables_; }
  [[nodiscard]] bool empty() const;

 private:
  std::map<IndexId, std::vector<Interval>> ranges_;
  std::set<PointId> points_;
  std::set<std::uint32_t> tables_;
  std::size_t interval_count_ = 0;
};

/// What a commit changed: for every changed row its id, and its old and its new key in every index.
class WriteSet {
 public:
  void add_key(IndexId index, std::string key) { keys_[index].insert(std::move(key)); }
  void add_point(std::uint32_t table, std::string id) { points_.insert({table, std::move(id)}); }

  [[nodiscard]] const std::map<IndexId, std::set<std::string>>& keys() const { return keys_; }
  [[nodiscard]] const std::set<PointId>& points() const { return points_; }
  [[nodiscard]] bool empty() const { return points_.empty(); }

 private:
  std::map<IndexId, std::set<std::string>> keys_;
  std::set<PointId> points_;
};

/// Whether the result of what read `reads` may differ after `writes`. Never false wrongly.
[[nodiscard]] bool touches(const ReadSet& reads, const WriteSet& writes);

}  // namespace vv::store
