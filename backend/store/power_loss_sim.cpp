#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/format.hpp"
#include "base/random.hpp"
#include "base/testing_seeds.hpp"
#include "store/store.hpp"
#include "store/testing_memory_disk.hpp"

// Power lost at any moment (threat-model.md F2): what was synced is there; of what was written
// since, any part may be, in any order, torn at sectors.
namespace vv::store {
namespace {

struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::int64_t number = 0;
  std::string filler;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, number, filler))

constexpr std::int64_t kEntries = 60;
constexpr const char* kFile = "test.db";

Result<std::unique_ptr<Store>> open_store(const MemoryDisk& disk, Random* random) {
  Schema schema;
  schema.add(table<Entry>("entries").unique("by_number", &Entry::number));
  // A short log, so that it is folded into the file and begun anew many times.
  return Store::open({.path = disk.path(kFile),
                      .checkpoint_pages = 20,
                      .query_limits = {.time = hours(1)},
                      .random = random,
                      .writer = [](const std::function<void()>& job) { job(); }},
                     std::move(schema));
}

/// What was acknowledged when the disk had seen so many operations.
struct Acknowledged {
  std::size_t operations = 0;
  std::int64_t number = 0;
};

struct History {
  MemoryDisk::Image start;
  std::vector<MemoryDisk::Operation> operations;
  std::vector<Acknowledged> acknowledged;
};

History write_some(std::uint64_t seed) {
  MemoryDisk disk;
  SeededRandom random(seed);
  History history;
  auto opened = open_store(disk, &random);
  VV_CHECK(opened.has_value(), "the simulation has its database");
  history.start = disk.image();
  disk.record();
  for (std::int64_t next = 0; next < kEntries; ++next) {
    const auto done = (*opened)->write_and_wait([&](Writer& db) -> Status {
      VV_TRY(db.insert(Entry{.id = {},
                             .creation_time = 0,
                             .number = next,
                             .filler = std::string(random.below(3000), 'x')}));
      return {};
    });
    if (done) history.acknowledged.push_back({disk.recorded(), next});
  }
  history.operations = disk.stop_recording();
  return history;
}

/// The disk while it is written, moment by moment.
class Replay {
 public:
  explicit Replay(const History& history) : history_(history), synced_(history.start) {}

  void run_until(std::size_t moment) {
    for (; next_ < moment; ++next_) {
      const MemoryDisk::Operation& operation = history_.operations[next_];
      auto& waiting = unsynced_[operation.file];
      if (operation.kind != MemoryDisk::Operation::Kind::Sync) {
        waiting.push_back(&operation);
        continue;
      }
      for (const auto* each : waiting) MemoryDisk::apply(synced_[operation.file], *each);
      waiting.clear();
    }
  }
  /// What may be found when power goes now.
  [[nodiscard]] MemoryDisk::Image after_power_loss(Random& random) const {
    MemoryDisk::Image found = synced_;
    for (const auto& [file, waiting] : unsynced_) {
      MemoryDisk::lose_some(found[file], waiting, random);
    }
    return found;
  }

 private:
  const History& history_;
  std::size_t next_ = 0;
  MemoryDisk::Image synced_;
  std::map<std::string, std::vector<const MemoryDisk::Operation*>> unsynced_;
};

// covers F2, I7
TEST(PowerLossSim, KeepsWhatWasAcknowledgedAndNoHalfOfAnything) {
  for_each_seed(10, [](std::uint64_t seed) {
    const History history = write_some(seed);
    ASSERT_GT(history.operations.size(), 100U);
    SeededRandom random(seed);
    Replay replay(history);
    // Power goes before every operation, and what is left of the rest is drawn anew each time.
    for (std::size_t moment = 0; moment <= history.operations.size(); ++moment) {
      SCOPED_TRACE(format("power lost before operation {}", moment));
      replay.run_until(moment);
      MemoryDisk disk;
      disk.load(replay.after_power_loss(random));
      std::int64_t acknowledged = -1;
      for (const Acknowledged& each : history.acknowledged) {
        if (each.operations <= moment) acknowledged = each.number;
      }
      auto opened = open_store(disk, nullptr);
      ASSERT_TRUE(opened) << opened.error().message;
      ASSERT_TRUE((*opened)->read([&](Reader& db) -> Status {
        VV_ASSIGN_OR_RETURN(const auto all, db.query<Entry>("by_number").collect());
        EXPECT_GT(static_cast<std::int64_t>(all.size()), acknowledged);
        for (std::size_t n = 0; n < all.size(); ++n) {
          EXPECT_EQ(all[n].number, static_cast<std::int64_t>(n)) << "no hole";
        }
        return {};
      }));
    }
  });
}

}  // namespace
}  // namespace vv::store
