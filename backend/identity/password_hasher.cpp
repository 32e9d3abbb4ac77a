#include "identity/password_hasher.hpp"

#include <sodium.h>

#include <array>

#include "base/check.hpp"
#include "base/worker_pool.hpp"

namespace vv::identity {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19} * 1024 * 1024;  // bytes

}  // namespace

struct PasswordHasher::State {
  explicit State(std::size_t threads)
      : pool({.name = "hash", .threads = threads, .capacity = kMaxWaiting}) {}
  std::string decoy;
  WorkerPool pool;
};

PasswordHasher::PasswordHasher(std::size_t threads) : state_(std::make_unique<State>(threads)) {
  VV_CHECK(sodium_init() >= 0, "libsodium finds a source of randomness");
  std::array<char, 24> unknown{};
  randombytes_buf(unknown.data(), unknown.size());
  state_->decoy = hash({unknown.data(), unknown.size()});
}
PasswordHasher::~PasswordHasher() = default;

bool PasswordHasher::try_post(std::function<void()> job) {
  return state_->pool.try_post(std::move(job));
}

std::string PasswordHasher::hash(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const int made = crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses,
                                         kMemory, crypto_pwhash_ALG_ARGON2ID13);
  VV_CHECK(made == 0, "19 MiB for a password hash are there");
  return out.data();
}

bool PasswordHasher::verify(const std::string& hash, std::string_view password) {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& PasswordHasher::decoy() const { return state_->decoy; }

}  // namespace vv::identity
