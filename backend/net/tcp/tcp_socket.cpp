#include "net/tcp/tcp_socket.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/format.hpp"
#include "net/socket_address.hpp"

namespace vv::net {
namespace {

constexpr int kBacklog = 128;

Error refused(const Endpoint& local) {
  return unavailable(format("cannot listen on TCP {}: {}", local.text(), std::strerror(errno)));
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

TcpStream::TcpStream(FileDescriptor fd, Endpoint remote, Endpoint local)
    : fd_(std::move(fd)), remote_(remote), local_(local) {
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

TcpStream::Read TcpStream::read(MutableBytes into) noexcept {
  const ssize_t size = ::recv(fd(), into.data(), into.size(), MSG_DONTWAIT);
  if (size > 0) return {Outcome::Data, static_cast<std::size_t>(size)};
  if (size < 0 && would_block()) return {Outcome::Again};
  return {Outcome::Closed};
}

bool TcpStream::write(Bytes head, Bytes body) {
  const std::size_t total = head.size() + body.size();
  std::size_t gone = 0;
  if (!has_unsent()) {
    std::array<iovec, 2> parts{{{const_cast<std::uint8_t*>(head.data()), head.size()},
                                {const_cast<std::uint8_t*>(body.data()), body.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t size = ::sendmsg(fd(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size > 0) gone = static_cast<std::size_t>(size);
    if (gone == total) return true;
  }
  if (gone == 0 && unsent_.size() - sent_ + total > kMaxUnsent) return false;
  if (sent_ > 0 && sent_ == unsent_.size()) {
    unsent_.clear();
    sent_ = 0;
  }
  const auto append = [&](Bytes part) {
    const std::size_t skip = std::min(gone, part.size());
    gone -= skip;
    unsent_.insert(unsent_.end(), part.begin() + static_cast<std::ptrdiff_t>(skip), part.end());
  };
  append(head);
  append(body);
  return true;
}

bool TcpStream::flush() noexcept {
  while (has_unsent()) {
    const ssize_t size =
        ::send(fd(), unsent_.data() + sent_, unsent_.size() - sent_, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size <= 0) return size < 0 && would_block();
    sent_ += static_cast<std::size_t>(size);
  }
  unsent_.clear();
  sent_ = 0;
  return true;
}

Result<TcpListener> TcpListener::bind(const Endpoint& local) {
  TcpListener listener;
  const int family = local.is_v4() ? AF_INET : AF_INET6;
  listener.fd_ = FileDescriptor{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!listener.fd_.valid()) return refused(local);
  const int on = 1;
  setsockopt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) setsockopt(listener.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage address{};
  socklen_t length = to_kernel(local, address);
  if (::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::listen(listener.fd(), kBacklog) != 0) {
    return refused(local);
  }
  length = sizeof address;
  if (getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return refused(local);
  listener.local_ = from_kernel(address);
  return listener;
}

std::optional<TcpStream> TcpListener::accept() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  FileDescriptor fd{::accept4(this->fd(), reinterpret_cast<sockaddr*>(&address), &length,
                              SOCK_NONBLOCK | SOCK_CLOEXEC)};
  if (!fd.valid()) return std::nullopt;
  return TcpStream{std::move(fd), from_kernel(address), local_};
}

}  // namespace vv::net
