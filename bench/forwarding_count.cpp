// What forwarding takes of the processor, counted instead of timed: tools/forwarding_cost.py runs
// this under callgrind twice, with few packets and with many, and subtracts. All packets are made
// in both runs; only so many are forwarded.
#include <cstdio>
#include <cstdlib>

#include "base/check.hpp"
#include "testing/sfu_world.hpp"

namespace vv::bench {
namespace {

using testing::SfuWorld;

constexpr std::uint32_t kSubscribers = 50;
constexpr std::size_t kBurst = 8;
constexpr std::size_t kBursts = 50;
constexpr std::size_t kPayload = 1'150;
constexpr std::uint8_t kVp8 = 96;

sfu::CodecConfig vp8() {
  return {.payload_type = kVp8, .name = "vp8", .clock_rate = 90'000, .feedback = {}, .format = ""};
}

int run(std::size_t bursts) {
  SfuWorld world;
  SfuWorld::Client& publisher = world.join();
  std::vector<SfuWorld::Client*> audience;
  for (std::uint32_t n = 0; n < kSubscribers; ++n) audience.push_back(&world.join());
  world.run_for(seconds(1));
  world.apply(sfu::SetReceivers{SfuWorld::kRoom,
                                publisher.transport,
                                {{.track = sfu::TrackId{1},
                                  .mid = "0",
                                  .kind = sfu::MediaKind::Video,
                                  .codecs = {vp8()},
                                  .rids = {},
                                  .ssrcs = {{600, 0}},
                                  .extensions = {}}}});
  // As a browser agrees to them: the packets that go out are numbered.
  rtc::rtp::ExtensionIds extensions;
  extensions.map(2, rtc::rtp::Extension::AbsSendTime);
  extensions.map(3, rtc::rtp::Extension::TransportSequence);
  for (std::uint32_t n = 0; n < kSubscribers; ++n) {
    world.apply(sfu::Subscribe{SfuWorld::kRoom,
                               sfu::SubscriptionId{n + 1},
                               audience[n]->transport,
                               sfu::TrackId{1},
                               {.mid = "3",
                                .kind = sfu::MediaKind::Video,
                                .ssrc = 0x1000 + n,
                                .codecs = {vp8()},
                                .extensions = extensions,
                                .cname = "c",
                                .limit = {}}});
  }
  std::vector<ByteVector> datagrams;
  for (std::uint16_t i = 1; i <= kBursts * kBurst; ++i) {
    const auto picture = static_cast<std::uint16_t>((i - 1) / kBurst);
    datagrams.push_back(
        world.protect_rtp(publisher,
                          {.ssrc = 600,
                           .timestamp = picture * 3'000U,
                           .sequence = i,
                           .payload_type = kVp8,
                           .marker = i % kBurst == 0},
                          {},
                          testing::vp8_payload(picture == 0, i % kBurst == 1, picture,
                                               static_cast<std::uint8_t>(picture), 0, kPayload)));
  }

  const rtc::Path path{world.server(), publisher.address};
  std::size_t runs = 0;
  for (std::size_t i = 0; i < bursts * kBurst; ++i) {
    world.room().handle_datagram(world.now(), publisher.transport, path, datagrams[i]);
    if ((i + 1) % kBurst != 0) continue;
    bool done = false;
    while (!done) {
      done = world.fanout().flush(world.now(), world.outbox());
      runs += world.outbox().runs().size();
      world.outbox().clear();
    }
  }
  VV_CHECK(world.fanout().forwarded() == bursts * kBurst * kSubscribers, "all are forwarded");
  std::printf("%llu packets, %zu runs\n",
              static_cast<unsigned long long>(world.fanout().forwarded()), runs);
  return 0;
}

}  // namespace
}  // namespace vv::bench

/// @param argv  bursts to forward, 1 to 50
int main(int argc, char** argv) {
  const std::size_t bursts = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 0;
  if (bursts < 1 || bursts > vv::bench::kBursts) return 2;
  return vv::bench::run(bursts);
}
