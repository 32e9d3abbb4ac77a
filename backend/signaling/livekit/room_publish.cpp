// Tracks from AddTrack to unpublish (livekit-wire.md 3.9, 3.13).
#include <algorithm>
#include <cctype>

#include "base/log.hpp"
#include "signaling/livekit/codec_names.hpp"
#include "signaling/livekit/grants.hpp"
#include "signaling/livekit/room.hpp"
#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kRed = "red";

std::string default_stream(pb::TrackSource source) {
  switch (source) {
    case pb::CAMERA:
    case pb::MICROPHONE:
      return "camera";
    case pb::SCREEN_SHARE:
    case pb::SCREEN_SHARE_AUDIO:
      return "screen";
    default:
      return "unknown";
  }
}

/// S-43: what the layers of that codec are when the client does not say.
pb::VideoLayer::Mode layer_mode(pb::VideoLayer::Mode said, std::string_view codec) {
  if (said != pb::VideoLayer::MODE_UNUSED) return said;
  const std::string name = codec_name(codec);
  return name == "vp9" || name == "av1" ? pb::VideoLayer::MULTIPLE_SPATIAL_LAYERS_PER_STREAM
                                        : pb::VideoLayer::ONE_SPATIAL_LAYER_PER_STREAM;
}

void sort_layers(google::protobuf::RepeatedPtrField<pb::VideoLayer>& layers) {
  std::sort(layers.begin(), layers.end(), [](const pb::VideoLayer& a, const pb::VideoLayer& b) {
    return a.quality() < b.quality();
  });
}

bool has_feature(const pb::AddTrackRequest& request, pb::AudioTrackFeature feature) {
  const auto& features = request.audio_features();
  return std::find(features.begin(), features.end(), feature) != features.end();
}

pb::TrackInfo info_of(const pb::AddTrackRequest& request, std::string sid) {
  pb::TrackInfo info;
  info.set_sid(std::move(sid));
  info.set_type(request.type());
  info.set_name(request.name());
  info.set_muted(request.muted());
  info.set_width(request.width());
  info.set_height(request.height());
  info.set_source(request.source());
  *info.mutable_layers() = request.layers();
  sort_layers(*info.mutable_layers());
  info.set_encryption(request.encryption());
  info.set_stream(request.stream().empty() ? default_stream(request.source()) : request.stream());
  info.set_backup_codec_policy(request.backup_codec_policy());
  *info.mutable_packet_trailer_features() = request.packet_trailer_features();
  if (request.type() == pb::AUDIO) {
    // Frames that are encrypted end to end cannot be opened for who does not speak RED.
    info.set_disable_red(request.disable_red() || request.encryption() != pb::Encryption::NONE);
    *info.mutable_audio_features() = request.audio_features();
    if (request.stereo() && !has_feature(request, pb::TF_STEREO))
      info.add_audio_features(pb::TF_STEREO);
    if (request.disable_dtx() && !has_feature(request, pb::TF_NO_DTX))
      info.add_audio_features(pb::TF_NO_DTX);
    info.set_stereo(request.stereo() || has_feature(request, pb::TF_STEREO));
    info.set_disable_dtx(request.disable_dtx() || has_feature(request, pb::TF_NO_DTX));
    return info;
  }
  for (const pb::SimulcastCodec& codec : request.simulcast_codecs()) {
    pb::SimulcastCodecInfo& entry = *info.add_codecs();
    entry.set_mime_type(codec.codec().empty() ? "" : mime_of(pb::VIDEO, codec.codec()));
    entry.set_cid(codec.cid());
    *entry.mutable_layers() = codec.layers().empty() ? info.layers() : codec.layers();
    sort_layers(*entry.mutable_layers());
    entry.set_video_layer_mode(layer_mode(codec.video_layer_mode(), codec.codec()));
  }
  info.set_simulcast(info.layers_size() > 1);
  return info;
}

void stamp(pb::TrackInfo& info, Random& random) {
  info.mutable_version()->set_ticks(static_cast<std::int32_t>(random.below(1'000)) + 1 +
                                    info.version().ticks());
}

}  // namespace

void Room::on_add_track(Participant& participant, const pb::AddTrackRequest& request) {
  const auto refuse = [&](pb::RequestResponse::Reason reason, const char* message) {
    pb::RequestResponse response;
    response.set_reason(reason);
    response.set_message(message);
    *response.mutable_add_track() = request;
    respond(participant, std::move(response));
  };
  if (request.type() != pb::AUDIO && request.type() != pb::VIDEO)
    return refuse(pb::RequestResponse::UNSUPPORTED_TYPE, "unsupported track type");
  if (!may_publish(participant.info.permission(), request.source())) {
    return refuse(pb::RequestResponse::NOT_ALLOWED,
                  "does not have permission to publish own track");
  }
  if (!request.sid().empty()) {
    const Track* track = participant.find_track(request.sid());
    if (track == nullptr) return refuse(pb::RequestResponse::NOT_FOUND, "there is no such track");
    if (request.type() != pb::VIDEO || track->info.type() != pb::VIDEO ||
        request.simulcast_codecs().empty() || track->info.codecs_size() >= kMaxCodecs)
      return refuse(pb::RequestResponse::UNSUPPORTED_TYPE, "not a backup codec");
    return on_backup_codec(participant, request);
  }
  const auto pending = std::count_if(participant.tracks.begin(), participant.tracks.end(),
                                     [](const auto& t) { return !t->published; });
  // Threat-model section 4.
  const std::size_t published = participant.tracks.size() - static_cast<std::size_t>(pending);
  const bool too_many =
      published >= kMaxPublished || static_cast<std::size_t>(pending) >= kMaxPending;
  if (too_many) return refuse(pb::RequestResponse::LIMIT_EXCEEDED, "too many tracks");
  const bool taken = std::any_of(participant.tracks.begin(), participant.tracks.end(),
                                 [&request](const auto& track) {
                                   return !request.cid().empty() && track->cid == request.cid();
                                 });
  if (taken) {
    if (participant.queued_tracks.size() >= kMaxQueued)
      return refuse(pb::RequestResponse::LIMIT_EXCEEDED, "too many tracks");
    participant.queued_tracks.push_back(request);
    return refuse(pb::RequestResponse::QUEUED, "");
  }
  auto track = std::make_unique<Track>();
  track->id = sfu::TrackId{context_.next_number()};
  track->publisher = participant.id;
  track->cid = request.cid();
  track->info = info_of(request, make_track_sid(request.type(), request.source(), context_.random));
  stamp(track->info, context_.random);
  pb::SignalResponse message;
  message.mutable_track_published()->set_cid(request.cid());
  *message.mutable_track_published()->mutable_track() = track->info;
  publishers_[track->info.sid()] = &participant;
  participant.tracks.push_back(std::move(track));
  send(participant, message);
  match_sections(participant);  // its section may have come first (3.9, step 3)
}

void Room::match_sections(Participant& participant) {
  const std::vector<sfu::negotiation::PublishedSection> sections =
      participant.answerer->unmatched();
  std::vector<Track*> bound;
  std::size_t published =
      static_cast<std::size_t>(std::count_if(participant.tracks.begin(), participant.tracks.end(),
                                             [](const auto& t) { return t->published; }));
  bool is_backup = false;
  for (const auto& section : sections) {
    if (match_backup(participant, section)) {
      is_backup = true;
      continue;
    }
    const pb::TrackType type = section.kind == sfu::MediaKind::Video ? pb::VIDEO : pb::AUDIO;
    const auto is_free = [type, &bound](const Track& track) {
      return !track.published && track.info.type() == type &&
             std::find(bound.begin(), bound.end(), &track) == bound.end();
    };
    const auto find_by = [&](auto&& matches) -> Track* {
      for (const auto& track : participant.tracks) {
        if (is_free(*track) && matches(*track)) return track.get();
      }
      return nullptr;
    };
    // S-38, in this order.
    Track* track =
        find_by([&](const Track& t) { return !section.cid.empty() && t.cid == section.cid; });
    if (track == nullptr) {
      track = find_by([&](const Track& t) {
        return std::any_of(t.info.codecs().begin(), t.info.codecs().end(),
                           [&](const pb::SimulcastCodecInfo& c) {
                             return !section.cid.empty() && c.cid() == section.cid;
                           });
      });
    }
    if (track == nullptr) track = find_by([](const Track&) { return true; });
    if (track == nullptr || published >= kMaxPublished) continue;
    ++published;
    bound.push_back(track);
    sfu::negotiation::PublishOptions options;
    options.dtx = !track->info.disable_dtx();
    options.stereo = track->info.stereo();
    if (track->info.codecs_size() > 0)
      options.codec = codec_name(track->info.codecs(0).mime_type());
    if (track->info.type() == pb::AUDIO && !track->info.disable_red() && options.codec.empty()) {
      options.codec = kRed;  // D-31: whoever loses a packet has it in the next
    }
    participant.answerer->bind_track(section.mid, track->id, std::move(options));
    if (section.cid != track->cid && track->info.codecs_size() > 0)
      track->info.mutable_codecs(0)->set_sdp_cid(section.cid);
  }
  if (is_backup) {
    post_receivers(participant);
    for (const auto& track : participant.tracks) {
      if (track->backup && track->info.muted())
        context_.media.post(sfu::SetTrackMuted{id_, track->backup->id, true});
    }
    broadcast(participant);
  }
  if (bound.empty()) {
    // Sections may have changed (SSRCs, layers, or one fewer); the media plane compares.
    if (participant.publisher_added) post_receivers(participant);
    return;
  }
  post_receivers(participant);
  const std::vector<sfu::ReceiverConfig> configs = participant.answerer->receivers();
  for (Track* track : bound) {
    for (const sfu::ReceiverConfig& config : configs) {
      if (config.track == track->id) publish(participant, *track, config);
    }
  }
}

void Room::publish(Participant& participant, Track& track, const sfu::ReceiverConfig& config) {
  track.published = true;
  pb::TrackInfo& info = track.info;
  std::string codec = config.codecs.empty() ? "" : config.codecs.front().name;
  if (info.codecs_size() > 0 && !info.codecs(0).mime_type().empty()) {
    const std::string wanted = codec_name(info.codecs(0).mime_type());
    const bool agreed = std::any_of(config.codecs.begin(), config.codecs.end(),
                                    [&wanted](const auto& c) { return c.name == wanted; });
    if (agreed) codec = wanted;
  } else if (info.type() == pb::AUDIO && !info.disable_red()) {
    const bool has_red = std::any_of(config.codecs.begin(), config.codecs.end(),
                                     [](const auto& c) { return c.name == kRed; });
    if (has_red) codec = kRed;
  }
  info.set_mime_type(mime_of(info.type(), codec));
  info.set_mid(config.mid);
  if (info.codecs_size() == 0) {
    pb::SimulcastCodecInfo& entry = *info.add_codecs();
    entry.set_cid(track.cid);
    *entry.mutable_layers() = info.layers();
    if (info.type() == pb::VIDEO)
      entry.set_video_layer_mode(layer_mode(pb::VideoLayer::MODE_UNUSED, codec));
  }
  info.mutable_codecs(0)->set_mime_type(info.mime_type());
  info.mutable_codecs(0)->set_mid(config.mid);
  if (info.muted()) context_.media.post(sfu::SetTrackMuted{id_, track.id, true});
  *participant.info.add_tracks() = info;
  participant.info.set_is_publisher(true);
  note_demand(track.id);
  log::info("track published", {{"room", name_},
                                {"sid", info.sid()},
                                {"mime", info.mime_type()},
                                {"layers", config.rids.size()}});
  broadcast(participant);
  reconcile_all(participant);
  if (settings_.echo) echo_track(participant, track);
  announce("track_published", &participant, &info);
  room_changed(false);
}

void Room::unpublish(Participant& participant, sfu::TrackId id) {
  for (const auto& other : participant.tracks) {
    if (other->backup && other->backup->id == id) return end_backup(participant, *other);
  }
  Track* track = participant.find_track(id);
  if (track == nullptr) return;
  if (track->backup) end_backup(participant, *track);
  const std::string sid = track->info.sid();
  if (track->published) announce("track_unpublished", &participant, &track->info);
  participant.answerer->unbind_track(id);
  context_.media.post(sfu::RemoveTrack{id_, id});
  for (const auto& other : participants_) {
    unsubscribe(*other, id);
  }
  forget_echoes(id);
  publishers_.erase(sid);
  std::erase_if(participant.tracks, [id](const auto& candidate) { return candidate->id == id; });
  auto& tracks = *participant.info.mutable_tracks();
  tracks.erase(std::remove_if(tracks.begin(), tracks.end(),
                              [&sid](const pb::TrackInfo& t) { return t.sid() == sid; }),
               tracks.end());
  participant.info.set_is_publisher(!tracks.empty());
  log::info("track unpublished", {{"room", name_}, {"sid", sid}});
  broadcast(participant);
  for (const auto& other : participants_) {
    if (other.get() != &participant || settings_.echo) negotiate_soon(*other);
  }
  room_changed(false);
  release_queued(participant);
}

void Room::release_queued(Participant& participant) {
  if (participant.queued_tracks.empty()) return;
  const pb::AddTrackRequest next = std::move(participant.queued_tracks.front());
  participant.queued_tracks.pop_front();
  on_add_track(participant, next);
}

void Room::set_muted(Participant& participant, Track& track, bool muted) {
  if (track.info.muted() == muted) return;
  track.info.set_muted(muted);
  if (!track.published) return;
  context_.media.post(
      sfu::SetTrackMuted{id_, track.id, muted, muted ? silence_of(track) : ByteVector{}});
  if (track.backup && track.backup->published)
    context_.media.post(sfu::SetTrackMuted{id_, track.backup->id, muted});
  for (pb::TrackInfo& info : *participant.info.mutable_tracks()) {
    if (info.sid() == track.info.sid()) info.set_muted(muted);
  }
  broadcast(participant);
}

ByteVector Room::silence_of(const Track& track) const {
  if (track.info.type() != pb::AUDIO) return {};
  ByteVector frame{0xF8, 0xFF, 0xFE};  // RFC 6716: 20 ms of CELT that say nothing
  if (track.info.encryption() != pb::Encryption::NONE) {
    // Its keys are not ours. The trailer tells clients that there is nothing to decrypt.
    const Bytes trailer = as_bytes(sif_trailer_);
    frame.insert(frame.end(), trailer.begin(), trailer.end());
  }
  return frame;
}

void Room::mute_by_admin(Participant& participant, Track& track, bool muted) {
  set_muted(participant, track, muted);
  pb::SignalResponse message;
  message.mutable_mute()->set_sid(track.info.sid());
  message.mutable_mute()->set_muted(muted);
  send(participant, message);
}

}  // namespace vv::signaling
