#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace vv::store {

/// The system's file layer under SQLite, which fails or remembers what it is told to. Becomes the
/// process's default when first asked for, and stays it.
class TestDisk {
 public:
  struct Operation {
    enum class Kind : std::uint8_t { Write, Truncate, Sync } kind = Kind::Write;
    std::string file;
    std::uint64_t offset = 0;  ///< of a write; the new size of a truncation
    std::string data;
  };

  static TestDisk& instance() {
    static TestDisk disk;
    return disk;
  }
  std::atomic<bool> sync_fails{false};
  std::atomic<bool> is_full{false};

  /// From now on remembers what is done to files whose path begins so.
  void record(std::string prefix) {
    const std::lock_guard lock(mutex_);
    recorded_ = std::move(prefix);
    operations_.clear();
  }
  std::vector<Operation> stop() {
    const std::lock_guard lock(mutex_);
    recorded_.clear();
    return std::move(operations_);
  }
  [[nodiscard]] std::size_t recorded() {
    const std::lock_guard lock(mutex_);
    return operations_.size();
  }

 private:
  TestDisk() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "test";
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      TestDisk& disk = instance();
      const int code = disk.real_->xOpen(disk.real_, name, file, flags, out);
      if (code == SQLITE_OK) disk.wrap(file, name == nullptr ? "" : name);
      return code;
    };
    sqlite3_vfs_register(&vfs_, 1);
  }

  /// Gives the opened file a table of methods of its own, one for each of the layer's.
  void wrap(sqlite3_file* file, std::string name) {
    const std::lock_guard lock(mutex_);
    names_[file] = std::move(name);
    const sqlite3_io_methods* original = file->pMethods;
    auto& table = tables_[original];
    if (table == nullptr) {
      // All its tables share these three.
      real_methods_ = original;
      table = std::make_unique<sqlite3_io_methods>(*original);
      table->xSync = sync;
      table->xWrite = write;
      table->xTruncate = truncate;
    }
    file->pMethods = table.get();
  }
  static int sync(sqlite3_file* file, int flags) {
    TestDisk& disk = instance();
    if (disk.sync_fails) return SQLITE_IOERR_FSYNC;
    disk.note(file, {.kind = Operation::Kind::Sync, .file = {}, .offset = 0, .data = {}});
    return disk.real_methods_->xSync(file, flags);
  }
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    TestDisk& disk = instance();
    if (disk.is_full) return SQLITE_FULL;
    disk.note(file, {.kind = Operation::Kind::Write,
                     .file = {},
                     .offset = static_cast<std::uint64_t>(at),
                     .data = std::string(static_cast<const char*>(data),
                                         static_cast<std::size_t>(size))});
    return disk.real_methods_->xWrite(file, data, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    TestDisk& disk = instance();
    disk.note(file, {.kind = Operation::Kind::Truncate,
                     .file = {},
                     .offset = static_cast<std::uint64_t>(size),
                     .data = {}});
    return disk.real_methods_->xTruncate(file, size);
  }
  void note(sqlite3_file* file, Operation operation) {
    const std::lock_guard lock(mutex_);
    if (recorded_.empty()) return;
    operation.file = names_[file];
    if (operation.file.starts_with(recorded_)) operations_.push_back(std::move(operation));
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::mutex mutex_;
  std::map<const sqlite3_io_methods*, std::unique_ptr<sqlite3_io_methods>> tables_;
  const sqlite3_io_methods* real_methods_ = nullptr;
  std::map<sqlite3_file*, std::string> names_;
  std::string recorded_;
  std::vector<Operation> operations_;
};

}  // namespace vv::store
