#include "net/http/detail/opener.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "net/socket_address.hpp"
#include "net/tcp/opening.hpp"
#include "net/tcp/tcp_socket.hpp"

namespace vv::net::detail {

using boost::asio::ip::tcp;

namespace {

constexpr std::size_t kMaxUnfinishedChecks = 16;  // of one source, threat-model M19

/// A connection of which nobody knows yet what it is.
///
/// Owns:    nothing of the socket, whose bytes stay where they are.
/// Bounds:  the times of threat-model H1 until a first byte has come; from one that may begin a
///          check, check_timeout, and kMaxUnfinishedChecks such connections of one source.
class Opener final : public ConnectionControl {
 public:
  Opener(ServerContext& server, tcp::socket& socket, Endpoint remote)
      : server_(server), socket_(socket), remote_(remote), deadline_(server.loop) {
    server_.add(this);
  }
  ~Opener() override {
    if (is_check_) {
      auto& all = server_.unfinished_checks;
      all.erase(std::find(all.begin(), all.end(), remote_));
    }
    server_.remove(this);
  }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  Task<bool> run() {
    expires_after(server_.tls ? server_.options.header_timeout : server_.options.idle_timeout);
    std::size_t wanted = 1;
    for (;;) {
      boost::system::error_code error;
      co_await socket_.async_wait(tcp::socket::wait_read,
                                  boost::asio::redirect_error(boost::asio::use_awaitable, error));
      if (error) co_return false;
      const auto count =
          ::recv(socket_.native_handle(), first_.data(), first_.size(), MSG_PEEK | MSG_DONTWAIT);
      // Fewer than were waited for: nothing more will come.
      if (count <= 0 || static_cast<std::size_t>(count) < wanted) co_return false;
      const Bytes first = Bytes{first_}.first(static_cast<std::size_t>(count));
      const Opening opening = read_opening(first);
      if (opening.kind != Opening::Kind::Unknown) wait_for(1);
      if (opening.kind == Opening::Kind::Web) co_return true;
      if (opening.kind == Opening::Kind::Check) {
        hand_over(first.subspan(2, opening.size - 2));
        co_return false;
      }
      if (!may_be_check()) co_return false;
      wanted = opening.size;
      wait_for(wanted);
    }
  }

  void drain(std::uint16_t, const std::string&) override { cut(); }
  void cut() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void expires_after(Duration limit) {
    deadline_.start(limit, [this] { cut(); });
  }

  /// The socket becomes readable when it has this many bytes, or has ended.
  void wait_for(std::size_t bytes) {
    const int least = static_cast<int>(bytes);
    setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
  }

  bool may_be_check() {
    if (is_check_) return true;
    auto& all = server_.unfinished_checks;
    const auto near = std::count_if(
        all.begin(), all.end(), [this](const Endpoint& other) { return other.is_near(remote_); });
    if (static_cast<std::size_t>(near) >= kMaxUnfinishedChecks) return false;
    all.push_back(remote_);
    is_check_ = true;
    expires_after(server_.options.check_timeout);
    return true;
  }

  void hand_over(Bytes packet) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (getsockname(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
      return;
    boost::system::error_code error;
    FileDescriptor fd{socket_.release(error)};
    if (error) return;
    server_.options.on_check(TcpStream{std::move(fd), remote_, from_kernel(address)}, packet);
  }

  ServerContext& server_;
  tcp::socket& socket_;
  Endpoint remote_;
  Timer deadline_;
  bool is_check_ = false;
  std::array<std::uint8_t, kMaxOpening> first_;
};

}  // namespace

Task<bool> is_of_the_web(std::shared_ptr<ServerContext> server, tcp::socket& socket,
                         Endpoint remote) {
  Opener opener(*server, socket, remote);
  const bool web = co_await opener.run();
  co_return web;
}

}  // namespace vv::net::detail
