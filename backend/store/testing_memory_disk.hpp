#pragma once

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "store/testing_store.hpp"

namespace vv::store {

/// A folder of files in memory under SQLite, so that a test opens, breaks and reopens thousands of
/// databases a minute. What was synced is durable; of what was written since, any part may be left
/// when the power goes. It also fails and remembers as it is told to.
///
/// Not its: files that vanish or come back whole (SQLite keeps its log while a store is open).
class MemoryDisk {
 public:
  /// Contents by file name.
  using Image = std::map<std::string, std::string>;
  struct Operation {
    enum class Kind : std::uint8_t { Write, Truncate, Sync } kind = Kind::Write;
    std::string file;
    std::uint64_t offset = 0;  ///< of a write; the new size of a truncation
    std::string data;
  };
  static constexpr std::size_t kSector = 512;  // bytes that are written whole or not at all

  MemoryDisk();
  ~MemoryDisk();
  MemoryDisk(const MemoryDisk&) = delete;
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  /// For `Options::path`.
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.file(name); }

  std::atomic<bool> sync_fails{false};
  /// Called before each sync: what others do meanwhile.
  std::function<void()> before_sync;
  /// Files may grow to so many bytes together; what fits into them can always be overwritten.
  std::atomic<std::size_t> capacity{std::numeric_limits<std::size_t>::max()};
  [[nodiscard]] std::size_t used();

  /// From now on keeps what is done.
  void record();
  [[nodiscard]] std::size_t recorded();
  std::vector<Operation> stop_recording();

  /// The files as a process that was killed leaves them: with all it wrote.
  [[nodiscard]] Image image();
  /// The files as they may be found when the power goes now.
  [[nodiscard]] Image after_power_loss(Random& random);
  /// Keeps, of the moment before the `operations`-th write or sync from now, what `load` may bring
  /// back: `crashed` then tells that the moment has come.
  void crash_before(std::size_t operations, bool power_loss, Random& random);
  [[nodiscard]] std::optional<Image> take_crash();
  /// Puts other files in place. Whoever holds the old ones open keeps them, as a dead process does.
  void load(const Image& image);

  /// While it lives, SQLite's waiting takes no time: it is told how long it would have waited.
  class Sleeper {
   public:
    explicit Sleeper(std::function<void(Duration)> told);
    ~Sleeper();
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;
  };

  static void apply(std::string& file, const Operation& operation);
  /// What is left of `unsynced`, in any order, each as a whole, in part or not at all.
  static void lose_some(std::string& file, std::vector<const Operation*> unsynced, Random& random);

 private:
  struct File;
  struct Handle;
  struct Layer;
  std::shared_ptr<File> open(const std::string& name, bool create);
  [[nodiscard]] std::size_t used_locked() const;
  [[nodiscard]] Image power_loss_locked(Random& random);
  [[nodiscard]] Image image_locked();
  void note(File& file, Operation operation);
  void count_down();

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<File>> files_;  // also held by whoever has them open
  bool recording_ = false;
  std::vector<Operation> operations_;
  std::size_t until_crash_ = 0;
  bool crash_loses_power_ = false;
  Random* crash_random_ = nullptr;
  std::optional<Image> crash_;
};

struct MemoryDisk::File {
  explicit File(std::string n, std::string contents = {})
      : name(std::move(n)), bytes(contents), durable(std::move(contents)) {}

  std::string name;
  std::string bytes;
  std::string durable;
  std::vector<Operation> unsynced;

  // SQLite's locks on the file, and the index of its log, shared by its connections.
  const Handle* reserved = nullptr;
  const Handle* pending = nullptr;
  const Handle* exclusive = nullptr;
  std::size_t shared = 0;
  std::vector<std::unique_ptr<char[]>> regions;
  std::size_t mapped = 0;
  std::array<int, SQLITE_SHM_NLOCK> index_locks{};  // readers, or -1
};

struct MemoryDisk::Handle {
  sqlite3_file base;  // SQLite's; first
  MemoryDisk* disk = nullptr;
  std::shared_ptr<File> file;  // also held by the disk and by other handles
  int level = SQLITE_LOCK_NONE;
  bool maps = false;
  std::uint32_t reads_index = 0;  // masks over index_locks
  std::uint32_t writes_index = 0;
};

/// The layer as SQLite sees it. The process's default; all but the disks' files go to the system's.
struct MemoryDisk::Layer {
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  sqlite3_vfs table = *system;
  sqlite3_io_methods methods{};
  std::mutex mutex;
  std::map<std::string, MemoryDisk*, std::less<>> disks;  // by folder
  std::function<void(Duration)> told_to_sleep;

  static Layer& instance() {
    // Never destroyed: databases in static worlds close after everything else that is static.
    static Layer& layer = *new Layer;
    return layer;
  }

  Layer() {
    table.zName = "memory-disk";
    table.szOsFile = std::max(table.szOsFile, int{sizeof(Handle)});
    table.xOpen = open;
    table.xDelete = remove;
    table.xAccess = access;
    table.xSleep = sleep;
    methods.iVersion = 2;
    methods.xClose = close;
    methods.xRead = read;
    methods.xWrite = write;
    methods.xTruncate = truncate;
    methods.xSync = sync;
    methods.xFileSize = size;
    methods.xLock = lock;
    methods.xUnlock = unlock;
    methods.xCheckReservedLock = check_reserved;
    methods.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
    methods.xSectorSize = [](sqlite3_file*) { return 4096; };
    // As the system's layer says of every disk.
    methods.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; };
    methods.xShmMap = map_index;
    methods.xShmLock = lock_index;
    methods.xShmBarrier = [](sqlite3_file* f) { const std::lock_guard fence(of(f).disk->mutex_); };
    methods.xShmUnmap = unmap_index;
    sqlite3_vfs_register(&table, 1);
  }

  static Handle& of(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  /// The disk of this path and the file's name on it.
  static std::pair<MemoryDisk*, std::string> place(const char* path) {
    if (path == nullptr) return {};
    const std::string_view text = path;
    const std::size_t slash = text.rfind('/');
    if (slash == std::string_view::npos) return {};
    Layer& layer = instance();
    const std::lock_guard guard(layer.mutex);
    const auto found = layer.disks.find(text.substr(0, slash));
    if (found == layer.disks.end()) return {};
    return {found->second, std::string(text.substr(slash + 1))};
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* out) {
    const auto [disk, name] = place(path);
    sqlite3_vfs* system = instance().system;
    if (disk == nullptr) return system->xOpen(system, path, file, flags, out);
    file->pMethods = nullptr;
    auto opened = disk->open(name, (flags & SQLITE_OPEN_CREATE) != 0);
    if (opened == nullptr) return SQLITE_CANTOPEN;
    auto* handle = new (file) Handle;
    handle->base.pMethods = &instance().methods;
    handle->disk = disk;
    handle->file = std::move(opened);
    if (out != nullptr) *out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    const auto [disk, name] = place(path);
    sqlite3_vfs* system = instance().system;
    if (disk == nullptr) return system->xDelete(system, path, sync_folder);
    const std::lock_guard guard(disk->mutex_);
    return disk->files_.erase(name) == 0 ? SQLITE_IOERR_DELETE_NOENT : SQLITE_OK;
  }
  static int access(sqlite3_vfs*, const char* path, int flags, int* out) {
    const auto [disk, name] = place(path);
    sqlite3_vfs* system = instance().system;
    if (disk == nullptr) return system->xAccess(system, path, flags, out);
    const std::lock_guard guard(disk->mutex_);
    const auto found = disk->files_.find(name);
    const bool exists = found != disk->files_.end();
    // As the system's layer: an empty file does not count as there.
    *out = exists && (flags != SQLITE_ACCESS_EXISTS || !found->second->bytes.empty()) ? 1 : 0;
    return SQLITE_OK;
  }

  static int sleep(sqlite3_vfs*, int micros) {
    Layer& layer = instance();
    if (!layer.told_to_sleep) return layer.system->xSleep(layer.system, micros);
    layer.told_to_sleep(Duration::nanos(std::int64_t{micros} * 1000));
    return micros;
  }

  static int close(sqlite3_file* file) {
    unmap_index(file, 0);
    unlock(file, SQLITE_LOCK_NONE);
    of(file).~Handle();
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    const std::string& bytes = handle.file->bytes;
    const auto wanted = static_cast<std::size_t>(count);
    const auto from = std::min(static_cast<std::size_t>(at), bytes.size());
    const std::size_t there = std::min(wanted, bytes.size() - from);
    std::memcpy(to, bytes.data() + from, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* data, int count, sqlite3_int64 at) {
    Handle& handle = of(file);
    MemoryDisk& disk = *handle.disk;
    const std::lock_guard guard(disk.mutex_);
    const auto offset = static_cast<std::uint64_t>(at);
    const std::size_t end = offset + static_cast<std::size_t>(count);
    const std::size_t before = handle.file->bytes.size();
    if (end > before && disk.used_locked() + (end - before) > disk.capacity) return SQLITE_FULL;
    disk.note(*handle.file, {.kind = Operation::Kind::Write,
                             .file = handle.file->name,
                             .offset = offset,
                             .data = std::string(static_cast<const char*>(data),
                                                 static_cast<std::size_t>(count))});
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    handle.disk->note(*handle.file, {.kind = Operation::Kind::Truncate,
                                     .file = handle.file->name,
                                     .offset = static_cast<std::uint64_t>(size),
                                     .data = {}});
    return SQLITE_OK;
  }
  static int sync(sqlite3_file* file, int /*flags*/) {
    Handle& handle = of(file);
    if (handle.disk->before_sync) handle.disk->before_sync();
    if (handle.disk->sync_fails) return SQLITE_IOERR_FSYNC;
    const std::lock_guard guard(handle.disk->mutex_);
    handle.disk->note(
        *handle.file,
        {.kind = Operation::Kind::Sync, .file = handle.file->name, .offset = 0, .data = {}});
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    *out = static_cast<sqlite3_int64>(handle.file->bytes.size());
    return SQLITE_OK;
  }

  static int lock(sqlite3_file* file, int level) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    File& on = *handle.file;
    const auto others = [&](const Handle* holder) {
      return holder != nullptr && holder != &handle;
    };
    if (handle.level >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
      if (others(on.pending) || others(on.exclusive)) return SQLITE_BUSY;
      ++on.shared;
    } else if (others(on.reserved) || others(on.pending)) {
      return SQLITE_BUSY;
    } else if (level == SQLITE_LOCK_RESERVED) {
      on.reserved = &handle;
    } else {
      on.pending = &handle;
      if (level == SQLITE_LOCK_EXCLUSIVE) {
        if (on.shared > 1) {
          handle.level = SQLITE_LOCK_PENDING;
          return SQLITE_BUSY;
        }
        on.exclusive = &handle;
      }
    }
    handle.level = level;
    return SQLITE_OK;
  }
  static int unlock(sqlite3_file* file, int level) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    File& on = *handle.file;
    for (const Handle** holder : {&on.reserved, &on.pending, &on.exclusive}) {
      if (*holder == &handle) *holder = nullptr;
    }
    if (level == SQLITE_LOCK_NONE && handle.level >= SQLITE_LOCK_SHARED) --on.shared;
    handle.level = std::min(handle.level, level);
    return SQLITE_OK;
  }
  static int check_reserved(sqlite3_file* file, int* out) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    *out = handle.file->reserved != nullptr || handle.file->exclusive != nullptr ? 1 : 0;
    return SQLITE_OK;
  }

  static int map_index(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    File& on = *handle.file;
    if (!std::exchange(handle.maps, true)) ++on.mapped;
    const auto wanted = static_cast<std::size_t>(region);
    while (on.regions.size() <= wanted && extend != 0) {
      on.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    }
    *out = wanted < on.regions.size() ? on.regions[wanted].get() : nullptr;
    return SQLITE_OK;
  }
  static int lock_index(sqlite3_file* file, int first, int count, int flags) {
    Handle& handle = of(file);
    const std::lock_guard guard(handle.disk->mutex_);
    std::uint32_t mask = 0;
    for (int i = first; i < first + count; ++i) mask |= 1U << i;
    auto& locks = handle.file->index_locks;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if ((flags & SQLITE_SHM_LOCK) != 0) {
      for (int i = first; i < first + count; ++i) {
        const int held = locks[static_cast<std::size_t>(i)];
        const bool mine = (handle.reads_index >> i & 1U) != 0;
        if (exclusive ? held - (mine ? 1 : 0) != 0 : held < 0) return SQLITE_BUSY;
      }
    }
    for (int i = first; i < first + count; ++i) {
      int& held = locks[static_cast<std::size_t>(i)];
      const std::uint32_t bit = 1U << i;
      if ((flags & SQLITE_SHM_LOCK) != 0) {
        if (exclusive) {
          held = -1;
        } else if ((handle.reads_index & bit) == 0) {
          ++held;
        }
      } else if ((handle.writes_index & bit) != 0) {
        held = 0;
      } else if ((handle.reads_index & bit) != 0) {
        --held;
      }
    }
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      handle.reads_index &= ~mask;
      handle.writes_index &= ~mask;
    } else {
      (exclusive ? handle.writes_index : handle.reads_index) |= mask;
    }
    return SQLITE_OK;
  }
  static int unmap_index(sqlite3_file* file, int /*remove*/) {
    Handle& handle = of(file);
    for (int i = 0; i < SQLITE_SHM_NLOCK; ++i) {
      if (((handle.reads_index | handle.writes_index) >> i & 1U) != 0) {
        lock_index(file, i, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
      }
    }
    const std::lock_guard guard(handle.disk->mutex_);
    if (std::exchange(handle.maps, false) && --handle.file->mapped == 0) {
      handle.file->regions.clear();
    }
    return SQLITE_OK;
  }
};

inline MemoryDisk::Sleeper::Sleeper(std::function<void(Duration)> told) {
  Layer::instance().told_to_sleep = std::move(told);
}
inline MemoryDisk::Sleeper::~Sleeper() { Layer::instance().told_to_sleep = nullptr; }

inline MemoryDisk::MemoryDisk() {
  Layer& layer = Layer::instance();
  const std::lock_guard guard(layer.mutex);
  std::string folder = folder_.file("");
  folder.pop_back();
  layer.disks.emplace(std::move(folder), this);
}

inline MemoryDisk::~MemoryDisk() {
  Layer& layer = Layer::instance();
  const std::lock_guard guard(layer.mutex);
  std::erase_if(layer.disks, [this](const auto& entry) { return entry.second == this; });
}

inline std::shared_ptr<MemoryDisk::File> MemoryDisk::open(const std::string& name, bool create) {
  const std::lock_guard guard(mutex_);
  const auto found = files_.find(name);
  if (found != files_.end()) return found->second;
  if (!create) return nullptr;
  return files_.emplace(name, std::make_shared<File>(name)).first->second;
}

inline std::size_t MemoryDisk::used_locked() const {
  std::size_t sum = 0;
  for (const auto& [name, file] : files_) sum += file->bytes.size();
  return sum;
}

inline std::size_t MemoryDisk::used() {
  const std::lock_guard guard(mutex_);
  return used_locked();
}

inline void MemoryDisk::apply(std::string& file, const Operation& operation) {
  if (operation.kind == Operation::Kind::Truncate) {
    file.resize(operation.offset, '\0');
    return;
  }
  const std::size_t end = operation.offset + operation.data.size();
  if (file.size() < end) file.resize(end, '\0');
  file.replace(operation.offset, operation.data.size(), operation.data);
}

inline void MemoryDisk::note(File& file, Operation operation) {
  count_down();
  if (operation.kind == Operation::Kind::Sync) {
    for (const Operation& each : file.unsynced) apply(file.durable, each);
    file.unsynced.clear();
  } else {
    apply(file.bytes, operation);
    file.unsynced.push_back(operation);
  }
  if (recording_) operations_.push_back(std::move(operation));
}

inline void MemoryDisk::record() {
  const std::lock_guard guard(mutex_);
  recording_ = true;
  operations_.clear();
}

inline std::size_t MemoryDisk::recorded() {
  const std::lock_guard guard(mutex_);
  return operations_.size();
}

inline std::vector<MemoryDisk::Operation> MemoryDisk::stop_recording() {
  const std::lock_guard guard(mutex_);
  recording_ = false;
  return std::exchange(operations_, {});
}

inline MemoryDisk::Image MemoryDisk::image_locked() {
  Image found;
  for (const auto& [name, file] : files_) found.emplace(name, file->bytes);
  return found;
}

inline MemoryDisk::Image MemoryDisk::image() {
  const std::lock_guard guard(mutex_);
  return image_locked();
}

inline MemoryDisk::Image MemoryDisk::after_power_loss(Random& random) {
  const std::lock_guard guard(mutex_);
  return power_loss_locked(random);
}

inline MemoryDisk::Image MemoryDisk::power_loss_locked(Random& random) {
  Image found;
  for (const auto& [name, file] : files_) {
    std::string left = file->durable;
    std::vector<const Operation*> unsynced;
    for (const Operation& each : file->unsynced) unsynced.push_back(&each);
    lose_some(left, std::move(unsynced), random);
    found.emplace(name, std::move(left));
  }
  return found;
}

inline void MemoryDisk::lose_some(std::string& file, std::vector<const Operation*> unsynced,
                                  Random& random) {
  for (std::size_t i = unsynced.size(); i > 1; --i) {
    std::swap(unsynced[i - 1], unsynced[random.below(i)]);
  }
  for (const Operation* each : unsynced) {
    const std::uint64_t fate = random.below(3);
    if (fate == 0) continue;
    Operation kept = *each;
    if (fate == 1 && kept.kind == Operation::Kind::Write) {
      const std::uint64_t sectors = kept.data.size() / kSector;
      kept.data.resize(
          std::min<std::size_t>(kept.data.size(), kSector * random.below(sectors + 1)));
    }
    apply(file, kept);
  }
}

inline void MemoryDisk::crash_before(std::size_t operations, bool power_loss, Random& random) {
  const std::lock_guard guard(mutex_);
  until_crash_ = operations;
  crash_loses_power_ = power_loss;
  crash_random_ = &random;
  crash_.reset();
}

inline void MemoryDisk::count_down() {
  if (until_crash_ == 0 || --until_crash_ > 0) return;
  crash_ = crash_loses_power_ ? power_loss_locked(*crash_random_) : image_locked();
}

inline std::optional<MemoryDisk::Image> MemoryDisk::take_crash() {
  const std::lock_guard guard(mutex_);
  return std::exchange(crash_, std::nullopt);
}

inline void MemoryDisk::load(const Image& image) {
  const std::lock_guard guard(mutex_);
  files_.clear();
  for (const auto& [name, bytes] : image) {
    files_.emplace(name, std::make_shared<File>(name, bytes));
  }
}

}  // namespace vv::store
