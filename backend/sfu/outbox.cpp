#include "sfu/outbox.hpp"

namespace vv::sfu {

// Not value-initialised: pages are touched only as far as bursts need.
Outbox::Outbox()
    : arena_(std::make_unique_for_overwrite<std::uint8_t[]>(kBytes)),
      datagrams_(std::make_unique<Datagram[]>(kDatagrams)) {
  runs_.reserve(kDatagrams);
}

void Outbox::commit(const rtc::Path& path, std::size_t size) noexcept {
  VV_CHECK(count_ < kDatagrams && size <= kBytes - used_,
           "writers look at full() before they write");
  const auto index = static_cast<std::uint32_t>(count_);
  add_datagram(size);
  if (!runs_.empty() && runs_.back().path == path) {
    ++runs_.back().count;
  } else {
    runs_.push_back({path, index, 1});
  }
}

void Outbox::clear() noexcept {
  used_ = 0;
  count_ = 0;
  runs_.clear();
}

}  // namespace vv::sfu
