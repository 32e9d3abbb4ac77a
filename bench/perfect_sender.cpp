#include "perfect_sender.hpp"

#include <intel-ipsec-mb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include "base/bytes.hpp"
#include "bench_threads.hpp"
#include "net/udp/udp_socket.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kTag = 16;
constexpr std::size_t kMaxDatagram = 1'500;
constexpr int kPatienceMs = 50;  // until it looks whether it is to end

}  // namespace

struct PerfectSender::State {
  net::UdpSocket socket = *net::UdpSocket::bind(*net::parse_address("127.0.0.1"));
  std::vector<net::Endpoint> receivers;
  std::atomic<bool> ends{false};
  std::thread thread;

  void run() {
    IMB_MGR* manager = alloc_mb_mgr(0);
    init_mb_mgr_auto(manager, nullptr);
    alignas(64) gcm_key_data key{};
    const std::array<std::uint8_t, 16> secret{1, 2, 3};
    IMB_AES128_GCM_PRE(manager, secret.data(), &key);
    net::UdpSender sender;
    std::vector<net::UdpRun> runs(receivers.size());
    ByteVector arena(receivers.size() * kMaxDatagram);
    ByteVector in(kMaxDatagram);
    while (!ends) {
      pollfd wanted{.fd = socket.fd(), .events = POLLIN, .revents = 0};
      if (::poll(&wanted, 1, kPatienceMs) <= 0) continue;
      const ssize_t got = ::recv(socket.fd(), in.data(), in.size(), MSG_DONTWAIT);
      if (got < static_cast<ssize_t>(kStampBytes)) continue;
      const auto size = std::min(static_cast<std::size_t>(got), kMaxDatagram - kHeader - kTag);
      for (std::size_t i = 0; i < receivers.size(); ++i) {
        std::uint8_t* at = arena.data() + i * kMaxDatagram;
        std::fill_n(at, kHeader, std::uint8_t{0});
        at[0] = 0x90;
        std::copy_n(in.begin(), kStampBytes, at + kStamp);
        std::array<std::uint8_t, 12> iv{};
        store_be32(&iv[2], static_cast<std::uint32_t>(i));
        gcm_context_data context;
        IMB_AES128_GCM_ENC(manager, &key, &context, at + kHeader, in.data(), size, iv.data(), at,
                           kHeader, at + kHeader + size, kTag);
        runs[i] = {receivers[i], {at, kHeader + size + kTag}, kHeader + size + kTag};
      }
      sender.send(socket, runs);
    }
    free_mb_mgr(manager);
  }
};

PerfectSender::PerfectSender(std::vector<net::Endpoint> receivers, int cpu)
    : state_(std::make_unique<State>()) {
  state_->receivers = std::move(receivers);
  state_->thread = std::thread([state = state_.get(), cpu] {
    pin_first(0, cpu);
    state->run();
  });
}

PerfectSender::~PerfectSender() {
  state_->ends = true;
  state_->thread.join();
}

const net::Endpoint& PerfectSender::address() const { return state_->socket.local(); }

}  // namespace vv::bench
