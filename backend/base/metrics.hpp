#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace vv {

/// A number that only grows. Adding is one relaxed atomic; hot paths count in plain integers and
/// add a batch at a time.
class Counter {
 public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A number that goes up and down.
class Gauge {
 public:
  void set(std::int64_t v) noexcept { value_.store(v, std::memory_order_relaxed); }
  void add(std::int64_t n) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// All metrics of the process. Names read module, noun, unit: `visavis_net_requests_total`.
/// Labels are fixed at registration (`{"reason", "unknown_ssrc"}`) and never hold ids or names.
class Metrics {
 public:
  struct Label {
    std::string name;
    std::string value;
  };

  /// The same name and labels give the same counter again. References stay valid for ever.
  Counter& counter(std::string_view name, std::string_view help,
                   const std::vector<Label>& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const std::vector<Label>& labels = {});

  /// Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string prometheus_text() const;

 private:
  struct Entry {
    std::string name;
    std::string help;
    std::string labels;  // rendered: `{reason="unknown_ssrc"}` or empty
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
  };
  Entry& find_or_add(std::string_view name, std::string_view help,
                     const std::vector<Label>& labels);

  mutable std::mutex mutex_;  // guards registration and printing, not counting
  std::vector<std::unique_ptr<Entry>> entries_;
};

/// The process's metrics.
[[nodiscard]] Metrics& metrics();

}  // namespace vv
