#include "net/udp/udp_socket.hpp"

#include <netinet/udp.h>
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

// A key frame for a hundred subscribers is 5 MB at once; the kernel gives what its limits allow.
constexpr int kKernelBuffer = 4 * 1024 * 1024;  // bytes

Error refused(const Endpoint& local) {
  return unavailable(format("cannot bind UDP {}: {}", local.text(), std::strerror(errno)));
}

}  // namespace

Result<UdpSocket> UdpSocket::bind(const Endpoint& local) {
  UdpSocket socket;
  const int family = local.is_v4() ? AF_INET : AF_INET6;
  socket.fd_ = FileDescriptor{::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket.fd_.valid()) return refused(local);
  const int on = 1;
  if (family == AF_INET6) setsockopt(socket.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUF, &kKernelBuffer, sizeof kKernelBuffer);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDBUF, &kKernelBuffer, sizeof kKernelBuffer);
  setsockopt(socket.fd(), IPPROTO_UDP, UDP_GRO, &on, sizeof on);  // older kernels: one by one

  sockaddr_storage address{};
  socklen_t length = to_kernel(local, address);
  if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), length) != 0)
    return refused(local);
  length = sizeof address;
  if (getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return refused(local);
  socket.local_ = from_kernel(address);
  return socket;
}

struct UdpReceiver::Buffers {
  std::unique_ptr<std::uint8_t[]> bytes =
      std::make_unique_for_overwrite<std::uint8_t[]>(kMessages * kMessageBytes);
  std::array<mmsghdr, kMessages> messages{};
  std::array<iovec, kMessages> vectors{};
  std::array<sockaddr_storage, kMessages> addresses{};
  // Room for one UDP_GRO control message each.
  alignas(
      cmsghdr) std::array<std::array<std::uint8_t, CMSG_SPACE(sizeof(int))>, kMessages> controls{};
  std::array<UdpArrival, kMessages> arrivals{};
};

UdpReceiver::UdpReceiver() : buffers_(std::make_unique<Buffers>()) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    buffers_->vectors[i] = {buffers_->bytes.get() + i * kMessageBytes, kMessageBytes};
    msghdr& header = buffers_->messages[i].msg_hdr;
    header.msg_iov = &buffers_->vectors[i];
    header.msg_iovlen = 1;
    header.msg_name = &buffers_->addresses[i];
    header.msg_control = buffers_->controls[i].data();
  }
}
UdpReceiver::~UdpReceiver() = default;
UdpReceiver::UdpReceiver(UdpReceiver&&) noexcept = default;
UdpReceiver& UdpReceiver::operator=(UdpReceiver&&) noexcept = default;

std::span<const UdpArrival> UdpReceiver::receive(const UdpSocket& socket) noexcept {
  Buffers& b = *buffers_;
  for (mmsghdr& message : b.messages) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    message.msg_hdr.msg_controllen = b.controls[0].size();
  }
  const int count = recvmmsg(socket.fd(), b.messages.data(), kMessages, MSG_DONTWAIT, nullptr);
  if (count <= 0) return {};
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    msghdr& header = b.messages[i].msg_hdr;
    UdpArrival& arrival = b.arrivals[i];
    arrival.from = from_kernel(b.addresses[i]);
    arrival.bytes = {b.bytes.get() + i * kMessageBytes, b.messages[i].msg_len};
    arrival.segment = arrival.bytes.size();
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
      if (c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO) continue;
      int segment = 0;
      std::memcpy(&segment, CMSG_DATA(c), sizeof segment);
      if (segment > 0) arrival.segment = static_cast<std::size_t>(segment);
    }
  }
  return {b.arrivals.data(), static_cast<std::size_t>(count)};
}

struct UdpSender::Buffers {
  static constexpr std::size_t kMessages = 64;
  std::array<mmsghdr, kMessages> messages{};
  std::array<iovec, kMessages> vectors{};
  std::array<sockaddr_storage, kMessages> addresses{};
  alignas(cmsghdr)
      std::array<std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))>, kMessages> controls{};
};

UdpSender::UdpSender() : buffers_(std::make_unique<Buffers>()) {
  for (std::size_t i = 0; i < Buffers::kMessages; ++i) {
    msghdr& header = buffers_->messages[i].msg_hdr;
    header.msg_iov = &buffers_->vectors[i];
    header.msg_iovlen = 1;
    header.msg_name = &buffers_->addresses[i];
    header.msg_control = buffers_->controls[i].data();
    header.msg_controllen = buffers_->controls[i].size();
    cmsghdr* control = CMSG_FIRSTHDR(&header);
    control->cmsg_level = IPPROTO_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
  }
}
UdpSender::~UdpSender() = default;
UdpSender::UdpSender(UdpSender&&) noexcept = default;
UdpSender& UdpSender::operator=(UdpSender&&) noexcept = default;

void UdpSender::send(UdpSocket& socket, std::span<const UdpRun> runs) noexcept {
  Buffers& b = *buffers_;
  while (!runs.empty()) {
    const std::size_t batch = std::min(runs.size(), Buffers::kMessages);
    for (std::size_t i = 0; i < batch; ++i) {
      const UdpRun& run = runs[i];
      msghdr& header = b.messages[i].msg_hdr;
      header.msg_namelen = to_kernel(run.to, b.addresses[i]);
      // The kernel takes the bytes as they are; its type merely is not const.
      b.vectors[i] = {const_cast<std::uint8_t*>(run.bytes.data()), run.bytes.size()};
      const bool segmented = run.segment < run.bytes.size();
      header.msg_control = segmented ? b.controls[i].data() : nullptr;
      header.msg_controllen = segmented ? b.controls[i].size() : 0;
      if (segmented) {
        const auto segment = static_cast<std::uint16_t>(run.segment);
        std::memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), &segment, sizeof segment);
      }
    }
    std::size_t done = 0;
    while (done < batch) {
      const bool segmented = runs[done].segment < runs[done].bytes.size();
      if (segmented && !socket.segments_) {
        send_one_by_one(socket, runs[done++]);
        continue;
      }
      const int sent = sendmmsg(socket.fd(), &b.messages[done], static_cast<unsigned>(batch - done),
                                MSG_DONTWAIT);
      if (sent > 0) {
        done += static_cast<std::size_t>(sent);
        continue;
      }
      if (errno == EINTR) continue;
      // A card without checksum offload refuses GSO (EIO); so do some kernels (EINVAL).
      if (segmented && (errno == EIO || errno == EINVAL)) {
        socket.segments_ = false;
        continue;
      }
      const std::size_t lost = (runs[done].bytes.size() + runs[done].segment - 1) /
                               std::max<std::size_t>(runs[done].segment, 1);
      dropped_ += lost;
      ++done;  // this one's fault, or no room: the next destination may fare better
    }
    runs = runs.subspan(batch);
  }
}

void UdpSender::send_one_by_one(const UdpSocket& socket, const UdpRun& run) noexcept {
  sockaddr_storage address{};
  const socklen_t length = to_kernel(run.to, address);
  for (std::size_t at = 0; at < run.bytes.size(); at += run.segment) {
    const Bytes one = run.bytes.subspan(at, std::min(run.segment, run.bytes.size() - at));
    if (sendto(socket.fd(), one.data(), one.size(), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), length) < 0) {
      ++dropped_;
    }
  }
}

}  // namespace vv::net
