#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "net/endpoint.hpp"
#include "net/file_descriptor.hpp"

namespace vv::net {

/// One accepted TCP connection, non-blocking, for loops that poll descriptors themselves.
///
/// Bounds:  kMaxUnsent bytes of output; what comes on top is refused whole (threat-model M19).
class TcpStream {
 public:
  static constexpr std::size_t kMaxUnsent = 256 * 1024;

  enum class Outcome : std::uint8_t { Data, Again, Closed };
  struct Read {
    Outcome outcome;
    std::size_t size = 0;
  };

  TcpStream(FileDescriptor fd, Endpoint remote, Endpoint local);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const Endpoint& remote() const { return remote_; }
  [[nodiscard]] const Endpoint& local() const { return local_; }

  [[nodiscard]] Read read(MutableBytes into) noexcept;
  /// Sends `head` and `body` as one, or queues what the kernel has no room for. False, and nothing
  /// of the two sent, when the queue is full.
  bool write(Bytes head, Bytes body);
  /// Goes on with what is queued. False when the connection is broken.
  bool flush() noexcept;
  /// Whether output waits for the descriptor to become writable.
  [[nodiscard]] bool has_unsent() const { return sent_ < unsent_.size(); }

 private:
  FileDescriptor fd_;
  Endpoint remote_;
  Endpoint local_;
  ByteVector unsent_;
  std::size_t sent_ = 0;  ///< of unsent_
};

/// Accepts connections, non-blocking.
class TcpListener {
 public:
  /// @param local  a concrete address; port 0 lets the kernel choose
  static Result<TcpListener> bind(const Endpoint& local);

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const Endpoint& local() const { return local_; }
  /// Nothing when nobody waits.
  [[nodiscard]] std::optional<TcpStream> accept();

 private:
  FileDescriptor fd_;
  Endpoint local_;
};

}  // namespace vv::net
