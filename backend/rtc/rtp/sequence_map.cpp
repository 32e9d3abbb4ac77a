#include "rtc/rtp/sequence_map.hpp"

#include <algorithm>

namespace vv::rtc::rtp {

void SequenceMap::begin_run(SeqNo out, std::uint64_t offset, const Rewrite& rewrite) noexcept {
  if (count_ > 0) newest_ = (newest_ + 1) % kRuns;
  constexpr std::size_t kFirstRuns = 4;
  if (newest_ == runs_.size()) runs_.resize(std::max(kFirstRuns, runs_.size() * 2));
  runs_[newest_] = {
      .first_out = out.raw(), .last_out = out.raw(), .offset = offset, .rewrite = rewrite};
  count_ = std::min(count_ + 1, kRuns);
}

std::optional<SequenceMap::Source> SequenceMap::find(SeqNo out) const noexcept {
  for (std::size_t i = 0; i < count_; ++i) {
    const Run& run = runs_[(newest_ + kRuns - i) % kRuns];
    if (out.raw() >= run.first_out && out.raw() <= run.last_out) {
      return Source{.seq = SeqNo{out.raw() + run.offset}, .rewrite = run.rewrite};
    }
  }
  return std::nullopt;
}

}  // namespace vv::rtc::rtp
