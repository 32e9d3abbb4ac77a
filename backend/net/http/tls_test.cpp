#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/loop_runner.hpp"
#include "net/http/server.hpp"
#include "net/tcp/tcp_socket.hpp"

namespace vv::net {
namespace {

/// A certificate for nobody, signed by itself.
void write_certificate(const TlsFiles& files) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  std::FILE* out = std::fopen(files.certificate.c_str(), "w");
  PEM_write_X509(out, certificate.get());
  std::fclose(out);
  out = std::fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
}

/// A blocking client that gives up after five seconds.
class Client {
 public:
  explicit Client(const Endpoint& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    SSL_set_fd(ssl_.get(), fd_);
    EXPECT_EQ(SSL_connect(ssl_.get()), 1);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& bytes) {
    EXPECT_EQ(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), bytes.size());
  }
  /// @return false once the server has ended the connection with close_notify
  bool receive(std::string& into) {
    char buffer[4096];
    const int n = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (n > 0) into.append(buffer, static_cast<std::size_t>(n));
    if (n <= 0) {
      EXPECT_EQ(SSL_get_error(ssl_.get(), n), SSL_ERROR_ZERO_RETURN);
    }
    return n > 0;
  }
  std::string read(std::size_t size) {
    while (received_.size() < size && receive(received_)) {
    }
    std::string out = received_.substr(0, size);
    received_.erase(0, out.size());
    return out;
  }
  std::string read_to_end() {
    while (receive(received_)) {
    }
    return std::exchange(received_, {});
  }

 private:
  int fd_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_{SSL_new(context_.get()), SSL_free};
  std::string received_;
};

class Echo final : public SocketSession {
 public:
  void on_open(WebSocket& socket) override { socket_ = &socket; }
  void on_text(std::string_view message) override { socket_->send_text(std::string(message)); }
  void on_binary(Bytes) override { socket_->close(4001, "enough"); }
  void on_closed(std::uint16_t, std::string_view) override {}

 private:
  WebSocket* socket_ = nullptr;
};

class Tls : public testing::Test {
 protected:
  static constexpr std::size_t kLong = 20'000'000;  // more than the kernel holds: writes wait
  Tls() {
    const TlsFiles files{.certificate = testing::TempDir() + "/vv_tls_cert.pem",
                         .key = testing::TempDir() + "/vv_tls_key.pem"};
    write_certificate(files);
    router_.handle("GET", "/where", [](HttpRequest request) -> Task<HttpResponse> {
      co_return HttpResponse::text(200, request.base_url() + std::string(kLong, '.'));
    });
    router_.upgrade("/socket",
                    [](HttpRequest) -> Task<Upgrade> { co_return std::make_unique<Echo>(); });
    auto server = HttpServer::listen(
        loop_, router_,
        {.listen = *parse_endpoint("127.0.0.1:0"),
         .tls = files,
         .on_check = [this](TcpStream, Bytes packet) { check_.set_value(packet.size()); }});
    EXPECT_TRUE(server);
    server_ = std::move(server).value();
    runner_ = std::make_unique<LoopRunner>("loop", [this] { loop_.run(); });
  }
  ~Tls() override {
    loop_.stop();
    runner_->join();
  }

  std::promise<std::size_t> check_;  // bytes of the one that was handed over
  EventLoop loop_;
  Router router_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<LoopRunner> runner_;
};

TEST_F(Tls, RequestsAreSecureAndAnswered) {
  Client client(server_->endpoint());
  client.send("GET /where HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer.substr(0, 100);
  const std::size_t body = answer.find("https://a.example...");
  ASSERT_NE(body, std::string::npos);
  EXPECT_EQ(answer.substr(body), "https://a.example" + std::string(kLong, '.'));
}

TEST_F(Tls, SocketsEchoMessagesOfManyRecordsAndEndWithAReason) {
  Client client(server_->endpoint());
  client.send(
      "GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  std::string head;
  while (!head.ends_with("\r\n\r\n")) head += client.read(1);
  ASSERT_TRUE(head.starts_with("HTTP/1.1 101")) << head;
  const std::string text(60'000, 'a');
  const std::string length = "\xEA\x60";  // 60,000
  client.send(std::string("\x81\xFE") + length + std::string(4, '\0') + text);
  EXPECT_EQ(client.read(4 + text.size()), std::string("\x81\x7E") + length + text);
  client.send(std::string("\x82\x81") + std::string(4, '\0') + "x");
  EXPECT_EQ(client.read(10), std::string("\x88\x08\x0F\xA1") + "enough");
  client.send(std::string("\x88\x82") + std::string(4, '\0') + "\x0F\xA1");
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(Tls, ACheckIsKnownFromAHelloOnThePortOfBoth) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_->endpoint().port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string check("\x00\x14\x00\x01\x00\x00\x21\x12\xA4\x42transaction!", 22);
  EXPECT_EQ(::send(fd, check.data(), check.size(), 0), 22);
  auto handed_over = check_.get_future();
  ASSERT_EQ(handed_over.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(handed_over.get(), 20U);
  ::close(fd);
  Client client(server_->endpoint());
  client.send("GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 404"));
}

TEST(TlsFilesTest, ThatCannotBeUsedAreNamed) {
  const auto context = make_tls_context({.certificate = "/nonexistent.pem", .key = "/none.pem"});
  ASSERT_FALSE(context);
  EXPECT_NE(context.error().message.find("/nonexistent.pem"), std::string::npos);
}

}  // namespace
}  // namespace vv::net
