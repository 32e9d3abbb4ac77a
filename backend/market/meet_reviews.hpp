#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "market/meet_sessions.hpp"

// What comes after a call: its page, what each party notes about it, what their browser measured.
// Each sees their own alone.
namespace vv::market {

constexpr std::size_t kMaxRemark = 500;  // characters

/// `meetSessions:getSummary`: null to all but its two parties.
[[nodiscard]] Result<Nullable<view::MeetSummary>> meet_summary(QueryContext& ctx,
                                                               const SessionArgs& args,
                                                               const FileLinks& links);

struct OutcomeArgs {
  MeetSessionId session_id;
  MeetOutcome outcome = MeetOutcome::Agreed;
};
BOOST_DESCRIBE_STRUCT(OutcomeArgs, (), (session_id, outcome))

/// `meetSessions:setOutcome`: what the caller says came of it; the later word counts.
/// refuses: not_found unless a party; conflict while it is active
[[nodiscard]] Status set_outcome(MutationContext& ctx, const OutcomeArgs& args);

struct RateArgs {
  MeetSessionId session_id;
  std::optional<double> sound;    ///< 1 to 5, whole
  std::optional<double> picture;  ///< 1 to 5, whole
  std::optional<std::string> remark;
};
BOOST_DESCRIBE_STRUCT(RateArgs, (), (session_id, sound, picture, remark))

/// `meetSessions:rate`: what is given replaces what was.
/// refuses: as set_outcome; invalid when nothing is given, past 1 to 5 or kMaxRemark
[[nodiscard]] Status rate_meet(MutationContext& ctx, const RateArgs& args);

struct QualityArgs {
  MeetSessionId session_id;
  double measured_ms = 0;
  double loss_sent = 0;
  double loss_received = 0;
  double rtt_ms = 0;
  double pauses = 0;
  double paused_ms = 0;
};
BOOST_DESCRIBE_STRUCT(QualityArgs, (),
                      (session_id, measured_ms, loss_sent, loss_received, rtt_ms, pauses,
                       paused_ms))

/// `meetSessions:reportQuality`, as the caller leaves. Of several (after a reload) the one that
/// measured longest stays.
/// refuses: not_found unless a party; invalid for shares outside 0 to 1, times past a day
[[nodiscard]] Status report_quality(MutationContext& ctx, const QualityArgs& args);

/// Removes up to `limit` that were written before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_reviews(store::Writer& db, UnixMillis before,
                                                std::size_t limit);

}  // namespace vv::market
