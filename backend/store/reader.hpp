#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/query.hpp"
#include "store/read_set.hpp"
#include "store/schema.hpp"

namespace vv::store {

namespace detail {
class Rows;
}

/// What one query may read (threat-model.md, section 4).
struct ReadLimits {
  std::size_t rows = 16'384;
  std::size_t bytes = 16 * 1024 * 1024;
  Duration time = seconds(1);
};

/// One snapshot, or inside a mutation the state with its own writes. Notes all that it examined.
///
/// Owns:    its read set and what is left of its budget.
/// Not its: the rows; it is valid inside the body it was given to, on that thread, only.
class Reader {
 public:
  Reader(detail::Rows& rows, const Schema& schema, Timestamp timestamp, ReadLimits limits);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// refuses: not_found
  template <class D>
  [[nodiscard]] Result<D> get(const Id<D>& id) {
    VV_ASSIGN_OR_RETURN(std::optional<D> found, find(id));
    if (!found) return not_found("there is no such " + table_name(type_tag<D>()) + " row");
    return *std::move(found);
  }

  template <class D>
  [[nodiscard]] Result<std::optional<D>> find(const Id<D>& id) {
    VV_ASSIGN_OR_RETURN(std::optional<Row> row, find_row(type_tag<D>(), id.str()));
    if (!row) return std::optional<D>{};
    VV_ASSIGN_OR_RETURN(D document, from_row<D>(*std::move(row)));
    return std::optional<D>{std::move(document)};
  }

  /// Along one of the table's indexes; `by_creation_time` is always there.
  template <class D>
  [[nodiscard]] Query<D> query(std::string_view index = "by_creation_time") {
    return Query<D>(*this, scan_of(type_tag<D>(), index));
  }

  /// The commit this snapshot stands at (inside a mutation: the one it will be).
  [[nodiscard]] Timestamp timestamp() const { return timestamp_; }
  [[nodiscard]] const ReadSet& read_set() const { return reads_; }
  /// Begins another query on the same snapshot: an empty read set and a full budget.
  /// @return what was examined until now
  ReadSet restart();
  [[nodiscard]] const Schema& schema() const { return schema_; }

  // For Query<D>: rows without their types.
  using VisitRow = std::function<Result<bool>(Row& row)>;  ///< may move from it; false: enough
  /// Visits the rows of `scan` in (after, until], in order, and notes what was examined.
  /// @return whether the range was read to its end
  [[nodiscard]] Result<bool> scan(const Scan& scan, const Position* after, const Position* until,
                                  const VisitRow& visit);
  /// The row's whole key in the scan's index.
  [[nodiscard]] std::string key_of(const Scan& scan, const Row& row) const;
  void append_key_of(const Scan& scan, const Row& row, std::string& out) const;
  [[nodiscard]] std::string fingerprint_of(const Scan& scan) const;

 protected:
  [[nodiscard]] std::string table_name(TypeTag document) const;
  [[nodiscard]] Result<std::optional<Row>> find_row(TypeTag document, const std::string& id);
  [[nodiscard]] Scan scan_of(TypeTag document, std::string_view index) const;
  Status spend(const Row& row);

  detail::Rows& rows_;
  const Schema& schema_;
  Timestamp timestamp_;
  ReadLimits limits_;
  std::size_t rows_read_ = 0;
  std::size_t bytes_read_ = 0;
  Instant deadline_;
  ReadSet reads_;
};

inline constexpr auto kAllRows = static_cast<std::size_t>(-1);

template <class D>
template <class Visit>
Result<bool> Query<D>::each(const PageRequest* page, Visit&& visit) {
  const Position* after = page != nullptr && page->after ? &*page->after : nullptr;
  const Position* until = page != nullptr && page->until ? &*page->until : nullptr;
  return reader_->scan(scan_, after, until, [&](Row& row) -> Result<bool> { return visit(row); });
}

template <class D>
Result<std::vector<D>> Query<D>::take(std::size_t n) {
  std::vector<D> rows;
  if (n == 0) return rows;
  rows.reserve(std::min<std::size_t>(n, 64));
  scan_.expected = n == kAllRows ? 0 : n;
  VV_TRY(each(nullptr, [&](Row& row) -> Result<bool> {
    Status read = read_row(row, rows.emplace_back());
    if (!read) return std::move(read).error();
    if (keep_ && !keep_(rows.back())) rows.pop_back();
    return rows.size() < n;
  }));
  return rows;
}

template <class D>
Result<std::vector<D>> Query<D>::collect() {
  return take(kAllRows);
}

template <class D>
Result<std::optional<D>> Query<D>::first() {
  VV_ASSIGN_OR_RETURN(std::vector<D> rows, take(1));
  if (rows.empty()) return std::optional<D>{};
  return std::optional<D>{std::move(rows.front())};
}

template <class D>
Result<std::optional<D>> Query<D>::unique() {
  VV_ASSIGN_OR_RETURN(std::vector<D> rows, take(2));
  if (rows.empty()) return std::optional<D>{};
  if (rows.size() > 1) return internal("two rows where one was promised");
  return std::optional<D>{std::move(rows.front())};
}

template <class D>
Result<std::size_t> Query<D>::count(std::size_t limit) {
  std::size_t found = 0;
  if (limit == 0) return found;
  scan_.expected = limit;
  VV_TRY(each(nullptr, [&](Row& row) -> Result<bool> {
    if (keep_) {
      VV_ASSIGN_OR_RETURN(const D document, from_row<D>(std::move(row)));
      if (!keep_(document)) return true;
    }
    return ++found < limit;
  }));
  return found;
}

template <class D>
Result<PageOf<D>> Query<D>::paginate(const PageRequest& request) {
  PageOf<D> page;
  std::string keys;               // of every row read, filtered out or not, one behind the other
  std::vector<std::size_t> ends;  // of each
  bool over_budget = false;
  page.rows.reserve(std::min<std::size_t>(request.num_items, 64));
  if (request.num_items == 0 && !request.until) {
    // An empty page ends where it began; before the first row there is no key, so the empty one.
    page.end = request.after.value_or(Position{});
    page.is_done = page.end.at_end;
    return page;
  }
  const bool pinned = request.until.has_value();
  scan_.expected = pinned ? 0 : request.num_items;
  VV_ASSIGN_OR_RETURN(const bool exhausted, each(&request, [&](Row& row) -> Result<bool> {
                        reader_->append_key_of(scan_, row, keys);
                        ends.push_back(keys.size());
                        Status read = read_row(row, page.rows.emplace_back());
                        if (!read) return std::move(read).error();
                        if (keep_ && !keep_(page.rows.back())) page.rows.pop_back();
                        if (!pinned && page.rows.size() >= request.num_items) return false;
                        over_budget = ends.size() >= request.maximum_rows_read;
                        return !over_budget;
                      }));

  const auto after_row = [&](std::size_t row) {
    const std::size_t begin = row == 0 ? 0 : ends[row - 1];
    return Position{keys.substr(begin, ends[row] - begin), false};
  };
  if (pinned) {
    page.end = *request.until;
  } else if (exhausted) {
    page.end = Position::end();
  } else {
    page.end = after_row(ends.size() - 1);
  }
  page.is_done = page.end.at_end;
  if (ends.size() >= 2) page.split = after_row((ends.size() - 1) / 2);
  if (over_budget && !exhausted) {
    page.status = PageStatus::SplitRequired;
  } else if (ends.size() > request.maximum_rows_read / 4 * 3) {
    page.status = PageStatus::SplitRecommended;
  }
  return page;
}

template <class D>
std::string Query<D>::fingerprint() const {
  return reader_->fingerprint_of(scan_);
}

}  // namespace vv::store
