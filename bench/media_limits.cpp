#include "media_limits.hpp"

#include <intel-ipsec-mb.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <time.h>

#include <array>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "net/udp/udp_socket.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kPayload = 1'150;
constexpr std::size_t kHeader = 28;  // fixed header and a small extension block
constexpr std::size_t kTag = 16;
constexpr std::size_t kDatagram = kHeader + kPayload + kTag;
constexpr std::size_t kBurst = 8;

}  // namespace

void drop_everything(int fd) {
  sock_filter drop{BPF_RET | BPF_K, 0, 0, 0};
  const sock_fprog program{1, &drop};
  VV_CHECK(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0,
           "the kernel takes a filter");
}

void take_whole(int fd, bool on) {
  const int value = on ? 1 : 0;
  VV_CHECK(setsockopt(fd, IPPROTO_UDP, UDP_GRO, &value, sizeof value) == 0, "the kernel knows GRO");
}

Duration thread_cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return seconds(now.tv_sec) + nanoseconds(now.tv_nsec);
}

struct MediaLimits::State {
  IMB_MGR* manager = alloc_mb_mgr(0);
  alignas(64) gcm_key_data key{};  // ipsec-mb loads it by whole vectors
  net::UdpSocket out = *net::UdpSocket::bind(*net::parse_address("127.0.0.1"));
  net::UdpSender sender;
  std::vector<net::UdpSocket> receivers;
  ByteVector payload = ByteVector(kPayload, 0x42);
  ByteVector arena;

  void write_one(std::uint8_t* at, std::uint16_t seq, std::uint32_t ssrc) {
    std::fill_n(at, kHeader, std::uint8_t{0});
    at[0] = 0x90;
    at[1] = 96;
    store_be16(at + 2, seq);
    store_be32(at + 8, ssrc);
    std::array<std::uint8_t, 12> iv{};
    store_be32(&iv[2], ssrc);
    store_be16(&iv[10], seq);
    gcm_context_data context;
    IMB_AES128_GCM_ENC(manager, &key, &context, at + kHeader, payload.data(), payload.size(),
                       iv.data(), at, kHeader, at + kHeader + kPayload, kTag);
  }
};

MediaLimits::MediaLimits(std::size_t subscribers) : state_(std::make_unique<State>()) {
  init_mb_mgr_auto(state_->manager, nullptr);
  const std::array<std::uint8_t, 16> key{1, 2, 3};
  IMB_AES128_GCM_PRE(state_->manager, key.data(), &state_->key);
  for (std::size_t i = 0; i < subscribers; ++i) {
    state_->receivers.push_back(*net::UdpSocket::bind(*net::parse_address("127.0.0.1")));
    drop_everything(state_->receivers.back().fd());
  }
  state_->arena.resize(subscribers * kBurst * kDatagram);
}

MediaLimits::~MediaLimits() { free_mb_mgr(state_->manager); }

void MediaLimits::split(bool on) {
  for (const net::UdpSocket& receiver : state_->receivers) take_whole(receiver.fd(), !on);
}

Duration MediaLimits::one_by_one(std::size_t packets) {
  State& s = *state_;
  std::vector<net::UdpRun> runs(s.receivers.size());
  const Duration before = thread_cpu_time();
  for (std::size_t n = 0; n < packets; ++n) {
    for (std::size_t i = 0; i < s.receivers.size(); ++i) {
      std::uint8_t* at = s.arena.data() + i * kDatagram;
      s.write_one(at, static_cast<std::uint16_t>(n), static_cast<std::uint32_t>(i));
      runs[i] = {s.receivers[i].local(), {at, kDatagram}, kDatagram};
    }
    s.sender.send(s.out, runs);
  }
  return (thread_cpu_time() - before) / static_cast<std::int64_t>(packets * s.receivers.size());
}

Duration MediaLimits::bursts_of_8(std::size_t packets) {
  State& s = *state_;
  std::vector<net::UdpRun> runs(s.receivers.size());
  const Duration before = thread_cpu_time();
  for (std::size_t n = 0; n < packets; n += kBurst) {
    for (std::size_t i = 0; i < s.receivers.size(); ++i) {
      std::uint8_t* at = s.arena.data() + i * kBurst * kDatagram;
      for (std::size_t k = 0; k < kBurst; ++k) {
        s.write_one(at + k * kDatagram, static_cast<std::uint16_t>(n + k),
                    static_cast<std::uint32_t>(i));
      }
      runs[i] = {s.receivers[i].local(), {at, kBurst * kDatagram}, kDatagram};
    }
    s.sender.send(s.out, runs);
  }
  return (thread_cpu_time() - before) / static_cast<std::int64_t>(packets * s.receivers.size());
}

}  // namespace vv::bench
