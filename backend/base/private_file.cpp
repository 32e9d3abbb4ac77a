#include "base/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/format.hpp"

namespace vv {
namespace {

/// Closes on the way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

Error failed(std::string_view what, const std::string& path) {
  return internal(format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) return failed("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd) != 0) return failed("write", path);
  return {};
}

Result<std::string> read_all(int fd, const std::string& path) {
  std::string out;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0) return failed("read", path);
    if (n == 0) return out;
    out.append(piece.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

Result<std::string> read_or_make_private_file(const std::string& path,
                                              const std::function<Result<std::string>()>& make) {
  {
    const Descriptor existing(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (existing.get() >= 0) return read_all(existing.get(), path);
    if (errno != ENOENT) return failed("read", path);
  }
  VV_ASSIGN_OR_RETURN(std::string contents, make());
  // Renamed into place, so that a crash leaves the whole file or none.
  const std::string partial = path + ".new";
  {
    const Descriptor made(
        ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (made.get() < 0) return failed("make", partial);
    VV_TRY(write_all(made.get(), contents, partial));
  }
  if (::rename(partial.c_str(), path.c_str()) != 0) return failed("make", path);
  return contents;
}

}  // namespace vv
