#include "market/meet_reviews.hpp"

#include <cmath>
#include <utility>

#include "market/text.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

constexpr double kDayMs = 86'400'000;
constexpr double kMaxRtt = 60'000;     // ms
constexpr double kMaxPauses = 86'400;  // one a second for a day

Result<std::optional<MeetReview>> review_of(store::Reader& db, const MeetSessionId& session,
                                            const UserId& person) {
  return db.query<MeetReview>("by_session_user").eq(session).eq(person).unique();
}

/// Changes the caller's review of a session, making it the first time.
template <class F>
Status change_review(MutationContext& ctx, const MeetSession& session, const UserId& caller,
                     F&& change) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetReview> review, review_of(ctx.db, session.id, caller));
  const bool is_new = !review.has_value();
  if (is_new) {
    review.emplace();
    review->meet_session_id = session.id;
    review->user_id = caller;
  }
  change(*review);
  if (!is_new) return ctx.db.replace(*review);
  VV_TRY(ctx.db.insert(*review));
  return {};
}

Result<MeetSession> ended_session(store::Reader& db, const MeetSessionId& id,
                                  const UserId& caller) {
  VV_ASSIGN_OR_RETURN(MeetSession session, session_of_party(db, id, caller));
  if (session.status == MeetStatus::Active) {
    return wrong_state("this session goes on", session.status);
  }
  return session;
}

Result<std::optional<std::int64_t>> mark(std::optional<double> given, std::string field) {
  if (!given) return std::optional<std::int64_t>{};
  // Also false for NaN.
  if (!(*given >= 1 && *given <= 5 && *given == std::floor(*given))) {
    return invalid("a mark is 1, 2, 3, 4 or 5", std::move(field));
  }
  return std::optional(static_cast<std::int64_t>(*given));
}

Status check_range(double value, double most, std::string field) {
  if (value >= 0 && value <= most) return {};
  return invalid("out of range", std::move(field));
}

view::Review see_review(const std::optional<MeetReview>& review) {
  if (!review) return {};
  return {.outcome = review->outcome,
          .sound = review->sound,
          .picture = review->picture,
          .remark = review->remark.value_or("")};
}

Nullable<view::MeetQuality> see_quality(const std::optional<MeetReview>& review) {
  if (!review || !review->measured_ms) return {};
  return view::MeetQuality{.measured_ms = *review->measured_ms,
                           .loss_sent = review->loss_sent,
                           .loss_received = review->loss_received,
                           .rtt_ms = review->rtt_ms,
                           .pauses = review->pauses,
                           .paused_ms = review->paused_ms};
}

}  // namespace

Result<Nullable<view::MeetSummary>> meet_summary(QueryContext& ctx, const SessionArgs& args,
                                                 const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::optional<MeetSession> session, ctx.db.find(args.session_id));
  if (!session || !session->is_party(caller)) return Nullable<view::MeetSummary>{};
  VV_ASSIGN_OR_RETURN(const std::optional<MeetReview> review,
                      review_of(ctx.db, session->id, caller));
  Viewer viewer(ctx, links);
  VV_ASSIGN_OR_RETURN(Surroundings around, surroundings_of(viewer, *session, caller));
  const bool is_demandeur = caller == session->demandeur_id;
  const auto& mine = is_demandeur ? session->demandeur_joined_at : session->offreur_joined_at;
  const auto& theirs = is_demandeur ? session->offreur_joined_at : session->demandeur_joined_at;
  return Nullable<view::MeetSummary>{view::MeetSummary{.id = session->id,
                                                       .status = session->status,
                                                       .role = role_of(*session, caller),
                                                       .created_at = session->created_at,
                                                       .ended_at = session->ended_at,
                                                       .ended_by = session->ended_by,
                                                       .joined_at = mine,
                                                       .autre_joined_at = theirs,
                                                       .together_ms = session->together_ms,
                                                       .demande = std::move(around.demande),
                                                       .offre = std::move(around.offre),
                                                       .autre = std::move(around.autre),
                                                       .review = see_review(review),
                                                       .quality = see_quality(review)}};
}

Status set_outcome(MutationContext& ctx, const OutcomeArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, ended_session(ctx.db, args.session_id, caller));
  return change_review(ctx, session, caller,
                       [&](MeetReview& review) { review.outcome = args.outcome; });
}

Status rate_meet(MutationContext& ctx, const RateArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const auto sound, mark(args.sound, "sound"));
  VV_ASSIGN_OR_RETURN(const auto picture, mark(args.picture, "picture"));
  std::optional<std::string> remark;
  if (args.remark) {
    VV_ASSIGN_OR_RETURN(remark, body(*args.remark, "remark", kMaxRemark));
  }
  if (!sound && !picture && !remark) return invalid("a mark or a remark", "sound");
  VV_ASSIGN_OR_RETURN(const MeetSession session, ended_session(ctx.db, args.session_id, caller));
  return change_review(ctx, session, caller, [&](MeetReview& review) {
    if (sound) review.sound = sound;
    if (picture) review.picture = picture;
    if (remark) review.remark = std::move(remark);
  });
}

Status report_quality(MutationContext& ctx, const QualityArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_TRY(check_range(args.measured_ms, kDayMs, "measuredMs"));
  VV_TRY(check_range(args.loss_sent, 1, "lossSent"));
  VV_TRY(check_range(args.loss_received, 1, "lossReceived"));
  VV_TRY(check_range(args.rtt_ms, kMaxRtt, "rttMs"));
  VV_TRY(check_range(args.pauses, kMaxPauses, "pauses"));
  VV_TRY(check_range(args.paused_ms, kDayMs, "pausedMs"));
  VV_ASSIGN_OR_RETURN(const MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  return change_review(ctx, session, caller, [&](MeetReview& review) {
    const std::int64_t measured = std::llround(args.measured_ms);
    if (review.measured_ms && *review.measured_ms > measured) return;
    review.measured_ms = measured;
    review.loss_sent = args.loss_sent;
    review.loss_received = args.loss_received;
    review.rtt_ms = std::llround(args.rtt_ms);
    review.pauses = std::llround(args.pauses);
    review.paused_ms = std::llround(args.paused_ms);
  });
}

Result<std::size_t> purge_reviews(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<MeetReview> old,
                      db.query<MeetReview>().below(static_cast<double>(before.value)).take(limit));
  for (const MeetReview& review : old) VV_TRY(db.remove(review.id));
  return old.size();
}

}  // namespace vv::market
