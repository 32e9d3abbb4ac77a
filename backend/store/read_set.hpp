#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
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

/// One that is looked for.
struct PointView {
  std::uint32_t table = 0;
  std::string_view id;
  friend bool operator<(const PointId& a, const PointView& b) {
    return a.table != b.table ? a.table < b.table : a.id < b.id;
  }
  friend bool operator<(const PointView& a, const PointId& b) {
    return a.table != b.table ? a.table < b.table : a.id < b.id;
  }
};
using PointSet = std::set<PointId, std::less<>>;

/// Half-open range of index keys, [start, end).
struct Interval {
  std::string start;
  std::string end;
  auto operator<=>(const Interval&) const = default;
  [[nodiscard]] bool holds(std::string_view key) const { return start <= key && key < end; }
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
  [[nodiscard]] const PointSet& points() const { return points_; }
  /// Tables read as a whole: any write to one touches this set.
  [[nodiscard]] const std::set<std::uint32_t>& tables() const { return tables_; }
  [[nodiscard]] bool empty() const;

 private:
  std::map<IndexId, std::vector<Interval>> ranges_;
  PointSet points_;
  std::set<std::uint32_t> tables_;
  std::size_t interval_count_ = 0;
};

/// What a commit changed: for every changed row its id, and its old and its new key in every index.
/// In one piece, since one is made for every mutation and dies on another thread.
class WriteSet {
 public:
  void add_key(IndexId index, std::string_view key) { keys_.push_back({index, place(key)}); }
  void add_point(std::uint32_t table, std::string_view id) {
    points_.push_back({table, place(id)});
  }

  [[nodiscard]] bool empty() const { return points_.empty(); }
  /// Keys and ids, those said twice counted twice.
  [[nodiscard]] std::size_t size() const { return keys_.size() + points_.size(); }

  /// Whether `test(IndexId, std::string_view key)` holds for one of them; stops there.
  template <class Test>
  bool any_key(Test&& test) const {
    for (const auto& [index, part] : keys_) {
      if (test(index, text(part))) return true;
    }
    return false;
  }
  /// The same for `test(PointView)`.
  template <class Test>
  bool any_point(Test&& test) const {
    for (const auto& [table, part] : points_) {
      if (test(PointView{table, text(part)})) return true;
    }
    return false;
  }

 private:
  struct Part {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  Part place(std::string_view what) {
    const Part part{text_.size(), what.size()};
    text_ += what;
    return part;
  }
  [[nodiscard]] std::string_view text(Part part) const {
    return std::string_view(text_).substr(part.begin, part.size);
  }

  std::string text_;  // of all keys and ids
  std::vector<std::pair<IndexId, Part>> keys_;
  std::vector<std::pair<std::uint32_t, Part>> points_;
};

/// Whether the result of what read `reads` may differ after `writes`. Never false wrongly.
[[nodiscard]] bool touches(const ReadSet& reads, const WriteSet& writes);

}  // namespace vv::store
