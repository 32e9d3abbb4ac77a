// What publishers are asked to send: which layers anybody wants, and in which codec
// (livekit-wire.md 3.11, S-41).
#include <algorithm>
#include <array>

#include "base/log.hpp"
#include "signaling/livekit/codec_names.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

void add_codec(pb::SubscribedQualityUpdate& update, const std::string& codec, int highest) {
  pb::SubscribedCodec& entry = *update.add_subscribed_codecs();
  entry.set_codec(codec);
  for (const pb::VideoQuality quality : {pb::LOW, pb::MEDIUM, pb::HIGH}) {
    pb::SubscribedQuality& layer = *entry.add_qualities();
    layer.set_quality(quality);
    layer.set_enabled(static_cast<int>(quality) <= highest);
  }
}

bool decodes(const sfu::SenderConfig& config, const std::string& codec) {
  return std::any_of(config.codecs.begin(), config.codecs.end(),
                     [&codec](const sfu::CodecConfig& c) { return c.name == codec; });
}

}  // namespace

void Room::note_demand(sfu::TrackId track) {
  demands_.insert(track);
  context_.updates_wait = true;
}

void Room::tell_demands(Instant now) {
  const std::set<sfu::TrackId> changed = std::exchange(demands_, {});
  for (const auto& publisher : participants_) {
    for (const auto& track : publisher->tracks) {
      if (!track->published || track->info.type() != pb::VIDEO) continue;
      if (changed.contains(track->id)) measure_demand(now, *track);
      bool is_news = track->demand.settle(now);
      if (track->backup) is_news = track->backup->demand.settle(now) || is_news;
      if (is_news) tell_demand(*publisher, *track);
    }
  }
}

void Room::measure_demand(Instant now, Track& track) const {
  // What a narrow link keeps from somebody is wanted all the same: a layer that nobody sends has no
  // rate that could be weighed against what the link carries later.
  int wanted = LayerDemand::kNothing;
  int backup = LayerDemand::kNothing;
  for (const auto& subscriber : participants_) {
    const auto found = subscriber->subscriptions.find(track.id);
    if (found == subscriber->subscriptions.end() || found->second.paused) continue;
    int& highest = found->second.source == track.id ? wanted : backup;
    highest =
        std::max(highest, std::min<int>(found->second.limit.spatial, LayerDemand::kEverything));
    if (wanted == LayerDemand::kEverything && !track.backup) break;
  }
  track.demand.want(now, wanted);
  if (track.backup) track.backup->demand.want(now, backup);
}

void Room::tell_demand(Participant& publisher, Track& track) {
  track.demand_told = true;
  pb::SignalResponse message;
  pb::SubscribedQualityUpdate& update = *message.mutable_subscribed_quality_update();
  update.set_track_sid(track.info.sid());
  add_codec(update, codec_name(track.info.mime_type()), track.demand.told());
  *update.mutable_subscribed_qualities() = update.subscribed_codecs(0).qualities();
  if (track.backup) {
    add_codec(update, codec_name(track.info.codecs(track.backup->index).mime_type()),
              track.backup->demand.told());
  }
  send(publisher, message);
}

sfu::TrackId Room::source_for(const Track& track, const Subscription& subscription) {
  const auto decodes = [&subscription](const std::string& mime) {
    const auto& codecs = subscription.codecs;
    return std::find(codecs.begin(), codecs.end(), codec_name(mime)) != codecs.end();
  };
  if (!track.backup || !decodes(track.info.codecs(track.backup->index).mime_type()))
    return track.id;
  const bool rests = track.backup->for_all && track.backup->published;
  return rests || !decodes(track.info.mime_type()) ? track.backup->id : track.id;
}

void Room::settle_codecs(Track& track) {
  if (!track.backup) return;
  for (const auto& subscriber : participants_) {
    const auto found = subscriber->subscriptions.find(track.id);
    if (found == subscriber->subscriptions.end() || !found->second.sending) continue;
    Subscription& subscription = found->second;
    const sfu::TrackId source = source_for(track, subscription);
    if (std::exchange(subscription.source, source) == source) continue;
    context_.media.post(sfu::SetSource{id_, subscription.id, source});
  }
  note_demand(track.id);
}

void Room::choose_codec(Track& track, Subscription& subscription, const sfu::SenderConfig& config) {
  subscription.source = track.id;
  note_demand(track.id);
  if (track.info.type() != pb::VIDEO) return;
  subscription.codecs.clear();
  for (const sfu::CodecConfig& codec : config.codecs) subscription.codecs.push_back(codec.name);
  const bool needs_backup = !decodes(config, codec_name(track.info.mime_type()));
  for (int i = 1; needs_backup && i < track.info.codecs_size(); ++i) {
    if (track.backup && track.backup->index != i) continue;  // one is enough for everybody
    if (!decodes(config, codec_name(track.info.codecs(i).mime_type()))) continue;
    if (!track.backup) {
      track.backup.emplace();
      track.backup->id = sfu::TrackId{context_.next_number()};
      track.backup->index = i;
    }
    // S-62: in a small room one codec that all decode costs the publisher less than two.
    if (track.info.backup_codec_policy() != pb::SIMULCAST &&
        independent_participants() < kTwoCodecsFrom && !std::exchange(track.backup->for_all, true))
      settle_codecs(track);
    break;
  }
  subscription.source = source_for(track, subscription);
}

void Room::on_backup_codec(Participant& participant, const pb::AddTrackRequest& request) {
  Track& track = *participant.find_track(request.sid());
  const pb::SimulcastCodec& codec = request.simulcast_codecs(0);
  const std::string mime = mime_of(pb::VIDEO, codec.codec());
  auto& codecs = *track.info.mutable_codecs();
  int index = 1;
  while (index < codecs.size() && codecs[index].mime_type() != mime) ++index;
  if (index == codecs.size()) codecs.Add()->set_mime_type(mime);
  pb::SimulcastCodecInfo& entry = codecs[index];
  entry.set_cid(codec.cid().empty() ? request.cid() : codec.cid());
  *entry.mutable_layers() = codec.layers().empty() ? request.layers() : codec.layers();
  entry.set_video_layer_mode(codec.video_layer_mode() == pb::VideoLayer::MODE_UNUSED
                                 ? pb::VideoLayer::ONE_SPATIAL_LAYER_PER_STREAM
                                 : codec.video_layer_mode());
  pb::SignalResponse message;
  message.mutable_track_published()->set_cid(request.cid());
  *message.mutable_track_published()->mutable_track() = track.info;
  send(participant, message);
  match_sections(participant);
}

bool Room::match_backup(Participant& participant,
                        const sfu::negotiation::PublishedSection& section) {
  if (section.kind != sfu::MediaKind::Video || section.cid.empty()) return false;
  for (const auto& track : participant.tracks) {
    for (int i = 1; i < track->info.codecs_size(); ++i) {
      pb::SimulcastCodecInfo& codec = *track->info.mutable_codecs(i);
      if (codec.cid() != section.cid || section.cid == track->cid) continue;
      if (!track->backup) {
        track->backup.emplace();
        track->backup->id = sfu::TrackId{context_.next_number()};
        track->backup->index = i;
      }
      if (track->backup->published || track->backup->index != i) continue;
      track->backup->published = true;
      settle_codecs(*track);
      participant.answerer->bind_track(
          section.mid, track->backup->id,
          {.codec = codec_name(codec.mime_type()), .dtx = false, .stereo = false});
      codec.set_mid(section.mid);
      for (pb::TrackInfo& info : *participant.info.mutable_tracks()) {
        if (info.sid() == track->info.sid()) *info.mutable_codecs() = track->info.codecs();
      }
      log::info("backup codec published",
                {{"room", name_}, {"sid", track->info.sid()}, {"mime", codec.mime_type()}});
      return true;
    }
  }
  return false;
}

void Room::end_backup(Participant& participant, Track& track) {
  track.backup->published = false;
  settle_codecs(track);
  participant.answerer->unbind_track(track.backup->id);
  context_.media.post(sfu::RemoveTrack{id_, track.backup->id});
}

}  // namespace vv::signaling
