#include "base/metrics.hpp"

#include <algorithm>

#include "base/format.hpp"

namespace vv {
namespace {

std::string render(const std::vector<Metrics::Label>& labels) {
  if (labels.empty()) return {};
  std::string out = "{";
  for (const Metrics::Label& label : labels) {
    if (out.size() > 1) out += ',';
    out += format("{}=\"{}\"", label.name, label.value);
  }
  return out + "}";
}

}  // namespace

Metrics& metrics() {
  static Metrics instance;
  return instance;
}

Metrics::Entry& Metrics::find_or_add(std::string_view name, std::string_view help,
                                     const std::vector<Label>& labels) {
  const std::string rendered = render(labels);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return entry->name == name && entry->labels == rendered;
  });
  if (found != entries_.end()) return **found;
  auto entry = std::make_unique<Entry>();
  entry->name = name;
  entry->help = help;
  entry->labels = rendered;
  // Lines of one metric must stand together in the output.
  const auto last_of_name = std::find_if(entries_.rbegin(), entries_.rend(), [&](const auto& e) {
                              return e->name == name;
                            }).base();
  const auto place = last_of_name == entries_.begin() ? entries_.end() : last_of_name;
  return **entries_.insert(place, std::move(entry));
}

Counter& Metrics::counter(std::string_view name, std::string_view help,
                          const std::vector<Label>& labels) {
  const std::lock_guard lock(mutex_);
  Entry& entry = find_or_add(name, help, labels);
  if (entry.counter == nullptr) entry.counter = std::make_unique<Counter>();
  return *entry.counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help,
                      const std::vector<Label>& labels) {
  const std::lock_guard lock(mutex_);
  Entry& entry = find_or_add(name, help, labels);
  if (entry.gauge == nullptr) entry.gauge = std::make_unique<Gauge>();
  return *entry.gauge;
}

std::string Metrics::prometheus_text() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  std::string_view previous;
  for (const auto& entry : entries_) {
    if (entry->name != previous) {
      out += format("# HELP {} {}\n# TYPE {} {}\n", entry->name, entry->help, entry->name,
                    entry->counter != nullptr ? "counter" : "gauge");
      previous = entry->name;
    }
    if (entry->counter != nullptr) {
      out += format("{}{} {}\n", entry->name, entry->labels, entry->counter->value());
    } else if (entry->gauge != nullptr) {
      out += format("{}{} {}\n", entry->name, entry->labels, entry->gauge->value());
    }
  }
  return out;
}

}  // namespace vv
