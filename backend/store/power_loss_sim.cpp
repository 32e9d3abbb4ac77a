#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/format.hpp"
#include "base/random.hpp"
#include "store/store.hpp"
#include "store/testing_disk.hpp"
#include "store/testing_store.hpp"

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

constexpr std::size_t kSector = 512;

Result<std::unique_ptr<Store>> open_store(const std::string& path, Random* random) {
  Schema schema;
  schema.add(table<Entry>("entries").unique("by_number", &Entry::number));
  // A short log, so that it is folded into the file and begun anew many times.
  return Store::open({.path = path, .checkpoint_pages = 20, .random = random}, std::move(schema));
}

/// What was acknowledged when the disk had seen so many operations.
struct Acknowledged {
  std::size_t operations = 0;
  std::int64_t number = 0;
};

struct History {
  std::map<std::string, std::string> start;  ///< the files before, by name
  std::vector<TestDisk::Operation> operations;
  std::vector<Acknowledged> acknowledged;
};

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

History write_some(std::uint64_t seed) {
  const TemporaryFolder folder;
  SeededRandom random(seed);
  const std::string path = folder.file("test.db");
  History history;
  auto opened = open_store(path, &random);
  VV_CHECK(opened.has_value(), "the simulation has its database");
  for (const char* file : {"test.db", "test.db-wal"}) {
    history.start[folder.file(file)] = contents(folder.file(file));
  }
  TestDisk& disk = TestDisk::instance();
  disk.record(path);
  std::int64_t next = 0;
  while (next < 150) {
    // Batches of one to four, some larger than others.
    const std::int64_t last = next + static_cast<std::int64_t>(random.below(4));
    for (; next <= last; ++next) {
      const auto body = [number = next, size = random.below(3000)](Writer& db) -> Status {
        VV_TRY(db.insert(Entry{
            .id = {}, .creation_time = 0, .number = number, .filler = std::string(size, 'x')}));
        return {};
      };
      const auto done = [&history, &disk, number = next](const Result<Commit>& commit) {
        if (commit) history.acknowledged.push_back({disk.recorded(), number});
      };
      if (next == last) {
        done((*opened)->write_and_wait(body));
      } else {
        (*opened)->write(body, done);
      }
    }
  }
  history.operations = disk.stop();
  return history;
}

void write_to(std::string& file, const TestDisk::Operation& operation) {
  if (operation.kind == TestDisk::Operation::Kind::Truncate) {
    file.resize(operation.offset, '\0');
    return;
  }
  const std::size_t end = operation.offset + operation.data.size();
  if (file.size() < end) file.resize(end, '\0');
  file.replace(operation.offset, operation.data.size(), operation.data);
}

/// The files as they may be found when power goes before operation `moment`.
std::map<std::string, std::string> found_after(const History& history, std::size_t moment,
                                               Random& random) {
  using Kind = TestDisk::Operation::Kind;
  std::map<std::string, std::string> files = history.start;
  std::map<std::string, std::vector<const TestDisk::Operation*>> unsynced;
  for (std::size_t i = 0; i < moment; ++i) {
    const TestDisk::Operation& operation = history.operations[i];
    auto& waiting = unsynced[operation.file];
    if (operation.kind != Kind::Sync) {
      waiting.push_back(&operation);
      continue;
    }
    for (const auto* each : waiting) write_to(files[operation.file], *each);
    waiting.clear();
  }
  for (auto& [file, waiting] : unsynced) {
    // Reordered: any of them, each as a whole, in part or not at all.
    for (std::size_t i = waiting.size(); i > 1; --i) {
      std::swap(waiting[i - 1], waiting[random.below(i)]);
    }
    for (const auto* each : waiting) {
      const std::uint64_t fate = random.below(3);
      if (fate == 0) continue;
      TestDisk::Operation kept = *each;
      if (fate == 1 && kept.kind == Kind::Write) {
        const std::uint64_t sectors = kept.data.size() / kSector;
        kept.data.resize(
            std::min<std::size_t>(kept.data.size(), kSector * random.below(sectors + 1)));
      }
      write_to(files[file], kept);
    }
  }
  return files;
}

// covers F2, I7
TEST(PowerLossSim, KeepsWhatWasAcknowledgedAndNoHalfOfAnything) {
  std::size_t moments = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const History history = write_some(seed);
    ASSERT_GT(history.operations.size(), 100U);
    SeededRandom random(seed);
    for (int i = 0; i < 150; ++i, ++moments) {
      const std::size_t moment = random.below(history.operations.size() + 1);
      SCOPED_TRACE(format("seed {}, power lost before operation {}", seed, moment));
      const TemporaryFolder folder;
      for (const auto& [path, bytes] : found_after(history, moment, random)) {
        std::ofstream(folder.file(std::filesystem::path(path).filename()), std::ios::binary)
            << bytes;
      }
      std::int64_t acknowledged = -1;
      for (const Acknowledged& each : history.acknowledged) {
        if (each.operations <= moment) acknowledged = each.number;
      }
      auto opened = open_store(folder.file("test.db"), nullptr);
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
  }
  EXPECT_EQ(moments, 450U);
}

}  // namespace
}  // namespace vv::store
