#include "rtc/dtls/handshake_gate.hpp"

#include <algorithm>

namespace vv::rtc {
namespace {

constexpr std::uint64_t kLoopback = 0;  // no address of anybody's has this block

std::uint64_t block_of(const TransportAddress& address) {
  const Bytes ip = address.ip();
  const bool is_loopback =
      address.is_v4() ? ip[0] == 127
                      : ip[15] == 1 && std::all_of(ip.begin(), ip.begin() + 15,
                                                   [](std::uint8_t byte) { return byte == 0; });
  if (is_loopback) return kLoopback;
  std::uint64_t block = address.is_v4() ? 1 : 0;  // an IPv6 prefix begins with its own bits
  for (std::size_t i = 0; i < std::min<std::size_t>(ip.size(), 8); ++i) block = block << 8 | ip[i];
  return block;
}

}  // namespace

HandshakeGate::Place HandshakeGate::enter(const TransportAddress& remote) {
  if (running_ >= kAtOnce) return {};
  const std::uint64_t block = block_of(remote);
  if (block != kLoopback) {
    std::size_t& of_block = of_block_[block];
    if (of_block >= kOfBlock) return {};
    ++of_block;
  }
  ++running_;
  return {*this, block};
}

void HandshakeGate::leave(std::uint64_t block) noexcept {
  --running_;
  const auto found = of_block_.find(block);
  if (found != of_block_.end() && --found->second == 0) of_block_.erase(found);
}

}  // namespace vv::rtc
