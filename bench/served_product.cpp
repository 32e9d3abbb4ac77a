#include "served_product.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"

namespace vv::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kHashers = 2;  // accounts made at once; a password is half a second of a core's work
constexpr auto kFrontLoop = "front";  // runs on the main thread, which bears the program's name

std::uint16_t free_port() {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  VV_CHECK(::bind(file, raw, length) == 0 && ::getsockname(file, raw, &length) == 0,
           "loopback has free ports");
  ::close(file);
  return ntohs(address.sin_port);
}

/// One request on a connection of its own. @return head and body
std::string exchange(std::uint16_t port, const std::string& request) {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  VV_CHECK(::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
           "the server listens");
  VV_CHECK(::send(file, request.data(), request.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(request.size()),
           "a request fits into the socket");
  std::string answer;
  std::array<char, 16'384> bytes{};
  for (ssize_t size = 1; size > 0;) {
    size = ::recv(file, bytes.data(), bytes.size(), 0);
    if (size > 0) answer.append(bytes.data(), static_cast<std::size_t>(size));
  }
  ::close(file);
  return answer;
}

std::string sign_up_one(std::uint16_t port, std::size_t number) {
  const std::string body = format(
      R"({{"email":"p{0}@example.org","password":"un chateau de sable bleu","name":"p {0}"}})",
      number);
  const std::string request = format(
      "POST /api/auth/signup HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body);
  for (;;) {
    const std::string answer = exchange(port, request);
    const std::string_view mark = "\"token\":\"";
    if (const auto at = answer.find(mark); at != std::string::npos) {
      const auto begin = at + mark.size();
      return answer.substr(begin, answer.find('"', begin) - begin);
    }
    VV_CHECK(answer.starts_with("HTTP/1.1 429"), "only hashing too many at once is refused");
    ::usleep(200'000);
  }
}

}  // namespace

ServedProduct::ServedProduct(const std::string& data) : port_(free_port()) {
  const std::string listen = format("127.0.0.1:{}", port_);
  const std::string udp = format("{}", free_port());
  const std::string tcp = format("{}", free_port());
  std::array<int, 2> ends{};
  VV_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "there are descriptors");
  process_ = ::fork();
  VV_CHECK(process_ >= 0, "there are processes");
  if (process_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const int quiet = ::open("/dev/null", O_WRONLY);
    ::dup2(quiet, STDERR_FILENO);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execl("/proc/self/exe", "visavis", "serve", "--dev", "--data", data.c_str(), "--listen",
            listen.c_str(), "--rtc-udp", udp.c_str(), "--rtc-tcp", tcp.c_str(), "--rtc-ip",
            "127.0.0.1", nullptr);
    ::_exit(1);
  }
  ::close(ends[1]);
  std::array<char, 256> line{};
  const ssize_t length = ::read(ends[0], line.data(), line.size());
  ::close(ends[0]);
  VV_CHECK(length > 0 && std::string_view(line.data(), static_cast<std::size_t>(length))
                             .starts_with("visavis ready"),
           "the server starts");
}

ServedProduct::~ServedProduct() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

std::map<std::string, Duration> ServedProduct::cpu_by_thread() const {
  std::map<std::string, Duration> times;
  for (const auto& task : fs::directory_iterator(format("/proc/{}/task", process_))) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    if (task.path().filename() == std::to_string(process_)) name = kFrontLoop;
    std::int64_t nanos = 0;
    std::ifstream(task.path() / "schedstat") >> nanos;
    times[name] += nanoseconds(nanos);
  }
  return times;
}

std::size_t ServedProduct::resident_bytes() const {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream(format("/proc/{}/statm", process_)) >> pages >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t ServedProduct::counter(const std::string& name) const {
  std::istringstream answer(
      exchange(port_, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
  for (std::string line; std::getline(answer, line);) {
    if (line.starts_with(name + " ")) return std::stoull(line.substr(name.size() + 1));
  }
  return 0;
}

std::vector<std::string> sign_up(std::uint16_t port, std::size_t count) {
  std::vector<std::string> tokens(count);
  std::vector<std::thread> hashers;
  for (std::size_t first = 0; first < kHashers; ++first) {
    hashers.emplace_back([&tokens, port, first] {
      for (std::size_t i = first; i < tokens.size(); i += kHashers)
        tokens[i] = sign_up_one(port, i);
    });
  }
  for (std::thread& hasher : hashers) hasher.join();
  return tokens;
}

Duration own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto time = [](const timeval& value) {
    return seconds(value.tv_sec) + microseconds(value.tv_usec);
  };
  return time(usage.ru_utime) + time(usage.ru_stime);
}

CpuShares::CpuShares(const ServedProduct& product)
    : product_(product),
      start_(monotonic_now()),
      own_(own_cpu()),
      threads_(product.cpu_by_thread()) {}

void CpuShares::stop() {
  end_ = monotonic_now();
  own_ = own_cpu() - own_;
  std::map<std::string, Duration> now = product_.cpu_by_thread();
  for (auto& [name, time] : now) time -= threads_[name];
  threads_ = std::move(now);
}

Duration CpuShares::server() const {
  Duration sum;
  for (const auto& [name, time] : threads_) sum += time;
  return sum;
}

Duration CpuShares::thread(const std::string& name) const {
  const auto found = threads_.find(name);
  return found == threads_.end() ? Duration{} : found->second;
}

std::string CpuShares::text() const {
  const double wall = (end_ - start_).as_seconds();
  std::string parts;
  for (const auto& [name, time] : threads_) {
    const double cores = time.as_seconds() / wall;
    if (cores >= 0.01) parts += format("{}{} {:.2f}", parts.empty() ? "" : ", ", name, cores);
  }
  return format("server {:.2f} cores ({}), generator {:.2f}", server().as_seconds() / wall, parts,
                own_.as_seconds() / wall);
}

}  // namespace vv::bench
