#pragma once

#include <boost/describe.hpp>
#include <cstdint>

#include "base/error.hpp"

// The three state machines (threat-model.md, section 6). A move is checked here and nowhere else.
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

constexpr bool can_move(DemandeStatus from, DemandeStatus to) {
  return from == DemandeStatus::Open && to != DemandeStatus::Open;
}
constexpr bool can_move(OffreStatus from, OffreStatus to) {
  return from == OffreStatus::Pending && to != OffreStatus::Pending;
}
constexpr bool can_move(MeetStatus from, MeetStatus to) {
  return from == MeetStatus::Active && to != MeetStatus::Active;
}
static_assert(!can_move(OffreStatus::Rejected, OffreStatus::Accepted));
static_assert(!can_move(MeetStatus::Completed, MeetStatus::Cancelled));

/// `conflict` that tells the caller where things stand, so that its screen can show it.
[[nodiscard]] Error wrong_state(std::string message, DemandeStatus present);
[[nodiscard]] Error wrong_state(std::string message, OffreStatus present);
[[nodiscard]] Error wrong_state(std::string message, MeetStatus present);

}  // namespace vv::market
