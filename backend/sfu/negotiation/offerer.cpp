#include "sfu/negotiation/offerer.hpp"

#include <algorithm>

#include "sfu/negotiation/description.hpp"
#include "sfu/negotiation/media_policy.hpp"

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;

constexpr std::size_t kMaxSenders = 120;
constexpr const char* kDataMid = "0";

}  // namespace

Offerer::Offerer(LocalTransport local, Random& random)
    : local_(std::move(local)), random_(random), session_id_(random.u64() >> 2) {}

Offerer::Sender* Offerer::find(SubscriptionId subscription) {
  const auto found = std::find_if(
      senders_.begin(), senders_.end(),
      [subscription](const Sender& sender) { return sender.spec.subscription == subscription; });
  return found == senders_.end() ? nullptr : &*found;
}

bool Offerer::add_sender(SenderSpec spec) {
  if (senders_.size() >= kMaxSenders) return false;
  const auto fresh = [this] { return random_.u32() | 1U; };
  Sender& sender = senders_.emplace_back();
  sender.spec = std::move(spec);
  sender.streams.ssrc = fresh();
  do sender.streams.rtx_ssrc = fresh();
  while (sender.streams.rtx_ssrc == sender.streams.ssrc);
  dirty_ = true;
  const auto idle = std::find_if(lines_.begin(), lines_.end(), [&sender](const Line& line) {
    return !line.sender && line.kind == sender.spec.kind;
  });
  if (idle != lines_.end()) {
    idle->sender = sender.spec.subscription;
    return true;
  }
  lines_.push_back({.mid = std::to_string(lines_.size() + 1),
                    .kind = sender.spec.kind,
                    .sender = sender.spec.subscription});
  return true;
}

void Offerer::remove_sender(SubscriptionId subscription) {
  std::erase_if(senders_,
                [subscription](const Sender& s) { return s.spec.subscription == subscription; });
  for (Line& line : lines_) {
    if (line.sender != subscription) continue;
    line.sender.reset();
    dirty_ = true;
  }
}

void Offerer::restart_ice(rtc::IceCredentials ice) {
  local_.ice = std::move(ice);
  dirty_ = true;
  waiting_ = false;  // an unanswered offer of the old credentials is void
}

sdp::Section Offerer::offer_line(const Line& line) {
  const sdp::MediaKind kind =
      line.kind == MediaKind::Audio ? sdp::MediaKind::Audio : sdp::MediaKind::Video;
  sdp::Section section = section_of(kind, line.mid, local_, sdp::Setup::ActPass);
  section.codecs = own_codecs(line.kind);
  section.extensions = own_extensions(line.kind);
  Sender* sender = line.sender ? find(*line.sender) : nullptr;
  if (sender == nullptr || !sender->spec.playout.is_asked_for())
    leave_out_playout(section.extensions);
  if (sender == nullptr) return section;
  sender->offered = true;
  negotiation::add_sender(section, sender->spec, sender->streams);
  return section;
}

std::string Offerer::offer() {
  std::vector<sdp::Section> sections;
  sections.push_back(
      section_of(sdp::MediaKind::Application, kDataMid, local_, sdp::Setup::ActPass));
  add_data(sections.back());
  for (const Line& line : lines_) sections.push_back(offer_line(line));
  dirty_ = false;
  waiting_ = true;
  sdp::SessionDescription description = session_of(session_id_, ++version_, std::move(sections));
  description.extmap_allow_mixed = true;
  return sdp::serialise(description);
}

MidToTrack Offerer::mid_to_track() const {
  MidToTrack map;
  for (const Line& line : lines_) {
    for (const Sender& sender : senders_) {
      if (line.sender == sender.spec.subscription) map[line.mid] = sender.spec.track_sid;
    }
  }
  return map;
}

Result<AnswerOutcome> Offerer::set_answer(std::string_view text) {
  if (!waiting_) return invalid("an answer without an offer");
  VV_ASSIGN_OR_RETURN(const sdp::SessionDescription answer, sdp::parse(text));
  VV_ASSIGN_OR_RETURN(const RemoteTransport remote, remote_transport(answer));
  if (remote_ && !(remote_->fingerprint == remote.fingerprint))
    return invalid("the fingerprint changed");
  AnswerOutcome outcome;
  outcome.is_first = !remote_;
  outcome.ice_restarted = remote_ && !(remote_->ice == remote.ice);
  const rtc::DtlsRole role = remote_ ? remote_->role : remote.role;
  remote_ = remote;
  remote_->role = role;
  outcome.remote = *remote_;
  waiting_ = false;
  for (Line& line : lines_) {
    Sender* sender = line.sender ? find(*line.sender) : nullptr;
    if (sender == nullptr || sender->bound || !sender->offered) continue;
    const sdp::Section* section = answer.section(line.mid);
    if (section == nullptr) continue;  // it came after this offer
    const std::vector<sdp::Codec> codecs = accepted_codecs(*section, Purpose::Send);
    const bool taken =
        !section->is_rejected() && sdp::receives(section->direction) && !codecs.empty();
    if (!taken) {
      outcome.refused.push_back(*line.sender);
      continue;
    }
    sender->bound = true;
    outcome.bound.push_back(
        {*line.sender, sender_config(*section, codecs, sender->spec, sender->streams)});
  }
  for (const SubscriptionId refused : outcome.refused) remove_sender(refused);
  return outcome;
}

}  // namespace vv::sfu::negotiation
