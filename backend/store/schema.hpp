#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/document.hpp"
#include "store/read_set.hpp"

namespace vv::store {

struct Column {
  std::string name;
  ColumnType type = ColumnType::Text;
  bool nullable = false;
  TypeTag references = nullptr;  ///< the document an id points at; of `_id` itself nothing
  Value default_value;           ///< NULL when there is none
};

struct Index {
  std::string name;
  std::vector<std::size_t> columns;  ///< places in the table; `_creationTime`, `_id` follow always
  bool unique = false;
  /// Rows where this column holds `condition` alone (a partial unique index): a rule, not a way to
  /// read.
  std::size_t condition_column = 0;
  Value condition;
  [[nodiscard]] bool is_partial() const { return condition.index() != 0; }
};

struct Table {
  std::string name;
  TypeTag document = nullptr;
  std::vector<Column> columns;
  std::vector<Index> indexes;  ///< the first is `by_creation_time`
};

/// Declares one table: `table<Offre>("offres").index("by_demande", &Offre::demande_id)`.
template <class D>
class TableBuilder {
 public:
  static_assert(Document<D>, "a document begins with `Id<D> id` and `double creation_time`");

  explicit TableBuilder(std::string name) {
    table_.name = std::move(name);
    table_.document = type_tag<D>();
    boost::mp11::mp_for_each<MembersOf<D>>([&](auto d) {
      using T = std::remove_cvref_t<decltype(std::declval<D&>().*d.pointer)>;
      table_.columns.push_back(
          {.name = column_name(d.name),
           .type = Field<T>::kType,
           .nullable = kIsOptional<T>,
           .references = table_.columns.empty() ? nullptr : Reference<T>::tag(),
           .default_value = {}});
    });
    table_.indexes.push_back({.name = "by_creation_time",
                              .columns = {},
                              .unique = false,
                              .condition_column = 0,
                              .condition = {}});
  }

  /// Rows in the order of `fields`, then `_creationTime`, then `_id`.
  template <class... T>
  TableBuilder& index(std::string name, T D::*... fields) {
    return add(std::move(name), {column_of(fields)...}, false, 0, {});
  }
  /// The same, and no two rows with equal `fields` (rows with a NULL among them do not count).
  template <class... T>
  TableBuilder& unique(std::string name, T D::*... fields) {
    return add(std::move(name), {column_of(fields)...}, true, 0, {});
  }
  /// No two rows with equal `fields` among those whose `condition` is `value`. Not readable.
  template <class C, class... T>
  TableBuilder& unique_where(std::string name, C D::* condition, const C& value, T D::*... fields) {
    return add(std::move(name), {column_of(fields)...}, true, column_of(condition),
               Field<C>::to(value));
  }
  /// What rows written before this column existed hold in it.
  template <class T>
  TableBuilder& default_value(T D::* field, const T& value) {
    table_.columns[column_of(field)].default_value = Field<T>::to(value);
    return *this;
  }

  [[nodiscard]] const Table& declaration() const { return table_; }

 private:
  TableBuilder& add(std::string name, std::vector<std::size_t> columns, bool unique,
                    std::size_t condition_column, Value condition) {
    table_.indexes.push_back({.name = std::move(name),
                              .columns = std::move(columns),
                              .unique = unique,
                              .condition_column = condition_column,
                              .condition = std::move(condition)});
    return *this;
  }

  template <class T>
  static std::size_t column_of(T D::* field) {
    std::size_t place = 0;
    std::size_t found = 0;
    bool seen = false;
    boost::mp11::mp_for_each<MembersOf<D>>([&](auto d) {
      if constexpr (std::is_same_v<std::remove_cv_t<decltype(d.pointer)>, T D::*>) {
        if (d.pointer == field) {
          found = place;
          seen = true;
        }
      }
      ++place;
    });
    VV_CHECK(seen, "an index names described members");
    return found;
  }

  Table table_;
};

template <class D>
[[nodiscard]] TableBuilder<D> table(std::string name) {
  return TableBuilder<D>(std::move(name));
}

/// All tables of the process; made once at start, unchanged afterwards.
class Schema {
 public:
  template <class D>
  void add(const TableBuilder<D>& builder) {
    add_table(builder.declaration());
  }

  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }
  /// Place of the table that keeps this document; the schema must have it.
  [[nodiscard]] std::uint32_t table_of(TypeTag document) const;
  [[nodiscard]] const Table* find(TypeTag document) const;
  [[nodiscard]] const Table* find(std::string_view name) const;

 private:
  void add_table(Table table);
  std::vector<Table> tables_;
};

}  // namespace vv::store
