#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "rtc/sdp/session_description.hpp"
#include "sfu/negotiation/types.hpp"

namespace vv::sfu::negotiation {

/// A section through which the client sends.
struct PublishedSection {
  std::string mid;
  MediaKind kind = MediaKind::Audio;
  std::string cid;  ///< the track's id in the client's SDP; empty when it does not say
};

/// How a published track shall be encoded (livekit-wire.md D-31, D-32).
struct PublishOptions {
  std::string codec;  ///< lower-case name asked for by the client, moved to the front; or empty
  bool dtx = true;
  bool stereo = false;
};

/// What one offer changed.
struct OfferOutcome {
  RemoteTransport remote;
  bool is_first = false;
  bool ice_restarted = false;
  std::vector<TrackId> ended;  ///< tracks whose sections stopped sending
};

struct Answer {
  std::string sdp;
  MidToTrack mid_to_track;
  std::vector<BoundSender>
      bound;  ///< senders that this answer tells the client of for the first time
};

/// The side that answers: of the single transport, and of the publisher's in dual mode.
///
/// Every negotiation is the client's offer (S-25). Tracks for the client go on receive-only
/// sections that it offered; for missing ones `take_requirement` says how many to ask for
/// (S-26…S-37c).
///
/// Owns:    which section carries what, our SSRCs, the description's version.
/// Not its: matching sections with AddTrack requests (signaling); credentials.
/// Bounds:  sections and bytes as rtc/sdp bounds them; kMaxSenders senders.
class Answerer {
 public:
  static constexpr std::size_t kMaxSenders = 120;

  /// @param random  for SSRCs and the session id; outlives this
  Answerer(LocalTransport local, Random& random);

  /// Takes an offer and gives unbound senders the sections that became free. Nothing changes when
  /// it is refused: `invalid` with the reason.
  [[nodiscard]] Result<OfferOutcome> set_offer(std::string_view sdp);
  /// Our credentials from the next answer on, after an ICE restart.
  void set_local_ice(rtc::IceCredentials ice) { local_.ice = std::move(ice); }
  /// Our addresses, likewise.
  void set_candidates(std::vector<rtc::sdp::Candidate> candidates) {
    local_.candidates = std::move(candidates);
  }
  /// Sections that send and have no track yet, in SDP order.
  [[nodiscard]] std::vector<PublishedSection> unmatched() const;
  /// The section carries that track from now on. Unknown mids are ignored.
  void bind_track(std::string_view mid, TrackId track, PublishOptions options);
  void unbind_track(TrackId track);
  /// All tracks that the client sends, as agreed.
  [[nodiscard]] std::vector<ReceiverConfig> receivers() const;

  /// False when there are too many.
  bool add_sender(SenderSpec sender);
  void remove_sender(SubscriptionId subscription);

  /// The answer to the last offer; call it once an offer.
  [[nodiscard]] Answer answer();
  /// What to ask the client for; nothing when nothing changed since the last request or answer, or
  /// while there was no offer.
  [[nodiscard]] std::optional<Requirement> take_requirement();

 private:
  struct Line {  // one m-line, seen from us
    rtc::sdp::Section offered;
    std::optional<TrackId> track;
    PublishOptions publish;
    bool was_published = false;
    std::optional<SubscriptionId> sender;
  };
  struct Sender {
    SenderSpec spec;
    SsrcPair streams;
    bool bound = false;    // has a line
    bool exposed = false;  // an answer said so
  };

  [[nodiscard]] Status check_continuity(const rtc::sdp::SessionDescription& offer) const;
  [[nodiscard]] static bool sends(const Line& line);
  [[nodiscard]] static bool is_free(const Line& line);
  [[nodiscard]] Sender* sender_of(const Line& line);
  bool attach(Sender& sender);
  void detach_lost_senders();
  [[nodiscard]] Requirement outstanding() const;
  [[nodiscard]] rtc::sdp::Section answer_line(const Line& line);
  [[nodiscard]] std::uint32_t fresh_ssrc();

  LocalTransport local_;
  Random& random_;
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  std::optional<RemoteTransport> remote_;
  bool allow_mixed_ = false;
  std::vector<Line> lines_;
  std::vector<Sender> senders_;
  Requirement requested_;
  bool dirty_ = false;
};

}  // namespace vv::sfu::negotiation
