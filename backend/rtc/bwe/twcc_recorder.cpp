#include "rtc/bwe/twcc_recorder.hpp"

#include <algorithm>
#include <span>

namespace vv::rtc::bwe {
namespace {

constexpr std::uint32_t kTicksPerReference = 256;  // 64 ms
constexpr std::size_t kHeader = 20;

enum Symbol : std::uint8_t { kLost = 0, kSmall = 1, kLarge = 2 };

/// Status chunks (draft §3.1.3, §3.1.4): runs where they are long, else the densest vector that
/// fits.
void write_chunks(ByteWriter& out, std::span<const std::uint8_t> symbols) {
  constexpr std::size_t kMaxRun = 8'191;
  while (!symbols.empty()) {
    std::size_t run = 1;
    while (run < symbols.size() && run < kMaxRun && symbols[run] == symbols[0]) ++run;
    if (run >= 14 || run == symbols.size()) {
      out.u16(static_cast<std::uint16_t>((std::size_t{symbols[0]} << 13) | run));
      symbols = symbols.subspan(run);
      continue;
    }
    const auto head = symbols.first(std::min<std::size_t>(symbols.size(), 14));
    const bool one_bit = std::none_of(head.begin(), head.end(), [](auto s) { return s == kLarge; });
    const std::size_t count = std::min<std::size_t>(symbols.size(), one_bit ? 14 : 7);
    std::uint16_t chunk = one_bit ? 0x8000 : 0xC000;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t shift = one_bit ? 13 - i : 12 - 2 * i;
      chunk = static_cast<std::uint16_t>(chunk | (symbols[i] << shift));
    }
    out.u16(chunk);
    symbols = symbols.subspan(count);
  }
}

}  // namespace

void TwccRecorder::start_over(rtp::SeqNo seq) noexcept {
  arrivals_.fill(0);
  first_ = seq;
  last_ = seq;
  pending_ = 0;
}

void TwccRecorder::on_packet(Instant now, std::uint16_t sequence) noexcept {
  const rtp::SeqNo seq = unwrapper_.extend(sequence);
  if (!started_) {
    started_ = true;
    origin_ = now;
    start_over(seq);
  } else if (seq > last_) {
    if (seq - last_ >= static_cast<std::int64_t>(kWindow)) {
      start_over(seq);
    } else {
      for (rtp::SeqNo lost = last_ + 1; lost < seq; lost = lost + 1) at(lost) = 0;
      last_ = seq;
      first_ = std::max(first_, last_ - (kWindow - 1));
    }
  } else if (last_ - seq >= static_cast<std::int64_t>(kWindow) || at(seq) != 0) {
    return;  // too late, or a repeat
  } else {
    first_ = std::min(first_, seq);
  }
  const auto ticks = static_cast<Tick>((now - origin_).as_micros() / 250);
  at(seq) = ticks + 1 == 0 ? 1 : ticks + 1;
  ++pending_;
  if (next_.is_never()) next_ = now + kInterval;
}

Instant TwccRecorder::next_timeout() const noexcept { return next_; }

std::optional<std::size_t> TwccRecorder::poll(Instant now, std::uint32_t sender_ssrc,
                                              std::uint32_t media_ssrc, MutableBytes out) noexcept {
  if (pending_ == 0 || (now < next_ && pending_ < kWindow / 2)) return std::nullopt;
  if (out.size() < kHeader + 16) return std::nullopt;
  // Each packet costs at most two bytes of delta and a seventh of a two-byte chunk.
  const std::size_t most = std::min<std::size_t>(kWindow, (out.size() - kHeader - 8) * 7 / 16);

  std::array<std::uint8_t, kWindow> symbols{};
  std::array<std::int16_t, kWindow> deltas{};
  std::size_t count = 0;
  std::size_t received = 0;
  Tick reference = 0;
  Tick previous = 0;
  rtp::SeqNo seq = first_;
  for (; seq <= last_ && count < most; seq = seq + 1) {
    const Tick stored = at(seq);
    if (stored == 0) {
      symbols[count++] = kLost;
      continue;
    }
    const Tick tick = stored - 1;
    if (received == 0) {
      reference = tick / kTicksPerReference;
      previous = reference * kTicksPerReference;
    }
    const auto delta = static_cast<std::int32_t>(tick - previous);
    if (delta < -32'768 || delta > 32'767) break;  // needs a reference of its own
    symbols[count++] = delta >= 0 && delta <= 255 ? kSmall : kLarge;
    deltas[received++] = static_cast<std::int16_t>(delta);
    previous = tick;
  }

  ByteWriter writer{out};
  writer.u8(0x8F);
  writer.u8(205);
  writer.u16(0);
  writer.u32(sender_ssrc);
  writer.u32(media_ssrc);
  writer.u16(first_.low16());
  writer.u16(static_cast<std::uint16_t>(count));
  writer.u24(reference & 0xFF'FFFF);
  writer.u8(feedback_count_++);
  write_chunks(writer, std::span{symbols}.first(count));
  for (std::size_t i = 0; i < received; ++i) {
    if (deltas[i] >= 0 && deltas[i] <= 255) {
      writer.u8(static_cast<std::uint8_t>(deltas[i]));
    } else {
      writer.u16(static_cast<std::uint16_t>(deltas[i]));
    }
  }
  writer.zeros((4 - writer.size() % 4) % 4);
  store_be16(&out[2], static_cast<std::uint16_t>(writer.size() / 4 - 1));

  first_ = seq;
  if (first_ > last_) {
    pending_ = 0;
    next_ = Instant::never();
  }
  return writer.size();
}

}  // namespace vv::rtc::bwe
