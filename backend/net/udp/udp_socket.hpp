#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/file_descriptor.hpp"

namespace vv::net {

/// One bound, non-blocking UDP socket with large kernel buffers and UDP_GRO where the kernel has
/// it.
class UdpSocket {
 public:
  /// @param local  a concrete address; port 0 lets the kernel choose
  static Result<UdpSocket> bind(const Endpoint& local);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const Endpoint& local() const { return local_; }

 private:
  friend class UdpSender;
  FileDescriptor fd_;
  Endpoint local_;
  bool segments_ = true;  ///< UDP_SEGMENT works here; false after the kernel refused it once
};

/// What the kernel handed over at once: one datagram, or several of one sender joined by GRO, each
/// `segment` bytes long but for the last.
struct UdpArrival {
  Endpoint from;
  MutableBytes bytes;
  std::size_t segment = 0;
};

/// Reads a socket's queue, many datagrams a system call. Owns the buffers, which one thread's
/// sockets share.
class UdpReceiver {
 public:
  static constexpr std::size_t kMessages = 32;
  static constexpr std::size_t kMessageBytes = 65'536;

  UdpReceiver();
  ~UdpReceiver();
  UdpReceiver(UdpReceiver&&) noexcept;
  UdpReceiver& operator=(UdpReceiver&&) noexcept;

  /// What is queued, at most kMessages; borrowed until the next call. Empty when nothing waits.
  [[nodiscard]] std::span<const UdpArrival> receive(const UdpSocket& socket) noexcept;

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

/// Neighbouring datagrams for one destination: all `segment` bytes long but for the last, which may
/// be shorter. At most kMaxSegments of them and kMaxRunBytes together.
struct UdpRun {
  Endpoint to;
  Bytes bytes;
  std::size_t segment = 0;
};

/// Sends runs, many a system call, each as one message that the kernel or the card cuts up (GSO).
class UdpSender {
 public:
  static constexpr std::size_t kMaxSegments = 64;      // UDP_MAX_SEGMENTS before Linux 6.9
  static constexpr std::size_t kMaxRunBytes = 65'000;  // an IP packet less its headers

  UdpSender();
  ~UdpSender();
  UdpSender(UdpSender&&) noexcept;
  UdpSender& operator=(UdpSender&&) noexcept;

  /// Sends in order. What the kernel has no room for, or cannot route, is dropped and counted.
  void send(UdpSocket& socket, std::span<const UdpRun> runs) noexcept;
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  struct Buffers;
  void send_one_by_one(const UdpSocket& socket, const UdpRun& run) noexcept;

  std::unique_ptr<Buffers> buffers_;
  std::uint64_t dropped_ = 0;  ///< datagrams
};

}  // namespace vv::net
