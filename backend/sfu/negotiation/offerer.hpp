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

struct AnswerOutcome {
  RemoteTransport remote;
  bool is_first = false;
  bool ice_restarted = false;
  std::vector<BoundSender> bound;       ///< senders that the client has accepted now
  std::vector<SubscriptionId> refused;  ///< it rejected their sections or shares no codec
};

/// The side that offers: the subscriber's transport in dual mode (livekit-wire.md D-20, D-21). Its
/// first section carries data; sections of tracks that left are `inactive` and used again.
///
/// Owns:    which section carries what, our SSRCs, whether an offer is out.
/// Not its: pacing and ids of offers (signaling).
class Offerer {
 public:
  Offerer(LocalTransport local, Random& random);

  bool add_sender(SenderSpec sender);
  void remove_sender(SubscriptionId subscription);
  /// New credentials of ours; the client's answer brings its own (D-9).
  void restart_ice(rtc::IceCredentials ice);
  /// Our addresses from the next offer on.
  void set_candidates(std::vector<rtc::sdp::Candidate> candidates) {
    local_.candidates = std::move(candidates);
  }

  /// Something changed, and no offer waits for its answer.
  [[nodiscard]] bool wants_offer() const { return dirty_ && !waiting_; }
  [[nodiscard]] bool waits_for_answer() const { return waiting_; }
  [[nodiscard]] std::string offer();
  /// mid → track of the sections in the last offer.
  [[nodiscard]] MidToTrack mid_to_track() const;
  [[nodiscard]] Result<AnswerOutcome> set_answer(std::string_view sdp);

 private:
  struct Sender {
    SenderSpec spec;
    SsrcPair streams;
    bool offered = false;
    bool bound = false;
  };
  struct Line {
    std::string mid;
    MediaKind kind = MediaKind::Audio;
    std::optional<SubscriptionId> sender;
  };
  [[nodiscard]] Sender* find(SubscriptionId subscription);
  [[nodiscard]] rtc::sdp::Section offer_line(const Line& line);

  LocalTransport local_;
  Random& random_;
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  std::optional<RemoteTransport> remote_;
  std::vector<Line> lines_;  // after the data section
  std::vector<Sender> senders_;
  bool dirty_ = true;
  bool waiting_ = false;
};

}  // namespace vv::sfu::negotiation
