#include "store/postgres/commit_record.hpp"

#include <string_view>
#include <utility>

namespace vv::store::postgres {
namespace {

// A record: version (1 byte), fingerprint (8), then commits to its end. A commit: ts (8), number of
// keys (4), of points (4), then each key as table, index, length (4 bytes each) and its bytes, each
// point as table, length and its bytes. Network byte order.
constexpr std::uint8_t kVersion = 1;

void put(ByteVector& out, std::uint32_t value) {
  out.resize(out.size() + sizeof value);
  store_be32(&out[out.size() - sizeof value], value);
}
void put(ByteVector& out, std::uint64_t value) {
  out.resize(out.size() + sizeof value);
  store_be64(&out[out.size() - sizeof value], value);
}
void put(ByteVector& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  const Bytes bytes = as_bytes(text);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put(ByteVector& out, const Commit& commit) {
  put(out, commit.ts.nanos);
  const std::size_t counts = out.size();
  put(out, std::uint64_t{0});
  std::uint32_t keys = 0;
  std::uint32_t points = 0;
  static_cast<void>(commit.writes->any_key([&](IndexId id, std::string_view key) {
    put(out, id.table);
    put(out, id.index);
    put(out, key);
    ++keys;
    return false;
  }));
  static_cast<void>(commit.writes->any_point([&](PointView point) {
    put(out, point.table);
    put(out, point.id);
    ++points;
    return false;
  }));
  store_be32(&out[counts], keys);
  store_be32(&out[counts + 4], points);
}

std::string_view take_text(ByteReader& in) {
  const std::uint32_t size = in.u32();
  return as_text(in.take(size));
}

}  // namespace

std::uint64_t fingerprint_of(const Schema& schema) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
    hash *= 0x100000001b3;  // so that no two lists run together into one
  };
  for (const Table& table : schema.tables()) {
    add(table.name);
    for (const Index& index : table.indexes) {
      add(index.name);
      for (const std::size_t column : index.columns) add(table.columns[column].name);
    }
    add("");
  }
  return hash;
}

ByteVector encode_commits(std::span<const Commit> commits, std::uint64_t fingerprint) {
  ByteVector out;
  out.push_back(kVersion);
  put(out, fingerprint);
  for (const Commit& commit : commits) put(out, commit);
  return out;
}

std::optional<std::vector<Commit>> decode_commits(Bytes record, std::uint64_t fingerprint) {
  ByteReader in(record);
  if (in.u8() != kVersion || in.u64() != fingerprint || !in.ok()) return std::nullopt;
  std::vector<Commit> commits;
  while (in.ok() && in.remaining() > 0) {
    const Timestamp ts{in.u64()};
    const std::uint32_t keys = in.u32();
    const std::uint32_t points = in.u32();
    WriteSet writes;
    for (std::uint32_t i = 0; i < keys && in.ok(); ++i) {
      const std::uint32_t table = in.u32();
      const std::uint32_t index = in.u32();
      writes.add_key({table, index}, take_text(in));
    }
    for (std::uint32_t i = 0; i < points && in.ok(); ++i) {
      const std::uint32_t table = in.u32();
      writes.add_point(table, take_text(in));
    }
    commits.push_back({ts, std::make_shared<const WriteSet>(std::move(writes))});
  }
  if (!in.ok()) return std::nullopt;
  return commits;
}

}  // namespace vv::store::postgres
