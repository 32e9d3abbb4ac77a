#include "store/writer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"
#include "base/random.hpp"
#include "store/detail/rows.hpp"
#include "store/key.hpp"

namespace vv::store {
namespace {

constexpr std::size_t kIdColumn = 0;
constexpr std::size_t kCreationTimeColumn = 1;

// convex-wire.md 3.2
constexpr std::size_t kMaxDocumentBytes = 1024 * 1024;

/// What must never reach a column or a key.
Status check_values(const Row& row) {
  std::size_t bytes = 0;
  for (const Value& value : row) {
    const auto* real = std::get_if<double>(&value);
    if (real != nullptr && std::isnan(*real)) return invalid("not a number");
    if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
    if (const auto* blob = std::get_if<ByteVector>(&value)) bytes += blob->size();
  }
  if (bytes > kMaxDocumentBytes) return invalid("the document is larger than 1 MiB");
  return {};
}

/// As bits.
std::uint64_t changed_columns(const Row& before, const Row& after) {
  VV_CHECK(after.size() <= detail::kMaxColumns, "tables are narrower than a number has bits");
  std::uint64_t changed = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (before[i] != after[i]) changed |= std::uint64_t{1} << i;
  }
  return changed;
}

}  // namespace

std::string new_id(Random& random) {
  constexpr std::size_t kLength = 26;  // 5 bits each: 130 (threat-model.md H17 asks for 128)
  return random.text(kLength, "0123456789abcdefghjkmnpqrstvwxyz");
}

Writer::Writer(detail::Rows& rows, const Schema& schema, Timestamp timestamp, ReadLimits limits,
               Random& random, double& last_creation_time)
    : Reader(rows, schema, timestamp, limits),
      random_(random),
      last_creation_time_(last_creation_time) {}

Result<std::string> Writer::insert_row(TypeTag document, Row row) {
  const std::uint32_t number = schema_.table_of(document);
  auto& id = std::get<std::string>(row[kIdColumn]);
  if (id.empty()) id = new_id(random_);
  const double now = static_cast<double>(timestamp().nanos) / 1e6;
  const double next = std::nextafter(last_creation_time_, std::numeric_limits<double>::infinity());
  last_creation_time_ = std::max(now, next);
  row[kCreationTimeColumn] = last_creation_time_;
  VV_TRY(check_values(row));

  VV_TRY(rows_.insert(number, row));
  note(number, row);
  return std::move(id);
}

Status Writer::replace_row(TypeTag document, Row row) {
  const std::uint32_t number = schema_.table_of(document);
  const Table& table = schema_.tables()[number];
  VV_ASSIGN_OR_RETURN(const std::optional<Row> old,
                      find_row(document, std::get<std::string>(row[kIdColumn])));
  if (!old) return not_found("there is no such " + table.name + " row");
  row[kCreationTimeColumn] = (*old)[kCreationTimeColumn];
  if (row == *old) return {};
  VV_TRY(check_values(row));

  const std::uint64_t changed = changed_columns(*old, row);
  VV_TRY(rows_.update(number, row, changed));
  note(number, *old);
  note_moved(number, row, changed);
  return {};
}

Status Writer::remove_row(TypeTag document, const std::string& id) {
  const std::uint32_t number = schema_.table_of(document);
  const Table& table = schema_.tables()[number];
  VV_ASSIGN_OR_RETURN(const std::optional<Row> old, find_row(document, id));
  if (!old) return not_found("there is no such " + table.name + " row");
  VV_TRY(rows_.remove(number, (*old)[kIdColumn]));
  note(number, *old);
  return {};
}

/// The row's id, and its key in every index.
void Writer::note(std::uint32_t table, const Row& row) {
  writes_.add_point(table, std::get<std::string>(row[kIdColumn]));
  Scan scan{.table = table,
            .index = 0,
            .prefix = {},
            .lower = {},
            .upper = {},
            .order = {},
            .expected = 0};
  for (const Index& index : schema_.tables()[table].indexes) {
    if (!index.is_partial()) writes_.add_key({table, scan.index}, key_of(scan, row));
    ++scan.index;
  }
}

/// Its key in those indexes where the `changed` columns give it another than the one noted.
void Writer::note_moved(std::uint32_t table, const Row& row, std::uint64_t changed) {
  Scan scan{.table = table,
            .index = 0,
            .prefix = {},
            .lower = {},
            .upper = {},
            .order = {},
            .expected = 0};
  for (const Index& index : schema_.tables()[table].indexes) {
    const bool moved = std::ranges::any_of(
        index.columns, [changed](std::size_t column) { return (changed >> column & 1) != 0; });
    if (moved && !index.is_partial()) writes_.add_key({table, scan.index}, key_of(scan, row));
    ++scan.index;
  }
}

}  // namespace vv::store
