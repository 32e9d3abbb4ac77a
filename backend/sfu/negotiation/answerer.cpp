#include "sfu/negotiation/answerer.hpp"

#include <algorithm>

#include "sfu/negotiation/description.hpp"
#include "sfu/negotiation/media_policy.hpp"

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;

bool is_media(const sdp::Section& section) {
  return section.kind == sdp::MediaKind::Audio || section.kind == sdp::MediaKind::Video;
}

/// The client's name for the track (S-38): second token of msid, else the only one, else that of
/// ssrc.
std::string cid_of(const sdp::Section& section) {
  const sdp::Msid* msid = section.msids.empty() ? nullptr : &section.msids.front();
  if (msid == nullptr) {
    for (const sdp::Ssrc& source : section.ssrcs) {
      if (source.msid) msid = &*source.msid;
    }
  }
  if (msid == nullptr) return {};
  return msid->track.empty() ? msid->stream : msid->track;
}

void prefer(std::vector<sdp::Codec>& codecs, std::string_view wanted) {
  std::stable_partition(codecs.begin(), codecs.end(),
                        [wanted](const sdp::Codec& codec) { return known_codec(codec) == wanted; });
}

void tune_opus(std::vector<sdp::Codec>& codecs, const PublishOptions& options) {
  for (sdp::Codec& codec : codecs) {
    if (!codec.is("opus")) continue;
    if (options.dtx && codec.parameter("usedtx").empty()) {
      codec.fmtp += codec.fmtp.empty() ? "usedtx=1" : ";usedtx=1";
    }
    if (options.stereo && codec.parameter("stereo").empty()) {
      codec.fmtp += codec.fmtp.empty() ? "stereo=1" : ";stereo=1";
      codec.fmtp += ";maxaveragebitrate=510000";
    }
  }
}

/// Our half of simulcast (D-40): the same rids in the same order, received.
void answer_simulcast(const sdp::Section& offered, sdp::Section& answer) {
  for (const sdp::Rid& rid : offered.rids) {
    if (rid.direction == sdp::RidDirection::Send) {
      answer.rids.push_back(
          {.id = rid.id, .direction = sdp::RidDirection::Recv, .restrictions = {}});
    }
  }
  if (!offered.simulcast || offered.simulcast->send.empty()) return;
  sdp::Simulcast simulcast;
  for (const sdp::SimulcastStream& stream : offered.simulcast->send) {
    sdp::SimulcastStream& ours = simulcast.recv.emplace_back();
    for (const sdp::SimulcastRid& rid : stream) ours.push_back({.id = rid.id, .paused = false});
  }
  answer.simulcast = std::move(simulcast);
}

}  // namespace

Answerer::Answerer(LocalTransport local, Random& random)
    : local_(std::move(local)), random_(random), session_id_(random.u64() >> 2) {}

bool Answerer::sends(const Line& line) {
  return is_media(line.offered) && !line.offered.is_rejected() &&
         sdp::sends(line.offered.direction);
}

bool Answerer::is_free(const Line& line) {
  return is_media(line.offered) && !line.offered.is_rejected() && !line.sender &&
         !line.was_published && line.offered.direction == sdp::Direction::RecvOnly;
}

Answerer::Sender* Answerer::sender_of(const Line& line) {
  if (!line.sender) return nullptr;
  const auto sender = std::find_if(
      senders_.begin(), senders_.end(),
      [&line](const Sender& candidate) { return candidate.spec.subscription == *line.sender; });
  return sender == senders_.end() ? nullptr : &*sender;
}

Status Answerer::check_continuity(const sdp::SessionDescription& offer) const {
  if (offer.sections.size() < lines_.size())
    return invalid("sections of an earlier offer are missing");
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const sdp::Section& before = lines_[i].offered;
    const sdp::Section& now = offer.sections[i];
    const bool recycled = before.is_rejected();  // RFC 8829 §5.2.2 lets a rejected line change
    if (!recycled && (before.mid != now.mid || before.kind != now.kind)) {
      return invalid("sections changed their order");
    }
  }
  return {};
}

Result<OfferOutcome> Answerer::set_offer(std::string_view text) {
  VV_ASSIGN_OR_RETURN(sdp::SessionDescription offer, sdp::parse(text));
  if (offer.sections.empty()) return invalid("an offer without sections");
  VV_TRY(check_continuity(offer));
  VV_ASSIGN_OR_RETURN(const RemoteTransport remote, remote_transport(offer));
  if (remote_ && !(remote_->fingerprint == remote.fingerprint)) {
    return invalid("the fingerprint changed");  // threat-model M7
  }
  OfferOutcome outcome;
  outcome.is_first = !remote_;
  outcome.ice_restarted = remote_ && !(remote_->ice == remote.ice);
  // RFC 8842 §5.5: the roles of an association that stands do not change.
  const rtc::DtlsRole role = remote_ ? remote_->role : remote.role;
  remote_ = remote;
  remote_->role = role;
  outcome.remote = *remote_;
  allow_mixed_ = offer.extmap_allow_mixed;

  lines_.resize(std::max(lines_.size(), offer.sections.size()));
  for (std::size_t i = 0; i < offer.sections.size(); ++i) {
    Line& line = lines_[i];
    line.offered = std::move(offer.sections[i]);
    if (sends(line)) line.was_published = true;
    if (line.track && !sends(line)) {
      outcome.ended.push_back(*line.track);
      line.track.reset();
    }
  }
  detach_lost_senders();
  for (Sender& sender : senders_) {
    if (!sender.bound) attach(sender);
  }
  requested_ = {};
  dirty_ = false;
  return outcome;
}

void Answerer::detach_lost_senders() {
  for (Line& line : lines_) {
    if (!line.sender) continue;
    if (!line.offered.is_rejected() && sdp::receives(line.offered.direction)) continue;
    if (Sender* sender = sender_of(line)) {
      sender->bound = sender->exposed = false;
      // Its packets will be counted anew, and no number may come twice under one SSRC and key (RFC
      // 7714 §8.1).
      sender->streams = {.ssrc = fresh_ssrc(), .rtx_ssrc = fresh_ssrc()};
    }
    line.sender.reset();
  }
}

std::vector<PublishedSection> Answerer::unmatched() const {
  std::vector<PublishedSection> found;
  for (const Line& line : lines_) {
    if (!sends(line) || line.track) continue;
    found.push_back({.mid = line.offered.mid,
                     .kind = media_kind(line.offered.kind),
                     .cid = cid_of(line.offered)});
  }
  return found;
}

void Answerer::bind_track(std::string_view mid, TrackId track, PublishOptions options) {
  for (Line& line : lines_) {
    if (line.offered.mid != mid || !sends(line)) continue;
    line.track = track;
    line.publish = std::move(options);
    return;
  }
}

void Answerer::unbind_track(TrackId track) {
  for (Line& line : lines_) {
    if (line.track == track) line.track.reset();
  }
}

std::vector<ReceiverConfig> Answerer::receivers() const {
  // Threat-model M11.
  constexpr std::size_t kMaxLayers = 3;
  std::vector<ReceiverConfig> configs;
  for (const Line& line : lines_) {
    if (!line.track) continue;
    ReceiverConfig config;
    config.track = *line.track;
    config.mid = line.offered.mid;
    config.kind = media_kind(line.offered.kind);
    config.codecs = codec_configs(accepted_codecs(line.offered, Purpose::Receive));
    config.rids = rids_low_to_high(line.offered);
    if (config.rids.size() > kMaxLayers) config.rids.resize(kMaxLayers);
    if (config.rids.empty()) config.ssrcs = streams_of(line.offered);
    if (config.ssrcs.size() > kMaxLayers) config.ssrcs.resize(kMaxLayers);
    config.extensions = extension_ids(accepted_extensions(line.offered, Purpose::Receive));
    configs.push_back(std::move(config));
  }
  return configs;
}

bool Answerer::add_sender(SenderSpec spec) {
  if (senders_.size() >= kMaxSenders) return false;
  Sender& sender = senders_.emplace_back();
  sender.spec = std::move(spec);
  sender.streams = {.ssrc = fresh_ssrc(), .rtx_ssrc = fresh_ssrc()};
  attach(sender);
  dirty_ = true;
  return true;
}

bool Answerer::attach(Sender& sender) {
  for (Line& line : lines_) {
    if (!is_free(line) || media_kind(line.offered.kind) != sender.spec.kind) continue;
    line.sender = sender.spec.subscription;
    sender.bound = true;
    return true;
  }
  return false;
}

void Answerer::remove_sender(SubscriptionId subscription) {
  const auto found = std::find_if(
      senders_.begin(), senders_.end(),
      [subscription](const Sender& sender) { return sender.spec.subscription == subscription; });
  if (found == senders_.end()) return;
  senders_.erase(found);
  for (Line& line : lines_) {
    if (line.sender == subscription) line.sender.reset();
  }
  dirty_ = true;
}

Requirement Answerer::outstanding() const {
  Requirement missing;
  for (const Sender& sender : senders_) {
    if (sender.bound) continue;
    ++(sender.spec.kind == MediaKind::Audio ? missing.audios : missing.videos);
  }
  return missing;
}

std::optional<Requirement> Answerer::take_requirement() {
  if (!remote_) return std::nullopt;
  const Requirement missing = outstanding();
  const bool more = missing.audios > requested_.audios || missing.videos > requested_.videos;
  if (!dirty_ && !more) return std::nullopt;
  const auto beyond = [](std::uint32_t wanted, std::uint32_t asked) {
    return wanted > asked ? wanted - asked : 0;
  };
  const Requirement request{.audios = beyond(missing.audios, requested_.audios),
                            .videos = beyond(missing.videos, requested_.videos)};
  requested_ = missing;
  dirty_ = false;
  return request;
}

sdp::Section Answerer::answer_line(const Line& line) {
  const sdp::Section& offered = line.offered;
  const sdp::Setup setup =
      remote_->role == rtc::DtlsRole::Client ? sdp::Setup::Active : sdp::Setup::Passive;
  sdp::Section answer = section_of(offered.kind, offered.mid, local_, setup);
  answer.media = offered.media;
  answer.protocol = offered.protocol;
  answer.formats = offered.formats;
  if (offered.kind == sdp::MediaKind::Application && !offered.is_rejected()) {
    add_data(answer);
    answer.protocol = offered.protocol;
    return answer;
  }
  const bool published = sends(line);
  const Purpose purpose = published ? Purpose::Receive : Purpose::Send;
  answer.codecs = accepted_codecs(offered, purpose);
  if (offered.is_rejected() || !is_media(offered) || answer.codecs.empty()) {
    answer.port = 0;
    answer.codecs = offered.codecs;  // an m-line needs formats, also a rejected one
    return answer;
  }
  answer.extensions = known_extensions(offered);
  const Sender* sender = published ? nullptr : sender_of(line);
  if (sender == nullptr || !sender->spec.playout.is_asked_for())
    leave_out_playout(answer.extensions);
  if (published) {
    answer.direction = sdp::Direction::RecvOnly;
    if (line.track) {
      if (!line.publish.codec.empty()) prefer(answer.codecs, line.publish.codec);
      tune_opus(answer.codecs, line.publish);
    }
    answer_simulcast(offered, answer);
  } else if (sender != nullptr) {
    negotiation::add_sender(answer, sender->spec, sender->streams);
  }
  return answer;
}

Answer Answerer::answer() {
  VV_CHECK(remote_.has_value(), "an answer follows an offer");
  Answer result;
  std::vector<sdp::Section> sections;
  for (const Line& line : lines_) {
    sdp::Section section = answer_line(line);
    Sender* sender = sender_of(line);
    if (sender != nullptr && !section.is_rejected()) {
      result.mid_to_track[section.mid] = sender->spec.track_sid;
      if (!sender->exposed) {
        result.bound.push_back(
            {sender->spec.subscription,
             sender_config(line.offered, section.codecs, sender->spec, sender->streams)});
        sender->exposed = true;
      }
    }
    sections.push_back(std::move(section));
  }
  sdp::SessionDescription description = session_of(session_id_, ++version_, std::move(sections));
  description.extmap_allow_mixed = allow_mixed_;
  result.sdp = sdp::serialise(description);
  return result;
}

std::uint32_t Answerer::fresh_ssrc() {
  // A collision with the client's own SSRCs is as unlikely as in any RTP session (RFC 3550 §8.1);
  // among our own we make sure.
  for (;;) {
    const std::uint32_t ssrc = random_.u32();
    const bool taken = std::any_of(senders_.begin(), senders_.end(), [ssrc](const Sender& sender) {
      return sender.streams.ssrc == ssrc || sender.streams.rtx_ssrc == ssrc;
    });
    if (ssrc != 0 && !taken) return ssrc;
  }
}

}  // namespace vv::sfu::negotiation
