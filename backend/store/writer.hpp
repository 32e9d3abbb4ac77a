#pragma once

#include <memory>
#include <string>
#include <utility>

#include "store/reader.hpp"

namespace vv {
class Random;
}

namespace vv::store {

/// A mutation's hold on the database: reads see its own writes. What it wrote is undone when its
/// body returns an error.
class Writer : public Reader {
 public:
  Writer(detail::Rows& rows, const Schema& schema, Timestamp timestamp, ReadLimits limits,
         Random& random, double& last_creation_time);

  /// `document.id` and `document.creation_time` are given here, except that an id already set is
  /// kept (it must be new). refuses: conflict when a unique index already holds it
  template <class D>
  [[nodiscard]] Result<Id<D>> insert(const D& document) {
    VV_ASSIGN_OR_RETURN(std::string id, insert_row(type_tag<D>(), to_row(document)));
    return Id<D>(std::move(id));
  }
  /// Writes all fields of the row with this id; its creation time stays.
  /// refuses: not_found; conflict when a unique index already holds it
  template <class D>
  [[nodiscard]] Status replace(const D& document) {
    return replace_row(type_tag<D>(), to_row(document));
  }
  /// refuses: not_found; conflict while other rows point at it
  template <class D>
  [[nodiscard]] Status remove(const Id<D>& id) {
    return remove_row(type_tag<D>(), id.str());
  }

  /// What this mutation writes may go into the last of the disk, where others are refused: for what
  /// is small, and worse not written than written (base/disk_space.hpp).
  void use_reserve() { uses_reserve_ = true; }
  [[nodiscard]] bool uses_reserve() const { return uses_reserve_; }

  [[nodiscard]] const WriteSet& write_set() const { return writes_; }
  [[nodiscard]] std::shared_ptr<const WriteSet> take_write_set() {
    return std::make_shared<const WriteSet>(std::move(writes_));
  }

 private:
  Result<std::string> insert_row(TypeTag document, Row row);
  Status replace_row(TypeTag document, Row row);
  Status remove_row(TypeTag document, const std::string& id);
  void note(std::uint32_t table, const Row& row);
  void note_moved(std::uint32_t table, const Row& row, std::uint64_t changed);

  Random& random_;
  double& last_creation_time_;  // milliseconds; kept by the store so that it only grows
  WriteSet writes_;
  bool uses_reserve_ = false;
};

/// A new id: 130 random bits in 26 lower-case characters, URL-safe, never starting with a dash.
[[nodiscard]] std::string new_id(Random& random);

}  // namespace vv::store
