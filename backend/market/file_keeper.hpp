#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "market/files.hpp"

namespace vv {
class Random;
}
namespace vv::store {
class Store;
}

namespace vv::market {

/// What whoever moves the bytes of files asks of the marketplace and tells it.
///
/// Owns:    nothing; its mutations go through the store's writer like everybody's.
/// Not its: rules (files.hpp); bytes; links and their signatures.
/// Threads: the front loop, `may_read` any; answers come on the writer's thread. `may_read` and
///          `reset` wait.
class FileKeeper {
 public:
  struct Ports {
    store::Store& store;
    Random& random;
    std::function<UnixMillis()> now;
    Rates rates = Rates::Limited;
  };
  explicit FileKeeper(Ports ports);

  using Begun = std::function<void(Result<FileId>)>;
  using Done = std::function<void(Status)>;
  /// @param bytes  that will come; kMaxFile when nobody said. refuses as begin_upload
  void begin(std::string upload, std::int64_t bytes, Begun begun);
  /// After the bytes are durable: `done` is told when the file exists.
  void finish(UploadedFile file, Done done);
  void abandon(std::string upload, std::int64_t received);

  /// One short read, on the calling thread. refuses: not_found
  [[nodiscard]] Result<ReadableFile> may_read(const std::string& file, const std::string& reader);

  /// Once, before the first connection: begins an epoch of links.
  [[nodiscard]] Status reset();
  /// Every few seconds: begins the next epoch when it is due, or the clock was set.
  void tick();
  /// Before the store closes: from here on everything is refused, by calls that come too late.
  void close() { closed_ = true; }

 private:
  Ports ports_;
  // Both on the front loop, as `begin`, `finish`, `abandon`, `reset` and `tick` are.
  UnixMillis epoch_began_;
  bool closed_ = false;
};

}  // namespace vv::market
