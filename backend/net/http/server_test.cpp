#include "net/http/server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>

#include "base/loop_runner.hpp"
#include "net/gate.hpp"

namespace vv::net {
namespace {

/// A blocking client that gives up after five seconds.
class Client {
 public:
  enum class Window : std::uint8_t { Usual, Small };
  explicit Client(const Endpoint& server, Window window = Window::Usual)
      : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int bytes = 4096;
    if (window == Window::Small) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  /// Up to and including `end`; what there was when nothing more came.
  std::string read_until(std::string_view end) {
    std::size_t at = 0;
    while ((at = received_.find(end)) == std::string::npos) {
      if (!receive()) return std::exchange(received_, {});
    }
    std::string out = received_.substr(0, at + end.size());
    received_.erase(0, out.size());
    return out;
  }
  std::string read(std::size_t size) {
    while (received_.size() < size && receive()) {
    }
    std::string out = received_.substr(0, size);
    received_.erase(0, out.size());
    return out;
  }
  std::string read_to_end() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

 private:
  bool receive() {
    char buffer[4096];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }
  int fd_;
  std::string received_;
};

/// A masked client frame (RFC 6455 §5.2) with mask 0, FIN set.
std::string frame(std::uint8_t opcode, std::string_view payload) {
  std::string out;
  out += static_cast<char>(0x80 | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    const bool is_long = payload.size() > 0xFFFF;
    out += static_cast<char>(0x80 | (is_long ? 127 : 126));
    for (int shift = is_long ? 56 : 8; shift >= 0; shift -= 8) {
      out += static_cast<char>((std::uint64_t{payload.size()} >> shift) & 0xFF);
    }
  }
  out.append(4, '\0');
  out += payload;
  return out;
}

/// What a session went through.
struct Seen {
  std::atomic<std::size_t> most_buffered = 0;
  std::promise<std::pair<int, std::string>> closed;
};

/// Echoes, and obeys a few words.
class TestSession final : public SocketSession {
 public:
  explicit TestSession(Seen* seen = nullptr) : seen_(seen) {}
  void on_open(WebSocket& socket) override { socket_ = &socket; }
  void on_text(std::string_view message) override {
    if (message == "flood") {
      for (int i = 0; i < 40; ++i) {
        socket_->send_binary(std::string(256 * 1024, 'x'));
        if (seen_) {
          seen_->most_buffered =
              std::max<std::size_t>(seen_->most_buffered, socket_->buffered_bytes());
        }
      }
      return;
    }
    if (message == "bye") return socket_->close(4001, "you asked");
    socket_->send_text(std::string(message));
  }
  void on_binary(Bytes message) override { socket_->send_binary(std::string(as_text(message))); }
  void on_oversize(std::string_view head) override {
    socket_->send_text("oversize " + std::to_string(head.size()));
  }
  void on_drained() override { socket_->send_text("drained"); }
  void on_closed(std::uint16_t code, std::string_view reason) override {
    if (seen_) seen_->closed.set_value({code, std::string(reason)});
  }

 private:
  Seen* seen_;
  WebSocket* socket_ = nullptr;
};

/// Counts what comes; answers early once it has seen `enough`.
class CountingSink final : public BodySink {
 public:
  explicit CountingSink(std::size_t enough) : enough_(enough) {}
  Task<std::optional<HttpResponse>> write(std::string piece) override {
    bytes_ += piece.size();
    largest_ = std::max(largest_, piece.size());
    if (bytes_ < enough_) co_return std::nullopt;
    co_return HttpResponse::text(409, "enough");
  }
  Task<HttpResponse> finish() override {
    co_return HttpResponse::text(200, std::to_string(bytes_) + " bytes, small pieces: " +
                                          (largest_ <= 256 * 1024 ? "yes" : "no"));
  }

 private:
  std::size_t enough_;
  std::size_t bytes_ = 0;
  std::size_t largest_ = 0;
};

class LettersSource final : public BodySource {
 public:
  LettersSource(std::uint64_t size, std::uint64_t there) : size_(size), there_(there) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  Task<std::string> read(std::size_t most) override {
    const std::size_t count = std::min<std::size_t>(most, there_);
    there_ -= count;
    co_return std::string(count, 'z');
  }

 private:
  std::uint64_t size_;
  std::uint64_t there_;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    router_.handle("GET", "/hello", [](HttpRequest request) -> Task<HttpResponse> {
      co_return HttpResponse::text(200, "hello " + request.query_param("name").value_or("?"));
    });
    router_.handle("POST", "/echo",
                   [](HttpRequest request) -> Task<HttpResponse> {
                     co_return HttpResponse::text(200, request.body);
                   },
                   {.max_body = 1000});
    router_.handle("POST", "/slow",
                   [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; },
                   {.body_timeout = milliseconds(100)});
    router_.handle("POST", "/guarded",
                   [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; },
                   {.guard = [](const HttpRequest&) { return HttpResponse::text(401, "no"); }});
    router_.receive(
        "/upload",
        [](HttpRequest request) -> Task<Receipt> {
          if (request.query == "no") co_return HttpResponse::text(403, "no");
          co_return std::make_unique<CountingSink>(request.query == "early" ? 1 : 1 << 30);
        },
        {.max_body = 1'000'000, .cors = Cors::Listed});
    router_.handle("GET", "/letters", [](HttpRequest request) -> Task<HttpResponse> {
      HttpResponse response;
      response.source = std::make_shared<LettersSource>(
          1'000'000, request.query == "short" ? 100'000 : 1'000'000);
      co_return response;
    });
    router_.handle("GET", "/who", [](HttpRequest request) -> Task<HttpResponse> {
      co_return HttpResponse::text(
          200, request.remote.address_text() + (request.is_local() ? " near" : " far"));
    });
    router_.handle("GET", "/throws", [](HttpRequest) -> Task<HttpResponse> {
      throw std::runtime_error("secret");
      co_return HttpResponse{};
    });
    router_.handle("*", "/rtc/**",
                   [](HttpRequest) -> Task<HttpResponse> {
                     co_return HttpResponse::text(404, "no such path\n");
                   },
                   {.cors = Cors::EchoAny});
    for (const auto oversize : {SocketOptions::Oversize::Drop, SocketOptions::Oversize::Close}) {
      router_.upgrade(
          oversize == SocketOptions::Oversize::Drop ? "/drop" : "/socket",
          [](HttpRequest) -> Task<Upgrade> { co_return std::make_unique<TestSession>(); },
          {.max_message = 100'000, .oversize = oversize});
    }
    const auto watched = [this](HttpRequest) -> Task<Upgrade> {
      co_return std::make_unique<TestSession>(&seen_);
    };
    const auto plain = [](HttpRequest) -> Task<Upgrade> {
      co_return std::make_unique<TestSession>();
    };
    router_.upgrade("/pinged", plain, {.ping_interval = milliseconds(50)});
    router_.upgrade("/abandoned", plain,
                    {.ping_interval = milliseconds(50), .pong_timeout = milliseconds(100)});
    router_.upgrade("/bounded", watched, {.hard_limit = 2'000'000});
    router_.upgrade("/impatient", watched,
                    {.max_buffered = 500'000, .slow_grace = milliseconds(100)});
    router_.upgrade(
        "/refused",
        [](HttpRequest) -> Task<Upgrade> {
          co_return HttpResponse::text(401, "permissions denied");
        },
        {}, Cors::EchoAny);
    auto server = HttpServer::listen(loop_, router_,
                                     {.listen = *parse_endpoint("127.0.0.1:0"),
                                      .default_headers = {{"X-Content-Type-Options", "nosniff"}},
                                      .header_timeout = milliseconds(200),
                                      .idle_timeout = milliseconds(300),
                                      .upload_grace = milliseconds(200)});
    EXPECT_TRUE(server);
    server_ = std::move(server).value();
    runner_ = std::make_unique<LoopRunner>("loop", [this] { loop_.run(); });
  }
  ~ServerTest() override {
    loop_.stop();
    runner_->join();
  }

  std::string ask(std::string_view request) {
    Client client(server_->endpoint());
    client.send(request);
    return client.read_to_end();
  }
  std::unique_ptr<Client> open(std::string_view path,
                               Client::Window window = Client::Window::Usual) {
    auto client = std::make_unique<Client>(server_->endpoint(), window);
    client->send("GET " + std::string(path) +
                 " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Extensions: permessage-deflate\r\nOrigin: http://x\r\n\r\n");
    answer_ = client->read_until("\r\n\r\n");
    return client;
  }

  Seen seen_;
  EventLoop loop_;
  Router router_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<LoopRunner> runner_;
  std::string answer_;
};

using testing::AssertionResult;

AssertionResult begins(const std::string& text, std::string_view with) {
  if (text.starts_with(with)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << text.substr(0, 200);
}

TEST_F(ServerTest, AnswersSeveralRequestsOnOneConnection) {
  Client client(server_->endpoint());
  client.send(
      "GET /hello?name=a HTTP/1.1\r\nHost: x\r\n\r\nGET //hello?name=b HTTP/1.1\r\nHost: "
      "x\r\n\r\n");
  EXPECT_TRUE(begins(client.read_until("hello a"), "HTTP/1.1 200 OK\r\n"));
  const std::string second = client.read_until("hello b");
  EXPECT_TRUE(begins(second, "HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(second.find("X-Content-Type-Options: nosniff\r\n"), std::string::npos);
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
  const std::string answer = ask("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(answer.find("Content-Length: 7\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, BodiesEndAtTheRoutesLimit) {
  const auto post = [&](std::size_t size) {
    return ask("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
               std::to_string(size) + "\r\n\r\n" + std::string(size, 'x'));
  };
  EXPECT_TRUE(begins(post(1000), "HTTP/1.1 200"));
  EXPECT_TRUE(begins(post(1001), "HTTP/1.1 413"));
  const auto chunked = [&](std::size_t size) {
    char length[20];
    std::snprintf(length, sizeof length, "%zx", size);
    return ask(
        "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
        "chunked\r\n\r\n" +
        std::string(length) + "\r\n" + std::string(size, 'x') + "\r\n0\r\n\r\n");
  };
  EXPECT_TRUE(begins(chunked(1000), "HTTP/1.1 200"));
  EXPECT_TRUE(begins(chunked(1001), "HTTP/1.1 413"));
}

TEST_F(ServerTest, AnUploadGoesToItsSinkInPiecesUpToTheRoutesLimit) {
  const auto post = [&](std::size_t size, std::string_view query = "") {
    return ask("POST /upload" + std::string(query) +
               " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
               std::to_string(size) + "\r\n\r\n" + std::string(size, 'x'));
  };
  EXPECT_TRUE(post(1'000'000).ends_with("1000000 bytes, small pieces: yes"));
  EXPECT_TRUE(post(0).ends_with("0 bytes, small pieces: yes"));
  EXPECT_TRUE(begins(post(1'000'001), "HTTP/1.1 413"));
  EXPECT_TRUE(begins(post(10, "?no"), "HTTP/1.1 403"));
  EXPECT_TRUE(begins(post(500'000, "?early"), "HTTP/1.1 409"));
  const auto chunked = [&](int chunks) {
    std::string body;
    for (int i = 0; i < chunks; ++i) body += "186a0\r\n" + std::string(100'000, 'x') + "\r\n";
    return ask(
        "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
        "chunked\r\n\r\n" +
        body + "0\r\n\r\n");
  };
  EXPECT_TRUE(chunked(10).ends_with("1000000 bytes, small pieces: yes"));
  EXPECT_TRUE(begins(chunked(11), "HTTP/1.1 413"));
}

// covers H1
TEST_F(ServerTest, AnUploadThatStandsStillIsCut) {
  Client client(server_->endpoint());
  client.send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, ABodyInPiecesArrivesWholeOrCutsTheConnection) {
  const std::string whole = ask("GET /letters HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(whole.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_TRUE(whole.ends_with("\r\n\r\n" + std::string(1'000'000, 'z')));
  const std::string head = ask("HEAD /letters HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: 1000000\r\n"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  EXPECT_LT(ask("GET /letters?short HTTP/1.1\r\nHost: x\r\n\r\n").size(), 200'000U);
}

// covers H1
TEST_F(ServerTest, AmbiguousRequestsAreRefusedAndClosed) {
  const std::string answer = ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(begins(answer, "HTTP/1.1 400"));
  EXPECT_EQ(answer.find("hello"), std::string::npos);
  EXPECT_TRUE(begins(ask("GET /hello HTTP/1.1\r\n\r\n"), "HTTP/1.1 400"));  // no Host
  EXPECT_TRUE(begins(ask("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"),
                     "HTTP/1.1 414"));
  EXPECT_TRUE(
      begins(ask("GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(40'000, 'a')), "HTTP/1.1 431"));
}

TEST_F(ServerTest, ALongRtcRequestLineIsRead) {
  const std::string answer =
      ask("GET /rtc/v1?join_request=" + std::string(200'000, 'a') +
          " HTTP/1.1\r\nHost: x\r\nOrigin: http://x.y\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(begins(answer, "HTTP/1.1 404"));
  EXPECT_NE(answer.find("Access-Control-Allow-Origin: http://x.y\r\n"), std::string::npos);
}

TEST_F(ServerTest, AnExceptionSaysNothing) {
  const std::string answer = ask("GET /throws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(begins(answer, "HTTP/1.1 500"));
  EXPECT_EQ(answer.find("secret"), std::string::npos);
}

TEST_F(ServerTest, UnknownPathsAndMethodsAreNamed) {
  EXPECT_TRUE(
      begins(ask("GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "HTTP/1.1 404"));
  EXPECT_TRUE(begins(ask("DELETE /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                     "HTTP/1.1 405"));
}

// covers H4
TEST_F(ServerTest, SocketsEchoAndDeclineCompression) {
  const auto client = open("/socket");
  ASSERT_TRUE(begins(answer_, "HTTP/1.1 101"));
  EXPECT_EQ(answer_.find("permessage-deflate"), std::string::npos);
  client->send(frame(1, "abc"));
  EXPECT_EQ(client->read(5), std::string("\x81\x03"
                                         "abc"));
  client->send(frame(2, "xyz"));
  EXPECT_EQ(client->read(5), std::string("\x82\x03xyz"));
}

TEST_F(ServerTest, ARefusedUpgradeIsAPlainAnswerWithItsOrigin) {
  const auto client = open("/refused");
  EXPECT_TRUE(begins(answer_, "HTTP/1.1 401"));
  EXPECT_NE(answer_.find("Access-Control-Allow-Origin: http://x\r\n"), std::string::npos);
  EXPECT_EQ(client->read_to_end(), "permissions denied");
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
  std::string out = "\x88";
  out += static_cast<char>(2 + reason.size());
  out += static_cast<char>(code >> 8);
  out += static_cast<char>(code & 0xFF);
  return out.append(reason);
}

TEST_F(ServerTest, ASessionClosesWithCodeAndReason) {
  const auto client = open("/socket");
  client->send(frame(1, "bye"));
  const std::string wanted = close_frame(4001, "you asked");
  EXPECT_EQ(client->read(wanted.size()), wanted);
}

// covers H5: so many connections of one address, and so many in all
TEST(ServerLimits, ConnectionsOfAnAddressBlockAndInAll) {
  EventLoop loop;
  Router router;
  router.handle("GET", "/", [](HttpRequest) -> Task<HttpResponse> {
    co_return HttpResponse::text(200, "here");
  });
  const auto serve = [&](ServerOptions options) {
    options.listen = *parse_endpoint("127.0.0.1:0");
    auto server = HttpServer::listen(loop, router, std::move(options));
    EXPECT_TRUE(server);
    return std::move(server).value();
  };
  const auto by_block =
      serve({.listen = {}, .max_connections_per_block = 3, .limit_loopback = true});
  const auto in_all = serve({.listen = {}, .max_connections = 4});
  const auto by_proxy = serve({.listen = {},
                               .trusted_proxies = {"127.0.0.1"},
                               .max_connections_per_block = 3,
                               .limit_loopback = true});
  LoopRunner runner("loop", [&] { loop.run(); });
  std::vector<std::unique_ptr<Client>> clients;
  const auto is_served = [&](const std::unique_ptr<HttpServer>& server) {
    clients.push_back(std::make_unique<Client>(server->endpoint()));
    clients.back()->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return clients.back()->read_until("here").ends_with("here");
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(is_served(by_block));
  EXPECT_FALSE(is_served(by_block));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(is_served(in_all));
  EXPECT_FALSE(is_served(in_all));
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(is_served(by_proxy)) << "a proxy is many people";
  loop.stop();
  runner.join();
}

// covers H4
TEST_F(ServerTest, AMessagePastTheLimitClosesOrIsDroppedAsTheRouteSays) {
  const auto client = open("/socket");
  client->send(frame(2, std::string(100'000, 'x')));
  EXPECT_EQ(client->read(4 + 6 + 100'000 - 0).substr(0, 2), std::string("\x82\x7f"));
  client->send(frame(2, std::string(100'001, 'x')));
  const std::string wanted = close_frame(1009, "message too big");
  EXPECT_EQ(client->read(wanted.size()), wanted);

  const auto dropping = open("/drop");
  dropping->send(frame(1, std::string(500'000, 'x')));
  EXPECT_EQ(dropping->read(15), std::string("\x81\x0d") + "oversize 4096");
  dropping->send(frame(1, "still here"));
  EXPECT_EQ(dropping->read(12), std::string("\x81\x0a") + "still here");
  dropping->send(frame(2, std::string(100'001, 'x')));
  EXPECT_EQ(dropping->read(wanted.size()), wanted);
}

// covers H4
TEST_F(ServerTest, AMessageInPiecesIsHeldToTheSameLimit) {
  const auto piece = [](std::uint8_t opcode, bool is_last, std::size_t size) {
    std::string out = frame(opcode, std::string(size, 'x'));
    if (!is_last) out[0] = static_cast<char>(out[0] & 0x7F);
    return out;
  };
  const auto client = open("/socket");
  client->send(piece(2, false, 60'000) + piece(0, true, 40'000));
  EXPECT_EQ(client->read(10 + 100'000).substr(0, 2), std::string("\x82\x7f"));
  client->send(piece(2, false, 60'000) + piece(0, false, 40'000) + piece(0, true, 1));
  const std::string wanted = close_frame(1009, "message too big");
  EXPECT_EQ(client->read(wanted.size()), wanted);
}

// covers H4
TEST_F(ServerTest, ControlFramesHaveAtMost125Bytes) {
  const auto client = open("/socket");
  client->send(frame(9, std::string(125, 'x')));
  EXPECT_EQ(client->read(2 + 125), "\x8a\x7d" + std::string(125, 'x'));
  client->send(frame(9, std::string(126, 'x')));
  EXPECT_EQ(client->read(4).substr(2), std::string("\x03\xEA"));  // 1002
}

// covers H4
TEST_F(ServerTest, UnmaskedFramesAndPingFloodsAreClosed) {
  const auto unmasked = open("/socket");
  unmasked->send("\x81\x01x");
  EXPECT_EQ(unmasked->read(4).substr(2), std::string("\x03\xEA"));  // 1002
  const auto flood = open("/socket");
  for (int i = 0; i < 12; ++i) flood->send(frame(9, ""));
  const std::string wanted = close_frame(1002, "too many pings");
  EXPECT_NE(flood->read_until(wanted).find(wanted), std::string::npos);
}

TEST_F(ServerTest, ASocketIsPingedAndOneThatNoLongerAnswersIsCut) {
  const std::string ping("\x89\x00", 2);
  const auto alive = open("/pinged");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(alive->read(2), ping);
    alive->send(frame(10, ""));
  }
  const auto dead = open("/abandoned");
  EXPECT_EQ(dead->read(2), ping);
  EXPECT_EQ(dead->read_to_end().find("still here"), std::string::npos);
}

// covers H1
TEST_F(ServerTest, SlowHeadersAndIdleConnectionsAreClosed) {
  Client slow(server_->endpoint());
  slow.send("GET /hello HTTP/1.1\r\nHo");
  EXPECT_EQ(slow.read_to_end(), "");
  Client idle(server_->endpoint());
  idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(idle.read_to_end().ends_with("hello ?"));
}

// covers H1
TEST_F(ServerTest, ASlowBodyEndsTheConnection) {
  Client client(server_->endpoint());
  client.send("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.read_to_end(), "");
}

// covers H11
TEST_F(ServerTest, AGuardAnswersBeforeTheBodyIsRead) {
  EXPECT_TRUE(begins(ask("POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"),
                     "HTTP/1.1 401"));
}

// covers H2, H24
TEST_F(ServerTest, ForwardedAddressesCountOnlyBehindAConfiguredProxy) {
  const std::string answer = ask(
      "GET /who HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.ends_with("127.0.0.1 far"));
  EXPECT_TRUE(
      ask("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ends_with("127.0.0.1 near"));
}

TEST_F(ServerTest, ASessionIsToldWhenItsOutputDrained) {
  const auto client = open("/socket");
  client->send(frame(1, "flood"));
  EXPECT_TRUE(client->read_until("drained").ends_with("drained"));
}

// A message that the kernel took in part is ended before anything else is written.
TEST_F(ServerTest, APongNeverStandsInsideAMessage) {
  const auto client = open("/socket", Client::Window::Small);
  client->send(frame(1, "flood") + frame(9, "one") + frame(1, "echo") + frame(9, "two"));
  int messages = 0;
  int pongs = 0;
  for (bool echoed = false; !echoed || messages < 40 || pongs < 2;) {
    const std::string head = client->read(2);
    ASSERT_EQ(head.size(), 2u) << messages << " messages came whole";
    if (head == "\x82\x7f") {
      ASSERT_EQ(client->read(8), std::string("\0\0\0\0\0\x04\0\0", 8));
      ASSERT_EQ(client->read(256 * 1024), std::string(256 * 1024, 'x'));
      ++messages;
    } else {
      const std::string body = client->read(static_cast<std::uint8_t>(head[1]));
      ASSERT_TRUE(head[0] == '\x8a' || body == "echo" || body == "drained") << body;
      if (head[0] == '\x8a') ++pongs;
      echoed = echoed || body == "echo";
    }
  }
  EXPECT_EQ(messages, 40);
  EXPECT_EQ(pongs, 2);
}

// covers F13
TEST_F(ServerTest, WhatWaitsForAReaderStaysUnderTheLimitAndItIsToldWhy) {
  const auto client = open("/bounded");
  client->send(frame(1, "flood"));
  const std::string wanted = close_frame(1013, "SlowConsumer");
  EXPECT_TRUE(client->read_until(wanted).ends_with(wanted));
  EXPECT_GT(seen_.most_buffered, 1'500'000u);
  EXPECT_LE(seen_.most_buffered, 2'000'000u);
}

// covers F13
TEST_F(ServerTest, AStuckReaderIsClosedWithAReasonWhileOthersAreServed) {
  const auto stuck = open("/impatient", Client::Window::Small);
  const auto other = open("/socket");
  stuck->send(frame(1, "flood"));
  auto closed = seen_.closed.get_future();
  for (int tries = 0; tries < 5000; ++tries) {
    other->send(frame(1, "abc"));
    ASSERT_EQ(other->read(5), std::string("\x81\x03") + "abc");
    if (closed.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready) break;
  }
  ASSERT_EQ(closed.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(closed.get(), std::make_pair(1013, std::string("SlowConsumer")));
  other->send(frame(1, "abc"));
  EXPECT_EQ(other->read(5), std::string("\x81\x03") + "abc");
}

// covers F7
TEST_F(ServerTest, DrainingClosesSocketsWithTheCodeAndRefusesConnections) {
  auto client = open("/socket");
  Client idle(server_->endpoint());
  std::promise<void> drained;
  loop_.post([&] { server_->drain(1012, "restart", seconds(5), [&] { drained.set_value(); }); });
  const std::string wanted = close_frame(1012, "restart");
  EXPECT_EQ(client->read(wanted.size()), wanted);
  client->send(frame(8, "\x03\xF4"));
  client.reset();
  EXPECT_EQ(idle.read_to_end(), "");
  EXPECT_EQ(drained.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

}  // namespace
}  // namespace vv::net
