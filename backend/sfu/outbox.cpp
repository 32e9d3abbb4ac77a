#include "sfu/outbox.hpp"

#include "base/check.hpp"

namespace vv::sfu {

// Not value-initialised: pages are touched only as far as bursts need.
Outbox::Outbox() : arena_(std::make_unique_for_overwrite<std::uint8_t[]>(kBytes)) {
  datagrams_.reserve(kDatagrams);
  runs_.reserve(kDatagrams);
}

void Outbox::commit(const rtc::Path& path, std::size_t size) noexcept {
  VV_CHECK(datagrams_.size() < kDatagrams && size <= kBytes - used_,
           "writers look at full() before they write");
  const auto index = static_cast<std::uint32_t>(datagrams_.size());
  datagrams_.push_back({static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(size)});
  used_ += size;
  if (!runs_.empty() && runs_.back().path == path) {
    ++runs_.back().count;
  } else {
    runs_.push_back({path, index, 1});
  }
}

void Outbox::clear() noexcept {
  used_ = 0;
  datagrams_.clear();
  runs_.clear();
}

}  // namespace vv::sfu
