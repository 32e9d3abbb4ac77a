#pragma once

#include <boost/describe.hpp>
#include <cstdint>

#include "base/error.hpp"

// The state machines (threat-model.md, section 6; of rings, product 4.3). A move is checked here
// and nowhere else.
namespace vv::market {

enum class DemandeStatus : std::uint8_t { Open, Assigned, Cancelled };
BOOST_DESCRIBE_ENUM(DemandeStatus, Open, Assigned, Cancelled)

enum class OffreStatus : std::uint8_t { Pending, Accepted, Rejected, Withdrawn };
BOOST_DESCRIBE_ENUM(OffreStatus, Pending, Accepted, Rejected, Withdrawn)

enum class MeetStatus : std::uint8_t { Active, Completed, Cancelled };
BOOST_DESCRIBE_ENUM(MeetStatus, Active, Completed, Cancelled)

/// What came of a call, as one party notes it.
enum class MeetOutcome : std::uint8_t { Agreed, Continued, Dropped };
BOOST_DESCRIBE_ENUM(MeetOutcome, Agreed, Continued, Dropped)

/// How one party of a session is called. Missed is not the end: the meeting goes on, and may ring
/// again.
enum class RingStatus : std::uint8_t { Ringing, Snoozed, Missed, Answered, Declined, Cancelled };
BOOST_DESCRIBE_ENUM(RingStatus, Ringing, Snoozed, Missed, Answered, Declined, Cancelled)

/// What a device does about a ring: it shows the card, or it also plays the tone.
enum class RingSign : std::uint8_t { Shown, Rings };
BOOST_DESCRIBE_ENUM(RingSign, Shown, Rings)

constexpr bool can_move(DemandeStatus from, DemandeStatus to) {
  return from == DemandeStatus::Open && to != DemandeStatus::Open;
}
constexpr bool can_move(OffreStatus from, OffreStatus to) {
  return from == OffreStatus::Pending && to != OffreStatus::Pending;
}
constexpr bool can_move(MeetStatus from, MeetStatus to) {
  return from == MeetStatus::Active && to != MeetStatus::Active;
}
constexpr bool can_move(RingStatus from, RingStatus to) {
  switch (from) {
    case RingStatus::Ringing:
      return to != RingStatus::Ringing;
    case RingStatus::Snoozed:
      return to != RingStatus::Snoozed && to != RingStatus::Missed;
    case RingStatus::Missed:
      return to != RingStatus::Missed && to != RingStatus::Snoozed;
    case RingStatus::Answered:  // and gone again
      return to == RingStatus::Ringing;
    case RingStatus::Declined:
    case RingStatus::Cancelled:
      return false;
  }
  return false;
}
static_assert(!can_move(RingStatus::Answered, RingStatus::Declined));
static_assert(!can_move(OffreStatus::Rejected, OffreStatus::Accepted));
static_assert(!can_move(MeetStatus::Completed, MeetStatus::Cancelled));

/// `conflict` that tells the caller where things stand, so that its screen can show it.
[[nodiscard]] Error wrong_state(std::string message, DemandeStatus present);
[[nodiscard]] Error wrong_state(std::string message, OffreStatus present);
[[nodiscard]] Error wrong_state(std::string message, MeetStatus present);
[[nodiscard]] Error wrong_state(std::string message, RingStatus present);

}  // namespace vv::market
