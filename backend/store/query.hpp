#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/document.hpp"
#include "store/read_set.hpp"

namespace vv::store {

class Reader;

enum class Order : std::uint8_t { Ascending, Descending };

/// A place between rows of one index, in the order of a query: after the row with `key`, or after
/// everything (`at_end`). It survives the deletion of the row. Not authenticated: whoever hands it
/// out wraps it together with `Query::fingerprint()`.
struct Position {
  std::string key;
  bool at_end = false;
  auto operator<=>(const Position&) const = default;
  static Position end() { return {{}, true}; }
};

/// Which page. Rows of (after, until] in the order of the query; with `until` every one of them,
/// else `num_items` (rows that the filter drops do not count, but move the end).
struct PageRequest {
  std::size_t num_items = 0;
  std::optional<Position> after{};  ///< nothing: from the start
  std::optional<Position> until{};  ///< pinned end: from the journal, or the client's endCursor
  std::size_t maximum_rows_read = 4096;
};

enum class PageStatus : std::uint8_t { Complete, SplitRecommended, SplitRequired };

template <class D>
struct PageOf {
  std::vector<D> rows;
  Position end;                   ///< where this page ends; pin it
  bool is_done = false;           ///< nothing can follow
  std::optional<Position> split;  ///< strictly inside, when there are two rows or more
  PageStatus status = PageStatus::Complete;
};

/// What to scan, without the document's type.
struct Scan {
  struct Bound {
    Value value;
    bool inclusive = true;
  };
  std::uint32_t table = 0;
  std::uint32_t index = 0;
  std::vector<Value> prefix;
  std::optional<Bound> lower;
  std::optional<Bound> upper;
  Order order = Order::Ascending;
  std::size_t expected = 0;  ///< rows that will do, most likely; 0: nobody knows
};

/// Reads rows along one index. Equalities name the index's leading columns in their order; at most
/// one bound each way on the column that follows.
/// Every call that reads notes what it examined; nothing is read before it.
template <class D>
class Query {
 public:
  Query(Reader& reader, Scan scan) : reader_(&reader), scan_(std::move(scan)) {}

  template <class V>
  Query& eq(const V& value) {
    scan_.prefix.push_back(to_value(value));
    return *this;
  }
  template <class V>
  Query& at_least(const V& value) {
    scan_.lower = Scan::Bound{to_value(value), true};
    return *this;
  }
  template <class V>
  Query& above(const V& value) {
    scan_.lower = Scan::Bound{to_value(value), false};
    return *this;
  }
  template <class V>
  Query& at_most(const V& value) {
    scan_.upper = Scan::Bound{to_value(value), true};
    return *this;
  }
  template <class V>
  Query& below(const V& value) {
    scan_.upper = Scan::Bound{to_value(value), false};
    return *this;
  }
  Query& order(Order order) {
    scan_.order = order;
    return *this;
  }
  /// Leaves out rows after reading them; they still count as examined and against the budget.
  Query& where(std::function<bool(const D&)> keep) {
    keep_ = std::move(keep);
    return *this;
  }

  [[nodiscard]] Result<std::vector<D>> take(std::size_t n);
  /// All of them; refused past the reader's budget of rows.
  [[nodiscard]] Result<std::vector<D>> collect();
  [[nodiscard]] Result<std::optional<D>> first();
  /// The only one; `internal` when there are two.
  [[nodiscard]] Result<std::optional<D>> unique();
  /// How many, counting no further than `limit`.
  [[nodiscard]] Result<std::size_t> count(std::size_t limit);
  [[nodiscard]] Result<PageOf<D>> paginate(const PageRequest& request);

  /// Tells queries apart whose positions must not be mixed: index, direction, equalities, bounds.
  [[nodiscard]] std::string fingerprint() const;

 private:
  /// Visits rows in order until `visit` says no more. @return whether the range was read to its end
  template <class Visit>
  Result<bool> each(const PageRequest* page, Visit&& visit);

  Reader* reader_;
  Scan scan_;
  std::function<bool(const D&)> keep_;
};

}  // namespace vv::store
