// One port for HTTP and for RTC over TCP.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/loop_runner.hpp"
#include "net/http/server.hpp"
#include "net/tcp/tcp_socket.hpp"

namespace vv::net {
namespace {

constexpr std::size_t kAttributes = 80;

/// A framed binding request.
std::string check() {
  ByteVector frame(22 + kAttributes, 0xEE);
  store_be16(frame.data(), 20 + kAttributes);
  store_be16(&frame[2], 0x0001);
  store_be16(&frame[4], kAttributes);
  store_be32(&frame[6], 0x2112A442);
  return std::string(as_text(frame));
}

/// A blocking client that gives up after twenty seconds.
class Client {
 public:
  explicit Client(const Endpoint& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) const {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What came until the server closed.
  [[nodiscard]] std::string read_to_end() const {
    std::string all;
    std::array<char, 1024> some;
    for (;;) {
      const ssize_t size = ::recv(fd_, some.data(), some.size(), 0);
      EXPECT_TRUE(size >= 0 || errno == ECONNRESET) << errno;  // closed over what we sent
      if (size <= 0) return all;
      all.append(some.data(), static_cast<std::size_t>(size));
    }
  }

 private:
  int fd_;
};

/// What the server handed over.
struct Taken {
  std::unique_ptr<TcpStream> stream;
  std::string packet;

  [[nodiscard]] std::string read() const {
    std::array<std::uint8_t, 4096> buffer;
    const auto got = stream->read(buffer);
    return std::string(as_text(Bytes{buffer}.first(got.size)));
  }
};

class OpenerTest : public testing::Test {
 protected:
  void serve(Duration check_timeout) {
    router_.handle("GET", "/hello", [](HttpRequest) -> Task<HttpResponse> {
      co_return HttpResponse::text(200, "hello");
    });
    ServerOptions options{.listen = *parse_endpoint("127.0.0.1:0"), .check_timeout = check_timeout};
    if (takes_checks_) {
      options.on_check = [this](TcpStream stream, Bytes packet) {
        Taken taken{std::make_unique<TcpStream>(std::move(stream)), std::string(as_text(packet))};
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(taken));
        arrived_.notify_all();
      };
    }
    auto server = HttpServer::listen(loop_, router_, std::move(options));
    ASSERT_TRUE(server);
    server_ = std::move(server).value();
    runner_ = std::make_unique<LoopRunner>("loop", [this] { loop_.run(); });
  }
  ~OpenerTest() override {
    loop_.stop();
    runner_->join();
  }
  Taken next() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(20), [this] { return !waiting_.empty(); })) {
      ADD_FAILURE() << "nothing was handed over";
      return {};
    }
    Taken taken = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return taken;
  }
  [[nodiscard]] std::size_t taken() {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  [[nodiscard]] std::string ask() const {
    const Client client(server_->endpoint());
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return client.read_to_end();
  }
  /// On the loop.
  std::size_t connections() {
    std::promise<std::size_t> count;
    loop_.post([&] { count.set_value(server_->connections()); });
    return count.get_future().get();
  }

  bool takes_checks_ = true;
  EventLoop loop_;
  Router router_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<LoopRunner> runner_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Taken> waiting_;
};

TEST_F(OpenerTest, AConnectionThatBeginsWithACheckIsHandedOverUnreadAndOthersAreServed) {
  serve(seconds(60));
  const std::string frame = check();
  const Client client(server_->endpoint());
  client.send(frame + "more");
  const Taken taken = next();
  ASSERT_TRUE(taken.stream);
  EXPECT_EQ(taken.packet, frame.substr(2));
  EXPECT_EQ(taken.read(), frame + "more");
  EXPECT_EQ(taken.stream->local(), server_->endpoint());
  EXPECT_TRUE(taken.stream->remote().is_loopback());
  EXPECT_TRUE(taken.stream->write(as_bytes("to "), as_bytes("you")));
  EXPECT_TRUE(ask().ends_with("hello"));
  // What was handed over is none of its own any more; who asked goes a moment after its answer.
  const Instant limit = monotonic_now() + seconds(20);
  while (connections() > 0 && monotonic_now() < limit) std::this_thread::yield();
  EXPECT_EQ(connections(), 0U);
}

TEST_F(OpenerTest, ItIsHandedOverHoweverItsBytesCome) {
  serve(seconds(60));
  const std::string frame = check();
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t at = 1; at < frame.size(); at += 7) {
    clients.push_back(std::make_unique<Client>(server_->endpoint()));
    clients.back()->send(std::string_view(frame).substr(0, at));
    // Answered after the server saw the first part: both came to the one loop in that order.
    EXPECT_TRUE(ask().ends_with("hello"));
    clients.back()->send(std::string_view(frame).substr(at));
    const Taken taken = next();
    ASSERT_TRUE(taken.stream);
    EXPECT_EQ(taken.read(), frame);
  }
  const Client slow(server_->endpoint());
  for (const char byte : frame) slow.send({&byte, 1});
  EXPECT_EQ(next().packet, frame.substr(2));
}

TEST_F(OpenerTest, WhatComesTooSlowlyIsClosed) {  // covers M19
  serve(milliseconds(50));
  const std::string frame = check();
  for (const std::size_t part : {std::size_t{1}, std::size_t{9}, frame.size() - 1}) {
    const Client client(server_->endpoint());
    client.send(std::string_view(frame).substr(0, part));
    EXPECT_EQ(client.read_to_end(), "");
  }
  EXPECT_EQ(taken(), 0U);
}

TEST_F(OpenerTest, OfOneNeighbourhoodSixteenMayBeInTheMiddleOfTheirCheck) {  // covers M19
  serve(seconds(60));
  const std::string frame = check();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::make_unique<Client>(server_->endpoint()));
    clients.back()->send(std::string_view(frame).substr(0, 20));
    EXPECT_TRUE(ask().ends_with("hello"));  // which is not counted, nor held up
  }
  const Client late(server_->endpoint());
  late.send(std::string_view(frame).substr(0, 20));
  EXPECT_EQ(late.read_to_end(), "");
  clients[5]->send(std::string_view(frame).substr(20));
  EXPECT_EQ(next().packet, frame.substr(2));
  const Client next_one(server_->endpoint());
  next_one.send(frame.substr(0, 20));
  EXPECT_TRUE(ask().ends_with("hello"));
  next_one.send(frame.substr(20));
  EXPECT_EQ(next().packet, frame.substr(2));
}

TEST_F(OpenerTest, WhoCloseInTheMiddleAndWhoWaitWhenTheServerDrainsAreForgotten) {
  serve(seconds(60));
  {
    const Client leaver(server_->endpoint());
    leaver.send(check().substr(0, 20));
  }
  const Client silent(server_->endpoint());
  const Client unfinished(server_->endpoint());
  unfinished.send(check().substr(0, 20));
  EXPECT_TRUE(ask().ends_with("hello"));
  std::promise<void> drained;
  loop_.post([&] { server_->drain(1012, "restart", seconds(60), [&] { drained.set_value(); }); });
  EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(silent.read_to_end(), "");
  EXPECT_EQ(unfinished.read_to_end(), "");
}

class WebAloneTest : public OpenerTest {
 protected:
  WebAloneTest() { takes_checks_ = false; }
};

TEST_F(WebAloneTest, RefusesACheckAsItDoesAnyBadRequest) {
  serve(seconds(60));
  const Client client(server_->endpoint());
  client.send(check() + "\n");
  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 400"));
}

}  // namespace
}  // namespace vv::net
