#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::blobs {

/// One file on its way to the disk. Gone without a trace unless `commit` succeeded.
class BlobWriter {
 public:
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  /// refuses: unavailable when the disk is full or failing
  [[nodiscard]] Status append(std::string_view bytes);
  /// Under its id from here on, and there after a loss of power.
  [[nodiscard]] Status commit();
  [[nodiscard]] std::int64_t size() const;
  /// Of all its bytes, in hex.
  [[nodiscard]] std::string sha256() const;
  /// The media type that its first bytes show (sniff.hpp).
  [[nodiscard]] std::string_view type() const;

 private:
  friend class BlobFolder;
  struct State;
  explicit BlobWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// One file being read; it stays readable while somebody removes it.
class BlobReader {
 public:
  ~BlobReader();
  BlobReader(const BlobReader&) = delete;
  BlobReader& operator=(const BlobReader&) = delete;

  [[nodiscard]] std::int64_t size() const;
  /// The next bytes, at most `most`; none at the end.
  [[nodiscard]] Result<std::string> read(std::size_t most);

 private:
  friend class BlobFolder;
  struct State;
  explicit BlobReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Files on disk, each written once under an id and never changed.
///
/// Owns:    one folder, through one handle that nothing is opened outside of (threat-model H18).
/// Not its: whose a file is and how long it stays (market); HTTP; how large it may be (server).
/// Threads: any, but every call waits for the disk: on the pool.
class BlobFolder {
 public:
  /// Makes the folder (mode 0700) and removes what a crash left half-written.
  static Result<std::unique_ptr<BlobFolder>> open(const std::string& path);
  ~BlobFolder();
  BlobFolder(const BlobFolder&) = delete;
  BlobFolder& operator=(const BlobFolder&) = delete;

  /// @param id  new, 1 to 64 of `a-z0-9_-`. refuses: invalid otherwise; unavailable
  [[nodiscard]] Result<std::unique_ptr<BlobWriter>> create(std::string_view id);
  /// refuses: not_found
  [[nodiscard]] Result<std::unique_ptr<BlobReader>> read(std::string_view id);
  /// No error when it is not there.
  [[nodiscard]] Status remove(std::string_view id);

  struct Handle;

 private:
  explicit BlobFolder(std::shared_ptr<Handle> folder);
  std::shared_ptr<Handle> folder_;  // shared with writers, which may end later
};

}  // namespace vv::blobs
