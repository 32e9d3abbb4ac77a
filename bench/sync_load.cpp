#include "sync_load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kScratch = 256 * 1024;  // bytes read at once
constexpr Duration kPatience = seconds(30);
constexpr std::uint8_t kText = 0x81;  // RFC 6455 §5.2: the last frame of a text message
constexpr std::size_t kShort = 126;   // lengths below fit into the second byte
constexpr std::size_t kLong = 127;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<std::uint8_t>(byte);
  return value;
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    VV_CHECK(size > 0, "the server reads");
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

SyncClient::~SyncClient() { close(); }

void SyncClient::close() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

void SyncClient::send(std::string_view text) {
  out_ += static_cast<char>(kText);
  if (text.size() < kShort) {
    out_ += static_cast<char>(0x80 | text.size());
  } else {
    VV_CHECK(text.size() <= 0xffff, "what a benchmark asks for is short");
    out_ += static_cast<char>(0x80 | kShort);
    out_ += static_cast<char>(text.size() >> 8);
    out_ += static_cast<char>(text.size() & 0xff);
  }
  out_.append(4, '\0');  // the mask: this one costs nothing
  out_ += text;
  if (!handling_) flush();
}

void SyncClient::flush() {
  if (out_.empty()) return;
  write_all(file_, out_);
  out_.clear();
}

void SyncClient::watch(std::string_view path, const std::vector<std::string>& arguments) {
  std::string adds;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    adds += format(R"({}{{"type":"Add","queryId":{},"udfPath":"{}","args":[{}]}})",
                   i == 0 ? "" : ",", i, path, arguments[i]);
  }
  send(format(R"({{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[{}]}})",
              adds));
}

std::uint64_t SyncClient::mutate(std::string_view path, std::string_view argument) {
  send(format(R"({{"type":"Mutation","requestId":{},"udfPath":"{}","args":[{}]}})", next_request_,
              path, argument));
  return next_request_++;
}

void SyncClient::take(std::string_view bytes) {
  handling_ = true;
  if (!in_.empty()) bytes = in_.append(bytes);
  while (bytes.size() >= 2) {
    std::size_t length = static_cast<std::uint8_t>(bytes[1]) & 0x7f;
    const std::size_t head = length < kShort ? 2 : length < kLong ? 4 : 10;
    if (bytes.size() < head) break;
    if (head > 2) length = big_endian(bytes.substr(2, head - 2));
    if (bytes.size() < head + length) break;
    if (static_cast<std::uint8_t>(bytes[0]) == kText) {
      if (on_text) on_text(bytes.substr(head, length));
    } else {
      VV_CHECK((bytes[0] & 0x0f) != 8, "the server does not close a benchmark's sockets");
    }
    bytes.remove_prefix(head + length);
  }
  in_ = std::string(bytes);
  handling_ = false;
  flush();
}

SyncLoad::SyncLoad(std::uint16_t port)
    : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)), scratch_(kScratch, '\0') {
  VV_CHECK(epoll_ >= 0, "there are descriptors");
}

SyncLoad::~SyncLoad() { ::close(epoll_); }

SyncClient& SyncLoad::open(const std::string& token) {
  std::unique_ptr<SyncClient> client(new SyncClient);
  client->file_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  VV_CHECK(client->file_ >= 0, "there are descriptors: see `ulimit -n`");
  const int on = 1;
  ::setsockopt(client->file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  VV_CHECK(
      ::connect(client->file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
      "the server listens");
  write_all(client->file_,
            "GET /api/1.48.0/sync HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {  // nothing follows before we speak
    std::array<char, 1024> bytes{};
    const ssize_t size = ::recv(client->file_, bytes.data(), bytes.size(), 0);
    VV_CHECK(size > 0, "the server answers");
    head.append(bytes.data(), static_cast<std::size_t>(size));
  }
  VV_CHECK(head.starts_with("HTTP/1.1 101"), "the server upgrades");
  static std::uint64_t sessions = 0;  // a session id used again would be answered from memory
  client->handling_ = true;           // one packet for what follows
  client->send(format(
      R"({{"type":"Connect","sessionId":"{:08x}-0000-4000-8000-{:012x}","connectionCount":0,)"
      R"("lastCloseReason":"InitialConnect"}})",
      ::getpid(), sessions++));
  if (!token.empty()) {
    client->send(format(
        R"({{"type":"Authenticate","baseVersion":0,"tokenType":"User","value":"{}"}})", token));
  }
  client->handling_ = false;
  client->flush();
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = client.get();
  VV_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, client->file_, &wanted) == 0, "it can be waited for");
  clients_.push_back(std::move(client));
  return *clients_.back();
}

void SyncLoad::poll(Duration wait) {
  std::array<epoll_event, 256> ready{};
  const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(wait.as_millis()));
  for (int i = 0; i < count; ++i) {
    auto& client = *static_cast<SyncClient*>(ready[static_cast<std::size_t>(i)].data.ptr);
    const ssize_t size = ::recv(client.file_, scratch_.data(), scratch_.size(), 0);
    VV_CHECK(size > 0, "the server does not close a benchmark's sockets");
    client.take({scratch_.data(), static_cast<std::size_t>(size)});
  }
}

void SyncLoad::run_until(const std::function<bool()>& done) {
  const Instant limit = monotonic_now() + kPatience;
  while (!done()) {
    VV_CHECK(monotonic_now() < limit, "the server answers within half a minute");
    poll(milliseconds(100));
  }
}

void SyncLoad::run_for(Duration length) {
  const Instant end = monotonic_now() + length;
  for (Instant now = monotonic_now(); now < end; now = monotonic_now()) {
    poll(std::min(end - now + milliseconds(1), milliseconds(100)));
  }
}

}  // namespace vv::bench
