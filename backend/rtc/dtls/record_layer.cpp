#include "rtc/dtls/record_layer.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace vv::rtc {
namespace {

constexpr std::uint16_t kVersion = 0xFEFD;  // DTLS 1.2
constexpr std::uint64_t kEpochOne = std::uint64_t{1} << 48;
constexpr std::size_t kNonceSize = 8;

SessionKeys cipher_only(const RecordLayer::Direction& direction) {
  SessionKeys keys;
  keys.cipher = direction.key;
  return keys;
}

/// RFC 5288 §3: four bytes from the handshake, eight from the record.
GcmKey::Iv nonce(const std::array<std::uint8_t, 4>& fixed, const std::uint8_t* explicit_part) {
  GcmKey::Iv iv{};
  std::copy(fixed.begin(), fixed.end(), iv.begin());
  std::memcpy(&iv[4], explicit_part, kNonceSize);
  return iv;
}

/// RFC 5246 §6.2.3.3: epoch and sequence, type, version, length of the plain text.
std::array<std::uint8_t, 13> covered(std::uint64_t epoch_and_sequence, ContentType type,
                                     std::size_t size) {
  std::array<std::uint8_t, 13> out{};
  store_be64(out.data(), epoch_and_sequence);
  out[8] = static_cast<std::uint8_t>(type);
  store_be16(&out[9], kVersion);
  store_be16(&out[11], static_cast<std::uint16_t>(size));
  return out;
}

}  // namespace

RecordLayer::RecordLayer(const Direction& write, const Direction& read, std::uint64_t next_sequence)
    : write_(cipher_only(write)),
      read_(cipher_only(read)),
      write_iv_(write.iv),
      read_iv_(read.iv),
      next_sequence_(next_sequence) {}

void RecordLayer::seal(ContentType type, Bytes plain, MutableBytes out) {
  VV_CHECK(out.size() == plain.size() + kOverhead, "the caller made room for exactly this");
  const std::uint64_t sequence = kEpochOne | next_sequence_++;
  out[0] = static_cast<std::uint8_t>(type);
  store_be16(&out[1], kVersion);
  store_be64(&out[3], sequence);
  store_be16(&out[11], static_cast<std::uint16_t>(out.size() - kHeaderSize));
  std::uint8_t* const explicit_part = &out[kHeaderSize];
  store_be64(explicit_part, sequence);
  std::uint8_t* const body = explicit_part + kNonceSize;
  write_.encrypt(nonce(write_iv_, explicit_part), covered(sequence, type, plain.size()), plain,
                 body, body + plain.size());
}

std::optional<RecordLayer::Opened> RecordLayer::open_next(Bytes& datagram, MutableBytes out) {
  ByteReader reader{datagram};
  const auto type = static_cast<ContentType>(reader.u8());
  const std::uint16_t version = reader.u16();
  const std::uint64_t sequence = reader.u64();
  const Bytes record = reader.take(reader.u16());
  if (!reader.ok()) {
    datagram = {};
    return std::nullopt;
  }
  datagram = reader.rest();
  if (version != kVersion || (sequence >> 48) != 1) return std::nullopt;
  if (record.size() < kNonceSize + GcmKey::kTagSize) return std::nullopt;
  const std::uint64_t index = sequence & (kEpochOne - 1);
  if (window_started_ && !window_.is_fresh(index)) return std::nullopt;

  const std::size_t size = record.size() - kNonceSize - GcmKey::kTagSize;
  if (size > out.size()) return std::nullopt;
  const Bytes body = record.subspan(kNonceSize, size);
  if (!read_.decrypt(nonce(read_iv_, record.data()), covered(sequence, type, size), body,
                     out.data(), body.data() + size)) {
    return std::nullopt;
  }
  if (window_started_) {
    window_.mark(index);
  } else {
    window_.start(index);
    window_started_ = true;
  }
  return Opened{type, size};
}

}  // namespace vv::rtc
