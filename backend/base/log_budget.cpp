#include "base/log_budget.hpp"

namespace vv::log {

void LineBudget::turn(Instant now, const Summary& summary) {
  if (now - began_ < kWindow) return;
  began_ = now;
  for (const auto& [sentence, kind] : kinds_) {
    if (kind.left_out != 0) summary(sentence, kind.left_out);
  }
  kinds_.clear();
}

bool LineBudget::take(Instant now, std::string_view sentence, std::string_view first_field,
                      const Summary& summary) {
  turn(now, summary);
  if (kinds_.size() >= kMaxKinds) sentence = "";  // the rest are one kind
  Kind& kind = kinds_[std::string(sentence)];
  std::uint8_t& of_one = kind.of_one[std::hash<std::string_view>()(first_field) % kBuckets];
  if (kind.lines >= kOfAll || of_one >= kOfOne) {
    ++kind.left_out;
    return false;
  }
  ++kind.lines;
  ++of_one;
  return true;
}

}  // namespace vv::log
