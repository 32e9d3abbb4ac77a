#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/time.h>
#include <usrsctp.h>

#include <ctime>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/random.hpp"
#include "rtc/sctp/association.hpp"
#include "rtc/sctp/dcep.hpp"
#include "rtc/sctp/usrsctp_peer.hpp"

namespace {
/// What usrsctp takes for the time; negative: the real one, for everybody else in this program.
std::int64_t virtual_nanos = -1;
}  // namespace

// usrsctp reads the clock itself (round trips, what a timeout may repeat): this one is ours.
extern "C" int gettimeofday(timeval* time, void*) noexcept {
  timespec real{};
  if (virtual_nanos < 0) clock_gettime(CLOCK_REALTIME, &real);
  time->tv_sec = virtual_nanos < 0 ? real.tv_sec : virtual_nanos / 1'000'000'000;
  time->tv_usec = (virtual_nanos < 0 ? real.tv_nsec : virtual_nanos % 1'000'000'000) / 1'000;
  return 0;
}

namespace vv::rtc::sctp {
namespace {

constexpr std::uint16_t kPort = 5000;

int on_output(void* peer, void* bytes, std::size_t size, std::uint8_t, std::uint8_t) {
  const auto* begin = static_cast<const std::uint8_t*>(bytes);
  static_cast<UsrsctpPeer*>(peer)->packets.emplace_back(begin, begin + size);
  return 0;
}

void on_notification(UsrsctpPeer& peer, const void* data, std::size_t size) {
  sctp_notification notification{};
  std::memcpy(&notification, data, std::min(size, sizeof notification));
  if (notification.sn_header.sn_type != SCTP_STREAM_RESET_EVENT) return;
  const auto* begin = static_cast<const std::uint8_t*>(data);
  const sctp_stream_reset_event& event = notification.sn_strreset_event;
  if ((event.strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN) == 0) return;
  for (std::size_t at = offsetof(sctp_stream_reset_event, strreset_stream_list); at + 2 <= size;
       at += 2) {
    std::uint16_t stream = 0;
    std::memcpy(&stream, begin + at, 2);
    peer.resets.push_back(stream);
  }
}

int on_receive(struct socket*, sctp_sockstore, void* data, std::size_t size, sctp_rcvinfo info,
               int flags, void* user) {
  auto& peer = *static_cast<UsrsctpPeer*>(user);
  if (data == nullptr) return 1;
  if ((flags & MSG_NOTIFICATION) != 0) {
    on_notification(peer, data, size);
  } else {
    const auto* begin = static_cast<const std::uint8_t*>(data);
    auto& all = peer.messages;
    // Long messages come in pieces, the last one marked.
    static bool goes_on = false;
    if (goes_on && !all.empty()) {
      all.back().bytes.insert(all.back().bytes.end(), begin, begin + size);
    } else {
      all.push_back({info.rcv_sid, ntohl(info.rcv_ppid), ByteVector(begin, begin + size)});
    }
    goes_on = (flags & MSG_EOR) == 0;
  }
  std::free(data);
  return 1;
}

}  // namespace

UsrsctpPeer::UsrsctpPeer() {
  virtual_nanos = 0;
  usrsctp_init_nothreads(0, on_output, nullptr);
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_register_address(this);
  socket_ = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, on_receive, nullptr, 0, this);
  usrsctp_set_non_blocking(socket_, 1);
  const std::uint32_t on = 1;
  usrsctp_setsockopt(socket_, IPPROTO_SCTP, SCTP_NODELAY, &on, sizeof on);
  sctp_assoc_value reset{};
  reset.assoc_id = SCTP_ALL_ASSOC;
  reset.assoc_value = SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ;
  usrsctp_setsockopt(socket_, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &reset, sizeof reset);
  sctp_event event{};
  event.se_assoc_id = SCTP_ALL_ASSOC;
  event.se_on = 1;
  event.se_type = SCTP_STREAM_RESET_EVENT;
  usrsctp_setsockopt(socket_, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof event);
  const int space = 4 * 1024 * 1024;
  usrsctp_setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &space, sizeof space);
}

UsrsctpPeer::~UsrsctpPeer() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  usrsctp_setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  usrsctp_close(socket_);
  usrsctp_deregister_address(this);
  for (int i = 0; i < 300 && usrsctp_finish() != 0; ++i) advance(100);
  virtual_nanos = -1;
}

void UsrsctpPeer::connect() {
  sockaddr_conn address{};
  address.sconn_family = AF_CONN;
  address.sconn_port = htons(kPort);
  address.sconn_addr = this;
  ASSERT_EQ(usrsctp_bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_TRUE(usrsctp_connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
                  0 ||
              errno == EINPROGRESS);
}

void UsrsctpPeer::handle_packet(Bytes packet) {
  usrsctp_conninput(this, packet.data(), packet.size(), 0);
}

void UsrsctpPeer::advance(std::uint32_t milliseconds) {
  virtual_nanos += std::int64_t{milliseconds} * 1'000'000;
  usrsctp_handle_timers(milliseconds);
}

bool UsrsctpPeer::send(std::uint16_t stream, std::uint32_t ppid, Bytes message, bool lossy) {
  sctp_sendv_spa spa{};
  spa.sendv_flags = SCTP_SEND_SNDINFO_VALID;
  spa.sendv_sndinfo.snd_sid = stream;
  spa.sendv_sndinfo.snd_ppid = htonl(ppid);
  spa.sendv_sndinfo.snd_flags = SCTP_EOR;
  if (lossy) {
    spa.sendv_sndinfo.snd_flags = SCTP_EOR | SCTP_UNORDERED;
    spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    spa.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
    spa.sendv_prinfo.pr_value = 0;
  }
  return usrsctp_sendv(socket_, message.data(), message.size(), nullptr, 0, &spa, sizeof spa,
                       SCTP_SENDV_SPA, 0) == static_cast<ssize_t>(message.size());
}

bool UsrsctpPeer::reset(std::uint16_t stream) {
  ByteVector request(sizeof(sctp_reset_streams) + 2);
  sctp_reset_streams head{};
  head.srs_flags = SCTP_STREAM_RESET_OUTGOING;
  head.srs_number_streams = 1;
  std::memcpy(request.data(), &head, sizeof head);
  std::memcpy(request.data() + offsetof(sctp_reset_streams, srs_stream_list), &stream, 2);
  return usrsctp_setsockopt(socket_, IPPROTO_SCTP, SCTP_RESET_STREAMS, request.data(),
                            static_cast<socklen_t>(request.size())) == 0;
}

namespace {

/// Ours and usrsctp over a lossy path, in steps of ten milliseconds.
struct World {
  explicit World(unsigned loss) : loss_percent(loss) {
    peer.connect();
    ours.connect(now);
  }

  void run_for(Duration duration) {
    for (const Instant end = now + duration; now < end; now += milliseconds(10)) {
      // Debian's build counts time in ticks of more than ten milliseconds and drops the rest.
      if (now.as_nanos() % milliseconds(100).as_nanos() == 0) peer.advance(100);
      if (ours.next_timeout() <= now) ours.handle_timeout(now);
      exchange();
    }
  }

  void exchange() {
    ByteVector buffer(1'500);
    std::vector<ByteVector> out;
    while (const auto size = ours.poll_packet(now, buffer)) {
      out.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*size));
    }
    for (const ByteVector& packet : out) {
      if (random.below(100) >= loss_percent) peer.handle_packet(packet);
    }
    while (!peer.packets.empty()) {
      const ByteVector packet = std::move(peer.packets.front());
      peer.packets.pop_front();
      if (random.below(100) >= loss_percent) ours.handle_packet(now, packet);
    }
    while (auto event = ours.poll_event()) events.push_back(std::move(*event));
  }

  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Event& event : events) {
      if (const T* e = std::get_if<T>(&event)) found.push_back(*e);
    }
    return found;
  }

  unsigned loss_percent;
  SeededRandom random{42};
  Instant now = Instant::from_nanos(1'000'000'000);
  SctpAssociation ours = SctpAssociation::create({.role = Role::DtlsServer, .random = &random});
  UsrsctpPeer peer;
  std::vector<Event> events;
};

ByteVector numbered(std::uint32_t number, std::size_t size) {
  ByteVector message(std::max<std::size_t>(size, 4), static_cast<std::uint8_t>(number));
  store_be32(message.data(), number);
  return message;
}

class Usrsctp : public testing::TestWithParam<unsigned> {};

TEST_P(Usrsctp, ReliableMessagesArriveWholeOnceAndInOrderBothWays) {
  World world{GetParam()};
  world.run_for(seconds(60));
  ASSERT_TRUE(world.ours.is_connected());
  ASSERT_TRUE(world.peer.send(0, kPpidDcep, write_dcep_open("_reliable", {}), false));
  world.run_for(seconds(20));
  ASSERT_EQ(world.all<ChannelOpened>().size(), 1U);

  constexpr std::size_t kSizes[] = {10, 1'000, 15'000, 60'000};
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(world.ours.send(0, numbered(i, kSizes[i % 4]), true));
    ASSERT_TRUE(world.peer.send(0, kPpidBinary, numbered(i, kSizes[(i + 1) % 4]), false));
    world.run_for(milliseconds(50));
  }
  world.run_for(minutes(5));

  const auto ours = world.all<ChannelMessage>();
  ASSERT_EQ(ours.size(), 40U);
  ASSERT_EQ(world.peer.messages.size(), 41U);  // and the acknowledgement of the channel
  EXPECT_EQ(world.peer.messages[0].ppid, kPpidDcep);
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_EQ(ours[i].bytes, numbered(i, kSizes[(i + 1) % 4])) << i;
    ASSERT_EQ(world.peer.messages[i + 1].bytes, numbered(i, kSizes[i % 4])) << i;
  }
}

TEST_P(Usrsctp, WhatIsGivenUpHoldsNothingUp) {
  World world{0};
  world.run_for(seconds(10));
  const ChannelOptions lossy{
      .ordered = false, .max_retransmits = 0, .max_lifetime_ms = {}, .protocol = {}};
  const auto channel = world.ours.open("_lossy", lossy);
  const auto reliable = world.ours.open("_reliable", {});
  ASSERT_TRUE(channel && reliable);
  world.run_for(seconds(1));
  ASSERT_TRUE(world.peer.send(*channel, kPpidDcep, write_dcep_ack(), false));
  ASSERT_TRUE(world.peer.send(*reliable, kPpidDcep, write_dcep_ack(), false));
  world.run_for(seconds(1));
  ASSERT_EQ(world.all<ChannelOpened>().size(), 2U);
  world.peer.messages.clear();

  world.loss_percent = GetParam();
  for (std::uint32_t i = 0; i < 200; ++i) {
    ASSERT_TRUE(world.ours.send(*channel, numbered(i, i % 9 == 0 ? 4'000 : 200), true));
    ASSERT_TRUE(
        world.peer.send(*channel, kPpidBinary, numbered(i, i % 7 == 0 ? 4'000 : 200), true));
    ASSERT_TRUE(i % 10 != 0 || world.ours.send(*reliable, numbered(i, 30), true));
    world.run_for(milliseconds(20));
  }
  world.loss_percent = 0;
  world.run_for(minutes(1));

  std::uint32_t expected = 0;
  std::size_t lossy_count = 0;
  for (const auto& message : world.peer.messages) {
    if (message.stream == *channel) {
      ++lossy_count;
      continue;
    }
    ASSERT_EQ(load_be32(message.bytes.data()), expected);
    expected += 10;
  }
  EXPECT_EQ(expected, 200U);
  EXPECT_GT(lossy_count, GetParam() == 0 ? 199U : 100U);
  EXPECT_GT(world.all<ChannelMessage>().size(), GetParam() == 0 ? 199U : 100U);
  EXPECT_EQ(world.ours.buffered(*channel), 0U);
}

TEST_P(Usrsctp, ChannelsCloseFromEitherSide) {
  World world{GetParam()};
  world.run_for(seconds(60));
  const auto first = world.ours.open("first", {});
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(world.peer.send(0, kPpidDcep, write_dcep_open("second", {}), false));
  world.run_for(seconds(10));
  ASSERT_TRUE(world.peer.send(*first, kPpidDcep, write_dcep_ack(), false));
  world.run_for(seconds(20));
  ASSERT_EQ(world.all<ChannelOpened>().size(), 2U);

  world.ours.close(*first);
  world.run_for(seconds(30));
  ASSERT_EQ(world.peer.resets, std::vector<std::uint16_t>{*first});
  ASSERT_TRUE(world.peer.reset(*first));  // as a browser does in answer
  world.run_for(seconds(30));
  ASSERT_TRUE(world.peer.reset(0));
  world.run_for(seconds(30));
  EXPECT_EQ(world.all<ChannelClosed>().size(), 2U);
  EXPECT_EQ(world.peer.resets.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(LossPercent, Usrsctp, testing::Values(0U, 10U));

}  // namespace
}  // namespace vv::rtc::sctp
