#include "reactive/timeline.hpp"

#include <algorithm>
#include <utility>

namespace vv::reactive {

Timeline::Timeline(std::function<Instant()> now, std::function<UnixMillis()> wall_now)
    : now_(std::move(now)), wall_now_(std::move(wall_now)) {}

void Timeline::resume(Duration skew, UnixMillis reached) {
  began_ = now_();
  began_at_ = std::max(wall_now_() - skew, reached);
}

UnixMillis Timeline::now() const { return began_at_ + (now_() - began_); }

Duration Timeline::skew() const { return wall_now_() - now(); }

UnixMillis Timeline::of_wall(UnixMillis date) const { return date - skew(); }

}  // namespace vv::reactive
