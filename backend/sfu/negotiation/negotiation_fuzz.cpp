#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "rtc/sdp/session_description.hpp"
#include "sfu/negotiation/answerer.hpp"
#include "sfu/negotiation/offerer.hpp"

// A sequence of offers and answers, cut at 0xFF; before each the first byte picks what else
// happens. Whatever comes, our answers stay readable and keep the offer's sections.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using namespace vv::sfu;
  SeededRandom random(size);
  negotiation::LocalTransport local{
      .ice = rtc::IceCredentials::create(random),
      .fingerprint = rtc::Fingerprint(rtc::HashFunction::Sha256, ByteVector(32, 9)),
      .candidates = {}};
  negotiation::Answerer answerer(local, random);
  negotiation::Offerer offerer(local, random);
  std::uint32_t number = 0;
  const auto spec = [&number](std::uint8_t command) {
    ++number;
    return negotiation::SenderSpec{.subscription = SubscriptionId{number},
                                   .kind = (command & 8) != 0 ? MediaKind::Video : MediaKind::Audio,
                                   .stream_id = "PA_x|TR_y",
                                   .track_sid = "TR_y"};
  };
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  while (!rest.empty()) {
    const auto command = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('\xff'), rest.size());
    const std::string_view text = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if ((command & 1) != 0) answerer.add_sender(spec(command));
    if ((command & 2) != 0) answerer.remove_sender(SubscriptionId{number});
    if ((command & 4) != 0) offerer.add_sender(spec(command));
    if ((command & 16) != 0) offerer.remove_sender(SubscriptionId{number / 2});
    if ((command & 32) != 0) {
      (void)offerer.offer();
      (void)offerer.set_answer(text);
      continue;
    }
    if (!answerer.set_offer(text)) continue;
    for (const auto& section : answerer.unmatched())
      answerer.bind_track(section.mid, TrackId{++number}, {});
    (void)answerer.receivers();
    const negotiation::Answer answer = answerer.answer();
    const auto parsed = rtc::sdp::parse(answer.sdp);
    VV_CHECK(parsed.has_value(), "our own answers can be read");
    for (const auto& [mid, track] : answer.mid_to_track) {
      VV_CHECK(parsed->section(mid) != nullptr, "the map names sections of the answer");
    }
    (void)answerer.take_requirement();
  }
  return 0;
}
