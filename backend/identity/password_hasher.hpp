#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace vv::identity {

/// Argon2id with threat-model H13's cost: 19 MiB, 2 passes; tens of milliseconds each.
///
/// Owns:    threads of its own, one a core, so that hashing never holds up queries.
/// Bounds:  one hash a thread, kMaxWaiting more; `try_post` refuses past that.
class PasswordHasher {
 public:
  static constexpr std::size_t kMaxWaiting = 32;

  explicit PasswordHasher(std::size_t threads);
  ~PasswordHasher();

  /// Runs `job` on a hashing thread. False when too many wait.
  [[nodiscard]] bool try_post(std::function<void()> job);

  // Inside a job.
  [[nodiscard]] static std::string hash(std::string_view password);
  [[nodiscard]] static bool verify(const std::string& hash, std::string_view password);
  /// What a login with an unknown e-mail is compared with: the same cost, never equal (H13).
  [[nodiscard]] const std::string& decoy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vv::identity
