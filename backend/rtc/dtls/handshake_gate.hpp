#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "rtc/transport_address.hpp"

namespace vv::rtc {

/// How many DTLS handshakes run at once (threat-model section 4): one takes a millisecond of the
/// thread that everybody's media waits for, and memory until it is done. Who finds no place waits,
/// its checks answered, and comes again with its next datagram.
///
/// Bounds:  kAtOnce in all, kOfBlock of one address block (an IPv4 address, an IPv6 /64; loopback
///          has no block). Outlives its places. Thread: one.
class HandshakeGate {
 public:
  static constexpr std::size_t kAtOnce = 64;
  static constexpr std::size_t kOfBlock = 8;

  /// Held while a handshake runs; empty: there was none left.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), block_(other.block_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(block_, other.block_);
      return *this;
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (gate_ != nullptr) gate_->leave(block_);
    }
    explicit operator bool() const noexcept { return gate_ != nullptr; }

   private:
    friend class HandshakeGate;
    Place(HandshakeGate& gate, std::uint64_t block) : gate_(&gate), block_(block) {}
    HandshakeGate* gate_ = nullptr;
    std::uint64_t block_ = 0;
  };

  [[nodiscard]] Place enter(const TransportAddress& remote);
  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  void leave(std::uint64_t block) noexcept;

  std::size_t running_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> of_block_;  // at most kAtOnce entries
};

}  // namespace vv::rtc
