#include "shard/route_table.hpp"

#include <functional>
#include <utility>

namespace vv::shard {
namespace {

constexpr std::size_t kFirstSize = 256;  // slots, a power of two

// TransportAddress::hash may be weak in its low bits, which pick the slot.
std::size_t mixed(const rtc::Path& path) noexcept {
  std::uint64_t h = std::hash<rtc::Path>{}(path);
  h ^= h >> 32;
  h *= 0x9E37'79B9'7F4A'7C15ULL;
  return static_cast<std::size_t>(h ^ (h >> 29));
}

}  // namespace

RouteTable::RouteTable() : slots_(kFirstSize) {}

std::size_t RouteTable::index_of(const rtc::Path& path) const noexcept {
  std::size_t i = mixed(path) & (slots_.size() - 1);
  while (slots_[i].route.room != nullptr && slots_[i].path != path)
    i = (i + 1) & (slots_.size() - 1);
  return i;
}

const Route* RouteTable::find(const rtc::Path& path) const noexcept {
  const Slot& slot = slots_[index_of(path)];
  return slot.route.room == nullptr ? nullptr : &slot.route;
}

const Route* RouteTable::find_ufrag(std::string_view ufrag) const noexcept {
  const auto found = ufrags_.find(ufrag);
  return found == ufrags_.end() ? nullptr : &found->second;
}

void RouteTable::add_ufrag(std::string ufrag, const Route& route) {
  ufrags_.insert_or_assign(std::move(ufrag), route);
}

void RouteTable::add_path(const rtc::Path& path, const Route& route) {
  if (used_ * 2 >= slots_.size()) grow();
  Slot& slot = slots_[index_of(path)];
  if (slot.route.room == nullptr) ++used_;
  slot = {path, route};
}

void RouteTable::remove_path(const rtc::Path& path) {
  std::size_t hole = index_of(path);
  if (slots_[hole].route.room == nullptr) return;
  slots_[hole] = {};
  --used_;
  // Those behind it move up, so that no look-up stops at the hole too early.
  for (std::size_t i = (hole + 1) & (slots_.size() - 1); slots_[i].route.room != nullptr;
       i = (i + 1) & (slots_.size() - 1)) {
    const Slot moved = std::exchange(slots_[i], {});
    slots_[index_of(moved.path)] = moved;
  }
}

void RouteTable::remove_transport(sfu::TransportId transport) {
  std::erase_if(ufrags_, [&](const auto& entry) { return entry.second.transport == transport; });
  std::vector<rtc::Path> theirs;
  for (const Slot& slot : slots_) {
    if (slot.route.room != nullptr && slot.route.transport == transport)
      theirs.push_back(slot.path);
  }
  for (const rtc::Path& path : theirs) remove_path(path);
}

void RouteTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.route.room != nullptr) slots_[index_of(slot.path)] = slot;
  }
}

}  // namespace vv::shard
