#include "shard/tcp_mux.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vv::shard {

rtc::TransportAddress to_rtc(const net::Endpoint& endpoint, rtc::Protocol protocol) {
  return rtc::TransportAddress::v6(endpoint.address, endpoint.port, protocol);
}

net::Endpoint to_net(const rtc::TransportAddress& address) {
  return {.address = address.mapped_ip(), .port = address.port()};
}

TcpMux::Connection* TcpMux::add(Instant now, net::TcpStream stream) {
  if (by_fd_.size() >= kMaxConnections) return nullptr;
  const auto waiting = std::count_if(by_fd_.begin(), by_fd_.end(), [&](const auto& entry) {
    return !entry.second->validated && entry.second->stream.remote().is_near(stream.remote());
  });
  if (static_cast<std::size_t>(waiting) >= kMaxUnvalidated) return nullptr;
  const int fd = stream.fd();
  const rtc::Path path{to_rtc(stream.local(), rtc::Protocol::Tcp),
                       to_rtc(stream.remote(), rtc::Protocol::Tcp)};
  auto connection = std::unique_ptr<Connection>(
      new Connection{.stream = std::move(stream), .path = path, .opened = now, .deframer = {}});
  Connection* added = connection.get();
  by_fd_[fd] = std::move(connection);
  by_path_[path] = fd;
  ++unvalidated_;
  return added;
}

TcpMux::Connection* TcpMux::find(int fd) noexcept {
  const auto found = by_fd_.find(fd);
  return found == by_fd_.end() ? nullptr : found->second.get();
}

TcpMux::Connection* TcpMux::find(const rtc::Path& path) noexcept {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : find(found->second);
}

void TcpMux::remove(int fd) {
  Connection* connection = find(fd);
  if (connection == nullptr) return;
  if (!connection->validated) --unvalidated_;
  by_path_.erase(connection->path);
  by_fd_.erase(fd);
}

void TcpMux::validate(const rtc::Path& path) {
  Connection* connection = find(path);
  if (connection == nullptr || std::exchange(connection->validated, true)) return;
  --unvalidated_;
}

std::vector<int> TcpMux::expired(Instant now) const {
  std::vector<int> late;
  for (const auto& [fd, connection] : by_fd_) {
    if (!connection->validated && now - connection->opened >= kCheckDeadline) late.push_back(fd);
  }
  return late;
}

bool TcpMux::send(Connection& connection, Bytes packet) {
  const auto head = rtc::tcp_frame_header(packet.size());
  return connection.stream.write(head, packet);
}

}  // namespace vv::shard
