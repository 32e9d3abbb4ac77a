#pragma once

#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "rtc/sctp/association.hpp"

namespace vv::rtc::sctp {

/// Two associations over a simulated path, on a virtual clock; for tests and fuzzers.
class Link {
 public:
  struct Options {
    std::uint64_t seed = 1;
    unsigned loss_percent = 0;
    unsigned duplicate_percent = 0;
    Duration delay = milliseconds(10);
    Duration jitter{};          ///< up to this much more, so packets overtake each other
    Random* numbers = nullptr;  ///< where initial numbers come from, if not from the seed
  };
  struct Side {
    SctpAssociation association;
    std::vector<Event> events;
  };

  explicit Link(const Options& options)
      : options_(options),
        random_(options.seed),
        sides_{{Side{make(Role::DtlsClient), {}}, Side{make(Role::DtlsServer), {}}}} {}

  [[nodiscard]] Side& client() { return sides_[0]; }
  [[nodiscard]] Side& server() { return sides_[1]; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::size_t packets() const { return packets_; }
  /// The verification tag that packets to the server carry.
  [[nodiscard]] std::uint32_t tag_towards_server() const { return tag_towards_server_; }
  void set_loss(unsigned percent) { options_.loss_percent = percent; }

  void connect() {
    for (Side& side : sides_) side.association.connect(now_);
    drain();
  }

  /// Runs until nothing happens any more or the time is over.
  void run_for(Duration duration) {
    const Instant end = now_ + duration;
    drain();
    while (true) {
      Instant next = wire_.empty() ? Instant::never() : wire_.begin()->first;
      for (const Side& side : sides_) next = std::min(next, side.association.next_timeout());
      if (next > end) break;
      now_ = std::max(now_, next);
      step();
    }
    now_ = end;
  }

  template <class T>
  [[nodiscard]] static std::vector<T> events_of(const Side& side) {
    std::vector<T> found;
    for (const Event& event : side.events) {
      if (const T* e = std::get_if<T>(&event)) found.push_back(*e);
    }
    return found;
  }

 private:
  struct InFlight {
    std::size_t to = 0;
    ByteVector bytes;
  };

  SctpAssociation make(Role role) {
    return SctpAssociation::create(
        {.role = role, .random = options_.numbers == nullptr ? &random_ : options_.numbers});
  }

  void step() {
    if (!wire_.empty() && wire_.begin()->first <= now_) {
      const InFlight packet = std::move(wire_.begin()->second);
      wire_.erase(wire_.begin());
      sides_[packet.to].association.handle_packet(now_, packet.bytes);
    }
    for (Side& side : sides_) {
      if (side.association.next_timeout() <= now_) side.association.handle_timeout(now_);
    }
    drain();
  }

  void drain() {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      ByteVector buffer(1'500);
      while (const auto size = sides_[i].association.poll_packet(now_, buffer)) {
        ++packets_;
        if (i == 0) tag_towards_server_ = load_be32(&buffer[4]);
        if (random_.below(100) < options_.loss_percent) continue;
        const ByteVector bytes{buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*size)};
        const int copies = random_.below(100) < options_.duplicate_percent ? 2 : 1;
        for (int copy = 0; copy < copies; ++copy) {
          Duration delay = options_.delay;
          if (options_.jitter > Duration{}) {
            delay += Duration::nanos(static_cast<std::int64_t>(
                random_.below(static_cast<std::uint64_t>(options_.jitter.as_nanos()))));
          }
          wire_.emplace(now_ + delay, InFlight{1 - i, bytes});
        }
      }
      while (auto event = sides_[i].association.poll_event()) {
        sides_[i].events.push_back(std::move(*event));
      }
    }
  }

  Options options_;
  SeededRandom random_;
  std::array<Side, 2> sides_;
  std::multimap<Instant, InFlight> wire_;
  Instant now_ = Instant::from_nanos(1'000'000'000);
  std::size_t packets_ = 0;
  std::uint32_t tag_towards_server_ = 0;
};

}  // namespace vv::rtc::sctp
