#include "store/postgres/rows.hpp"

#include <algorithm>

#include "store/postgres/connection.hpp"
#include "store/postgres/sql.hpp"

namespace vv::store::postgres {
namespace {

// Rows a round trip brings, where nobody said how many there will be, and how many later ones may.
constexpr std::size_t kFirstRows = 128;
constexpr std::size_t kMostRows = 1024;

Row row_of(const Answer& answer, int number, const Table& table) {
  Row row;
  row.reserve(table.columns.size());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    row.push_back(answer.value(number, static_cast<int>(i), table.columns[i]));
  }
  return row;
}

/// The values of a scan; from one round trip to the next its beginning moves.
class ScanValues {
 public:
  ScanValues(const Table& table, const Scan& scan, detail::ScanEnds ends,
             std::span<const Value> values)
      : columns_(detail::key_columns(table.indexes[scan.index])), ends_(ends) {
    columns_.erase(columns_.begin(),
                   columns_.begin() + static_cast<std::ptrdiff_t>(scan.prefix.size()));
    bounds_ = scan.prefix.size() + (scan.lower ? 1U : 0U) + (scan.upper ? 1U : 0U);
    values_.assign(values.begin(), values.end());
  }
  void continue_after(const Row& row) {
    const auto place = values_.begin() + static_cast<std::ptrdiff_t>(bounds_);
    if (!std::exchange(ends_.after, true)) values_.insert(place, columns_.size(), Value{});
    for (std::size_t i = 0; i < columns_.size(); ++i) values_[bounds_ + i] = row[columns_[i]];
  }
  [[nodiscard]] std::span<const Value> values() const { return values_; }
  [[nodiscard]] detail::ScanEnds ends() const { return ends_; }

 private:
  std::vector<std::size_t> columns_;  // of the key, behind the prefix
  detail::ScanEnds ends_;
  std::size_t bounds_ = 0;  // values in front of the ends'
  std::vector<Value> values_;
};

}  // namespace

Result<std::optional<Row>> Rows::find(std::uint32_t number, const std::string& id) {
  const Table& table = schema_.tables()[number];
  const Value key = id;
  VV_ASSIGN_OR_RETURN(const Answer answer,
                      connection_->run(detail::select_by_id(kDialect, table), {&key, 1}));
  if (answer.rows() == 0) return std::optional<Row>{};
  return std::optional<Row>{row_of(answer, 0, table)};
}

Result<std::optional<Row>> Rows::scan(const Scan& scan, detail::ScanEnds ends,
                                      std::span<const Value> parameters, const Visit& visit) {
  const Table& table = schema_.tables()[scan.table];
  ScanValues values(table, scan, ends, parameters);
  std::size_t limit = scan.expected > 0 ? std::min(scan.expected, kMostRows) : kFirstRows;
  for (;;) {
    const Selection selection = select_scan(table, scan, values.ends(), values.values(), limit);
    VV_ASSIGN_OR_RETURN(const Answer answer,
                        connection_->run(selection.text, selection.parameters));
    for (int i = 0; i < answer.rows(); ++i) {
      Row row = row_of(answer, i, table);
      VV_ASSIGN_OR_RETURN(const bool more, visit(row));
      if (!more) return std::optional<Row>{row_of(answer, i, table)};
    }
    if (static_cast<std::size_t>(answer.rows()) < limit) return std::optional<Row>{};
    values.continue_after(row_of(answer, answer.rows() - 1, table));
    limit = std::min(limit * 2, kMostRows);
  }
}

Status Rows::insert(std::uint32_t number, const Row& row) {
  return write(detail::insert_row(kDialect, schema_.tables()[number]), row);
}

Status Rows::update(std::uint32_t number, const Row& row, std::uint64_t changed) {
  std::vector<Value> values;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if ((changed >> i & 1) != 0) values.push_back(row[i]);
  }
  values.push_back(row.front());
  return write(detail::update_row(kDialect, schema_.tables()[number], changed), values);
}

Status Rows::remove(std::uint32_t number, const Value& id) {
  return write(detail::delete_row(kDialect, schema_.tables()[number]), {&id, 1});
}

Status Rows::write(const std::string& sql, std::span<const Value> parameters) {
  if (guarded_) {
    VV_TRY(connection_->execute("SAVEPOINT statement"));
  }
  const Result<Answer> done = connection_->run(sql, parameters);
  if (guarded_) {
    VV_TRY(connection_->execute(done ? "RELEASE statement"
                                     : "ROLLBACK TO statement; RELEASE statement"));
  }
  if (!done) return done.error();
  return {};
}

}  // namespace vv::store::postgres
