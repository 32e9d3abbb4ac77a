#include "net/file_descriptor.hpp"

#include <unistd.h>

namespace vv::net {

void FileDescriptor::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace vv::net
