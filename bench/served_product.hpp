#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vv::bench {

/// `serve --dev` as a process of its own on loopback: this program, started again. `main` hands
/// such a call to server::run_command_line.
class ServedProduct {
 public:
  /// On an empty folder `data`. Ends the program when it does not start.
  explicit ServedProduct(const std::string& data);
  ~ServedProduct();
  ServedProduct(const ServedProduct&) = delete;
  ServedProduct& operator=(const ServedProduct&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// What it has run so far, by the name of the thread.
  [[nodiscard]] std::map<std::string, Duration> cpu_by_thread() const;
  [[nodiscard]] std::size_t resident_bytes() const;
  /// The value of a counter of `/metrics`.
  [[nodiscard]] std::uint64_t counter(const std::string& name) const;

 private:
  pid_t process_ = 0;
  std::uint16_t port_ = 0;
};

/// Makes accounts over HTTP, some at once. @return their access tokens
std::vector<std::string> sign_up(std::uint16_t port, std::size_t count);

/// What this process has run so far.
Duration own_cpu();

/// CPU of the server's threads and of the generator between two moments.
class CpuShares {
 public:
  explicit CpuShares(const ServedProduct& product);
  void stop();

  [[nodiscard]] Duration server() const;
  [[nodiscard]] Duration thread(const std::string& name) const;
  /// Cores kept busy: `server 1.20 (front 0.70, writer 0.45, pool 0.05), generator 0.30`
  [[nodiscard]] std::string text() const;

 private:
  const ServedProduct& product_;
  Instant start_;
  Instant end_;
  Duration own_;
  std::map<std::string, Duration> threads_;
};

}  // namespace vv::bench
