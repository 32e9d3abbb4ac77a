#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "base/loop_runner.hpp"
#include "net/http/server.hpp"

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

std::string ask(const Endpoint& server, const std::string& request) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval limit{.tv_sec = 5, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    SSL_set_fd(ssl.get(), fd);
    char buffer[4096];
    if (SSL_connect(ssl.get()) == 1) {
      SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
      int n = 0;
      while ((n = SSL_read(ssl.get(), buffer, sizeof buffer)) > 0) {
        answer.append(buffer, static_cast<std::size_t>(n));
      }
    }
  }
  ::close(fd);
  return answer;
}

TEST(Tls, RequestsAreSecureAndAnswered) {
  const TlsFiles files{.certificate = testing::TempDir() + "/vv_tls_cert.pem",
                       .key = testing::TempDir() + "/vv_tls_key.pem"};
  write_certificate(files);
  EventLoop loop;
  Router router;
  router.handle("GET", "/where", [](HttpRequest request) -> Task<HttpResponse> {
    co_return HttpResponse::text(200, request.base_url() + std::string(100'000, '.'));
  });
  auto server =
      HttpServer::listen(loop, router, {.listen = *parse_endpoint("127.0.0.1:0"), .tls = files});
  ASSERT_TRUE(server) << server.error().message;
  const LoopRunner runner("loop", [&] { loop.run(); });
  const std::string answer = ask(
      (*server)->endpoint(), "GET /where HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer.substr(0, 100);
  EXPECT_NE(answer.find("https://a.example..."), std::string::npos);
  EXPECT_GT(answer.size(), 100'000u);
  loop.stop();
}

TEST(Tls, FilesThatCannotBeUsedAreNamed) {
  const auto context = make_tls_context({.certificate = "/nonexistent.pem", .key = "/none.pem"});
  ASSERT_FALSE(context);
  EXPECT_NE(context.error().message.find("/nonexistent.pem"), std::string::npos);
}

}  // namespace
}  // namespace vv::net
