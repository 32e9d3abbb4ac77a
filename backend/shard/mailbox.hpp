#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/file_descriptor.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "sfu/command.hpp"

namespace vv::shard {

/// A connection that another port has accepted, whose first bytes are a check for `ufrag`.
struct TcpArrival {
  net::TcpStream stream;
  std::string ufrag;
  std::size_t others = 0;  ///< shards that have not been asked yet whether the ufrag is theirs
};

/// Commands and connections on their way to a shard, from any thread, in order of their kind.
///
/// Bounds:  kCapacity commands, kMaxArrivals connections.
class Mailbox {
 public:
  static constexpr std::size_t kCapacity = 65'536;
  static constexpr std::size_t kMaxArrivals = 256;

  static Result<std::unique_ptr<Mailbox>> create();

  /// False when it is full.
  bool post(sfu::Command command);
  /// False when it is full: the connection is closed.
  bool post(TcpArrival arrival);
  /// Makes `fd` readable without a command, and `stopping` true.
  void stop();

  /// Readable while something waits. For the shard's thread, as all below.
  [[nodiscard]] int fd() const { return event_.get(); }
  /// Takes all that waits into `into`, which is emptied first.
  void take(std::vector<sfu::Command>& into);
  [[nodiscard]] std::vector<TcpArrival> take_arrivals();
  [[nodiscard]] bool stopping();

 private:
  void wake();

  net::FileDescriptor event_;
  std::mutex mutex_;  // guards all below, for a push or a swap
  std::vector<sfu::Command> waiting_;
  std::vector<TcpArrival> arrivals_;
  bool stopping_ = false;
};

}  // namespace vv::shard
