#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.hpp"
#include "net/file_descriptor.hpp"
#include "sfu/command.hpp"

namespace vv::shard {

/// Commands on their way to a shard, from any thread, in order.
///
/// Bounds:  kCapacity commands.
class Mailbox {
 public:
  static constexpr std::size_t kCapacity = 65'536;

  static Result<std::unique_ptr<Mailbox>> create();

  /// False when it is full.
  bool post(sfu::Command command);
  /// Makes `fd` readable without a command, and `stopping` true.
  void stop();

  /// Readable while something waits. For the shard's thread, as all below.
  [[nodiscard]] int fd() const { return event_.get(); }
  /// Takes all that waits into `into`, which is emptied first.
  void take(std::vector<sfu::Command>& into);
  [[nodiscard]] bool stopping();

 private:
  void wake();

  net::FileDescriptor event_;
  std::mutex mutex_;  // guards all below, for a push or a swap
  std::vector<sfu::Command> waiting_;
  bool stopping_ = false;
};

}  // namespace vv::shard
