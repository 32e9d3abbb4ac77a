#include "base/random.hpp"

#include <sys/random.h>

#include <bit>
#include <cerrno>

#include "base/check.hpp"

namespace vv {

std::uint32_t Random::u32() noexcept {
  std::array<std::uint8_t, 4> raw{};
  fill(raw);
  return load_be32(raw.data());
}

std::uint64_t Random::u64() noexcept {
  std::array<std::uint8_t, 8> raw{};
  fill(raw);
  return load_be64(raw.data());
}

std::uint64_t Random::below(std::uint64_t bound) noexcept {
  VV_CHECK(bound != 0, "an empty range has no number in it");
  // Numbers past the last full multiple would favour the small remainders.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = u64();
  while (value >= limit) value = u64();
  return value % bound;
}

std::string Random::text(std::size_t count, std::string_view alphabet) {
  VV_CHECK(!alphabet.empty() && alphabet.size() <= 256, "a byte chooses a character");
  // Bytes past the last full multiple would favour the first characters.
  const std::size_t limit = 256 - 256 % alphabet.size();
  std::string out;
  out.reserve(count);
  // A call to the kernel a character cost an eighth of a mutation.
  std::array<std::uint8_t, 64> bytes{};
  while (out.size() < count) {
    fill(bytes);
    for (const std::uint8_t byte : bytes) {
      if (byte < limit && out.size() < count) out += alphabet[byte % alphabet.size()];
    }
  }
  return out;
}

void SystemRandom::fill(MutableBytes out) noexcept {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = getrandom(out.data() + done, out.size() - done, 0);
    if (n > 0) done += static_cast<std::size_t>(n);
    VV_CHECK(n > 0 || errno == EINTR, "the kernel always has randomness once booted");
  }
}

SeededRandom::SeededRandom(std::uint64_t seed) noexcept {
  for (std::uint64_t& word : state_) {  // splitmix64 spreads a small seed over the state
    seed += 0x9E3779B97F4A7C15;
    std::uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    word = z ^ (z >> 31);
  }
}

std::uint64_t SeededRandom::next() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SeededRandom::fill(MutableBytes out) noexcept {
  std::size_t done = 0;
  while (done < out.size()) {
    std::uint64_t word = next();
    for (int i = 0; i < 8 && done < out.size(); ++i, word >>= 8) {
      out[done++] = static_cast<std::uint8_t>(word);
    }
  }
}

}  // namespace vv
