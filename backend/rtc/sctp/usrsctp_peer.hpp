#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/bytes.hpp"

struct socket;

namespace vv::rtc::sctp {

/// A data channel peer made of usrsctp, for tests: the other implementation that ours must agree
/// with. usrsctp keeps one global state, so there is one of these at a time.
class UsrsctpPeer {
 public:
  struct Message {
    std::uint16_t stream = 0;
    std::uint32_t ppid = 0;
    ByteVector bytes;
  };

  UsrsctpPeer();
  ~UsrsctpPeer();
  UsrsctpPeer(const UsrsctpPeer&) = delete;
  UsrsctpPeer& operator=(const UsrsctpPeer&) = delete;

  void connect();
  void handle_packet(Bytes packet);
  void advance(std::uint32_t milliseconds);
  /// @param lossy  unordered, never repeated
  bool send(std::uint16_t stream, std::uint32_t ppid, Bytes message, bool lossy);
  bool reset(std::uint16_t stream);

  std::deque<ByteVector> packets;  ///< to be delivered to the other side
  std::vector<Message> messages;
  std::vector<std::uint16_t> resets;  ///< streams that the other side reset

 private:
  struct socket* socket_ = nullptr;
};

}  // namespace vv::rtc::sctp
