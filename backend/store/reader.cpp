#include "store/reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "store/detail/rows.hpp"
#include "store/key.hpp"

namespace vv::store {
namespace {

constexpr std::size_t kIdColumn = 0;
constexpr std::size_t kCreationTimeColumn = 1;
// At the clock: a row takes a microsecond, and a look as much as a twentieth of it.
constexpr std::size_t kRowsPerLook = 32;

std::size_t size_of(const Value& value) {
  // convex-wire.md 3.2: numbers 9, text and bytes their length and 2.
  if (const auto* text = std::get_if<std::string>(&value)) return text->size() + 2;
  if (const auto* bytes = std::get_if<ByteVector>(&value)) return bytes->size() + 2;
  return 9;
}

/// A value may stand in a column: the same kind, or NULL.
bool fits(const Value& value, ColumnType type) {
  switch (type) {
    case ColumnType::Integer:
      return value.index() == 0 || value.index() == 1;
    case ColumnType::Real:
      return value.index() == 0 || value.index() == 2;
    case ColumnType::Boolean:
      return value.index() == 0 || value.index() == 3;
    case ColumnType::Text:
      return value.index() == 0 || value.index() == 4;
    case ColumnType::Blob:
      return value.index() == 0 || value.index() == 5;
  }
  return false;
}

/// The range of keys that a scan examines if nobody stops it.
class KeyRange {
 public:
  explicit KeyRange(const Scan& scan) : ascending_(scan.order == Order::Ascending) {
    const std::string prefix = encode_key(scan.prefix);
    range_ = {prefix, after_prefix(prefix)};
    if (scan.lower) {
      range_.start = with(prefix, scan.lower->value);
      if (!scan.lower->inclusive) range_.start = after_prefix(range_.start);
    }
    if (scan.upper) {
      range_.end = with(prefix, scan.upper->value);
      if (scan.upper->inclusive) range_.end = after_prefix(range_.end);
    }
  }

  void begin_after(const Position& position) {
    if (position.at_end) {
      range_.end = range_.start;
    } else if (ascending_) {
      range_.start = std::max(range_.start, after_key(position.key));
    } else {
      range_.end = std::min(range_.end, position.key);
    }
  }
  /// `key` is the last one examined.
  void end_with(const std::string& key) {
    if (ascending_) {
      range_.end = std::min(range_.end, after_key(key));
    } else {
      range_.start = std::max(range_.start, key);
    }
  }
  [[nodiscard]] const Interval& interval() const { return range_; }

 private:
  static std::string with(std::string prefix, const Value& value) {
    append_key(prefix, value);
    return prefix;
  }

  bool ascending_;
  Interval range_;
};

/// The values behind the scan's prefix in a position's key.
/// refuses: invalid when the key is not one of this scan's index and prefix
Result<std::vector<Value>> values_behind_prefix(const Table& table, const Scan& scan,
                                                const Position& position) {
  const auto refuse = [] { return invalid("InvalidCursor: this cursor belongs elsewhere"); };
  const std::vector<std::size_t> columns = detail::key_columns(table.indexes[scan.index]);
  std::optional<std::vector<Value>> values = decode_key(position.key);
  if (!values || values->size() != columns.size()) return refuse();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!fits((*values)[i], table.columns[columns[i]].type)) return refuse();
  }
  if (!position.key.starts_with(encode_key(scan.prefix))) return refuse();
  values->erase(values->begin(), values->begin() + static_cast<std::ptrdiff_t>(scan.prefix.size()));
  return *std::move(values);
}

}  // namespace

Reader::Reader(detail::Rows& rows, const Schema& schema, Timestamp timestamp, ReadLimits limits)
    : rows_(rows),
      schema_(schema),
      timestamp_(timestamp),
      limits_(limits),
      deadline_(monotonic_now() + limits.time) {}

Reader::~Reader() = default;

ReadSet Reader::restart() {
  rows_read_ = 0;
  bytes_read_ = 0;
  deadline_ = monotonic_now() + limits_.time;
  return std::exchange(reads_, {});
}

std::string Reader::table_name(TypeTag document) const {
  return schema_.tables()[schema_.table_of(document)].name;
}

Status Reader::spend(const Row& row) {
  ++rows_read_;
  for (const Value& value : row) bytes_read_ += size_of(value);
  if (rows_read_ > limits_.rows || bytes_read_ > limits_.bytes) {
    return invalid(
        format("this reads too much: at most {} rows and {} bytes", limits_.rows, limits_.bytes));
  }
  if (rows_read_ % kRowsPerLook == 0 && monotonic_now() > deadline_)
    return unavailable("this took too long to read");
  return {};
}

Result<std::optional<Row>> Reader::find_row(TypeTag document, const std::string& id) {
  const std::uint32_t number = schema_.table_of(document);
  reads_.add_point(number, id);
  VV_ASSIGN_OR_RETURN(std::optional<Row> row, rows_.find(number, id));
  if (row) VV_TRY(spend(*row));
  return row;
}

Scan Reader::scan_of(TypeTag document, std::string_view index) const {
  Scan scan;
  scan.table = schema_.table_of(document);
  const std::vector<Index>& indexes = schema_.tables()[scan.table].indexes;
  const auto found = std::ranges::find(indexes, index, &Index::name);
  VV_CHECK(found != indexes.end() && !found->is_partial(), "queries name a whole index");
  scan.index = static_cast<std::uint32_t>(found - indexes.begin());
  return scan;
}

Result<bool> Reader::scan(const Scan& scan, const Position* after, const Position* until,
                          const VisitRow& visit) {
  const Table& table = schema_.tables()[scan.table];
  const std::vector<std::size_t> columns = detail::key_columns(table.indexes[scan.index]);
  VV_CHECK(scan.prefix.size() + 2 <= columns.size(), "equalities name the index's own columns");
  std::vector<Value> parameters = scan.prefix;
  for (const auto* bound : {&scan.lower, &scan.upper}) {
    if (!*bound) continue;
    // SQL compares nothing with NULL, so that no row would come, and nobody would know why.
    if (std::holds_alternative<std::monostate>((*bound)->value))
      return internal("a bound is a value: for none, use eq or where");
    parameters.push_back((*bound)->value);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::size_t column = columns[std::min(i, scan.prefix.size())];
    VV_CHECK(fits(parameters[i], table.columns[column].type), "values have their column's type");
    const auto* real = std::get_if<double>(&parameters[i]);
    if (real != nullptr && std::isnan(*real)) return invalid("not a number");
  }
  if (after != nullptr && after->key.empty() && !after->at_end) after = nullptr;  // the start
  if (until != nullptr && until->at_end) until = nullptr;

  KeyRange range(scan);
  if (after != nullptr) {
    range.begin_after(*after);
    if (after->at_end) return true;
  }
  for (const Position* position : {after, until}) {
    if (position == nullptr) continue;
    VV_ASSIGN_OR_RETURN(std::vector<Value> values, values_behind_prefix(table, scan, *position));
    for (Value& value : values) parameters.push_back(std::move(value));
  }
  if (until != nullptr) range.end_with(until->key);

  const detail::ScanEnds ends{.after = after != nullptr, .until = until != nullptr};
  const Result<std::optional<Row>> last =
      rows_.scan(scan, ends, parameters, [&](Row& row) -> Result<bool> {
        Status spent = spend(row);
        if (!spent) return std::move(spent).error();
        return visit(row);
      });
  if (last && *last) range.end_with(key_of(scan, **last));
  reads_.add_range({scan.table, scan.index}, range.interval());
  if (!last) return last.error();
  return !last->has_value();
}

std::string Reader::key_of(const Scan& scan, const Row& row) const {
  std::string key;
  append_key_of(scan, row, key);
  return key;
}

void Reader::append_key_of(const Scan& scan, const Row& row, std::string& out) const {
  const Index& index = schema_.tables()[scan.table].indexes[scan.index];
  for (const std::size_t column : index.columns) append_key(out, row[column]);
  append_key(out, row[kCreationTimeColumn]);
  append_key(out, row[kIdColumn]);
}

std::string Reader::fingerprint_of(const Scan& scan) const {
  const Table& table = schema_.tables()[scan.table];
  // Lengths first, so that no two scans run together into one text.
  const auto part = [](const std::string& text) { return format("{}:{}", text.size(), text); };
  std::string print = part(table.name) + part(table.indexes[scan.index].name);
  print += scan.order == Order::Ascending ? "a" : "d";
  print += part(encode_key(scan.prefix));
  for (const auto* bound : {&scan.lower, &scan.upper}) {
    print += !*bound ? "-" : (*bound)->inclusive ? "i" : "x";
    if (*bound) print += part(encode_key({&(*bound)->value, 1}));
  }
  return print;
}

}  // namespace vv::store
