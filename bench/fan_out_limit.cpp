#include "fan_out_limit.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/check.hpp"

namespace vv::bench {
namespace {

/// Both ends of a TCP connection over loopback.
std::array<int, 2> connection(int listener, const sockaddr_in& address) {
  const int near = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  VV_CHECK(::connect(near, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
           "loopback connects");
  const int far = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  VV_CHECK(far >= 0, "there are descriptors: see `ulimit -n`");
  const int on = 1;
  ::setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {near, far};
}

Duration thread_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

void read_all(int epoll, std::atomic<std::size_t>& arrived, std::size_t wanted) {
  std::array<epoll_event, 256> ready{};
  std::string scratch(64 * 1024, '\0');
  while (arrived < wanted) {
    const int count = ::epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), 1'000);
    for (int i = 0; i < count; ++i) {
      const ssize_t size =
          ::recv(ready[static_cast<std::size_t>(i)].data.fd, scratch.data(), scratch.size(), 0);
      if (size > 0) arrived += static_cast<std::size_t>(size);
    }
  }
}

}  // namespace

Duration fan_out_limit(std::size_t sockets, std::size_t bytes, int rounds) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  VV_CHECK(::bind(listener, raw, length) == 0 && ::listen(listener, 128) == 0 &&
               ::getsockname(listener, raw, &length) == 0,
           "loopback has free ports");
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::array<int, 2>> pairs;
  for (std::size_t i = 0; i < sockets; ++i) {
    pairs.push_back(connection(listener, address));
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = pairs.back()[1];
    VV_CHECK(::epoll_ctl(epoll, EPOLL_CTL_ADD, pairs.back()[1], &wanted) == 0,
             "it can be waited for");
  }
  const std::string frame(bytes, 'x');
  std::atomic<std::size_t> arrived = 0;
  std::thread reader(
      [&] { read_all(epoll, arrived, sockets * bytes * static_cast<std::size_t>(rounds)); });
  Duration spent;
  for (int round = 1; round <= rounds; ++round) {
    const Duration before = thread_cpu();
    for (const auto& pair : pairs) {
      VV_CHECK(::send(pair[0], frame.data(), frame.size(), MSG_NOSIGNAL) ==
                   static_cast<ssize_t>(frame.size()),
               "a frame fits into the socket");
    }
    spent += thread_cpu() - before;
    // As with the product, the next mutation waits until the last has arrived.
    while (arrived < sockets * bytes * static_cast<std::size_t>(round)) ::usleep(100);
  }
  reader.join();
  for (const auto& pair : pairs) {
    ::close(pair[0]);
    ::close(pair[1]);
  }
  ::close(epoll);
  ::close(listener);
  return spent;
}

}  // namespace vv::bench
