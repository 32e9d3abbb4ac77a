#include "sfu/published_track.hpp"

#include <algorithm>
#include <utility>

#include "sfu/subscription.hpp"

namespace vv::sfu {

PublishedTrack::PublishedTrack(Transport& from, ReceiverConfig c) : publisher(&from) {
  reconfigure(std::move(c));
}

void PublishedTrack::reconfigure(ReceiverConfig c) {
  config = std::move(c);
  if (config.codecs.size() > kMaxCodecs) config.codecs.resize(kMaxCodecs);
  if (config.rids.size() > kMaxLayers) config.rids.resize(kMaxLayers);
  if (config.ssrcs.size() > kMaxLayers) config.ssrcs.resize(kMaxLayers);
  codec_of_pt.fill(-1);
  codec_of_rtx_pt.fill(-1);
  for (std::size_t i = 0; i < config.codecs.size(); ++i) {
    const CodecConfig& codec = config.codecs[i];
    kinds[i] = rtc::codec::kind_of(codec.name);
    codec_of_pt[codec.payload_type & 0x7F] = static_cast<std::int8_t>(i);
    if (codec.rtx_payload_type != 0) {
      codec_of_rtx_pt[codec.rtx_payload_type & 0x7F] = static_cast<std::int8_t>(i);
    }
  }
  for (Subscription* taker : takers) taker->bind(*this);
}

std::size_t PublishedTrack::layer_count() const {
  return std::max<std::size_t>({1, config.rids.size(), config.ssrcs.size()});
}

bool PublishedTrack::is_live(Instant now, std::size_t layer) const {
  if (svc != nullptr) return svc->is_live(now, layer);
  return streams[layer] != nullptr && streams[layer]->is_live(now);
}

std::uint64_t PublishedTrack::rate(Instant now, std::size_t layer, std::size_t temporal) {
  if (svc != nullptr) return svc->rate(now, layer, temporal);
  return streams[layer] == nullptr ? 0 : streams[layer]->rate_up_to(now, temporal);
}

std::uint8_t PublishedTrack::top_temporal(std::size_t layer) const {
  if (svc != nullptr) return svc->top_temporal();
  return streams[layer] == nullptr ? std::uint8_t{0} : streams[layer]->top_temporal();
}

void PublishedTrack::set_svc(bool is_svc) {
  svc = is_svc ? std::make_unique<SpatialLayers>() : nullptr;
  for (Subscription* taker : takers) {
    taker->forwarder().set_svc(is_svc);
    taker->refresh_wants();
  }
}

void PublishedTrack::add_taker(Subscription& subscription) {
  subscription.slot = takers.size();
  takers.push_back(&subscription);
  wants.push_back(0);
  ++wants_version;
  subscription.bind(*this);
}

void PublishedTrack::remove_taker(Subscription& subscription) {
  const std::size_t slot = subscription.slot;
  takers[slot] = takers.back();
  wants[slot] = wants.back();
  takers[slot]->slot = slot;
  takers.pop_back();
  wants.pop_back();
  ++wants_version;
  subscription.unbind();
}

}  // namespace vv::sfu
