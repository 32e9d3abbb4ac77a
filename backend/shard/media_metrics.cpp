#include "shard/media_metrics.hpp"

#include <string>

namespace vv::shard {

MediaMetrics::MediaMetrics()
    : received_(metrics().counter("visavis_shard_received_datagrams_total",
                                  "Datagrams read by the media threads")),
      unroutable_(metrics().counter("visavis_shard_unroutable_datagrams_total",
                                    "Datagrams from unknown sources")),
      forwarded_(metrics().counter("visavis_sfu_forwarded_packets_total",
                                   "RTP packets sent to subscribers")),
      send_dropped_(metrics().counter("visavis_shard_send_dropped_datagrams_total",
                                      "Datagrams the kernel did not take")),
      rooms_(metrics().gauge("visavis_sfu_rooms", "Open rooms")),
      transports_(metrics().gauge("visavis_sfu_transports", "Transports in rooms")) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const std::string reason{to_string(static_cast<sfu::DropReason>(i))};
    reasons_[i] = &metrics().counter("visavis_sfu_dropped_packets_total",
                                     "Media packets not forwarded, and feedback ignored",
                                     {{"reason", reason}});
  }
  for (std::size_t i = 0; i < peer_reasons_.size(); ++i) {
    const std::string reason{to_string(static_cast<rtc::DropReason>(i))};
    peer_reasons_[i] =
        &metrics().counter("visavis_rtc_dropped_datagrams_total",
                           "Datagrams that reached a peer and went nowhere", {{"reason", reason}});
  }
}

MediaMetrics::~MediaMetrics() {
  rooms_.add(-published_.rooms);
  transports_.add(-published_.transports);
}

void MediaMetrics::publish(const sfu::DropCounters& drops, const rtc::DropCounters& peers,
                           const Snapshot& now) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const std::uint64_t count = drops[static_cast<sfu::DropReason>(i)];
    if (count != published_drops_[i]) reasons_[i]->add(count - published_drops_[i]);
    published_drops_[i] = count;
  }
  for (std::size_t i = 0; i < peer_reasons_.size(); ++i) {
    if (peers[i] != published_peers_[i]) peer_reasons_[i]->add(peers[i] - published_peers_[i]);
  }
  published_peers_ = peers;
  received_.add(datagrams_received - published_received_);
  unroutable_.add(unroutable - published_unroutable_);
  forwarded_.add(now.forwarded - published_.forwarded);
  send_dropped_.add(now.send_dropped - published_.send_dropped);
  rooms_.add(now.rooms - published_.rooms);
  transports_.add(now.transports - published_.transports);
  published_received_ = datagrams_received;
  published_unroutable_ = unroutable;
  published_ = now;
}

}  // namespace vv::shard
