#include "server/retention.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/metrics.hpp"
#include "identity/user.hpp"
#include "market/account_data.hpp"
#include "market/files.hpp"
#include "market/meet_reviews.hpp"
#include "market/messages.hpp"
#include "market/push_devices.hpp"
#include "market/rings.hpp"
#include "reactive/engine.hpp"
#include "reactive/scheduler.hpp"
#include "server/webhook_table.hpp"
#include "store/writer.hpp"

namespace vv::server {
namespace {

using reactive::Internal;
using reactive::MutationContext;
using reactive::NoArgs;

// Rows of one transaction: a few milliseconds of the writer's time.
constexpr std::size_t kBatch = 200;
constexpr Duration kInterval = minutes(30);
constexpr Duration kBetweenBatches = seconds(1);

struct PurgeArgs {
  std::string what;
  double after = 0;
};
BOOST_DESCRIBE_STRUCT(PurgeArgs, (), (what, after))

inline constexpr Internal<NoArgs> kBegin{"retention:begin"};
inline constexpr Internal<PurgeArgs> kPurge{"retention:purge"};

/// Of purges that simply take the oldest: a full batch means that there may be more.
auto oldest(Result<std::size_t> (*purge)(store::Writer&, UnixMillis, std::size_t)) {
  return [purge](MutationContext& ctx, UnixMillis before, double) -> Result<Purged> {
    Purged purged;
    VV_ASSIGN_OR_RETURN(purged.count, purge(ctx.db, before, kBatch));
    if (purged.count == kBatch) purged.next = 0;
    return purged;
  };
}

Result<Purged> purge_messages(MutationContext& ctx, UnixMillis before, double after) {
  VV_ASSIGN_OR_RETURN(market::PurgedMessages gone,
                      market::purge_messages(ctx, before, after, kBatch));
  return Purged{.count = gone.messages, .files = std::move(gone.files), .next = gone.next};
}

Result<Purged> purge_unused_files(MutationContext& ctx, UnixMillis before, double) {
  VV_ASSIGN_OR_RETURN(std::vector<std::string> gone, market::sweep_files(ctx, before));
  return Purged{.count = gone.size(), .files = std::move(gone), .next = {}};
}

Status begin(MutationContext& ctx, const NoArgs&) {
  for (const RetentionRule& rule : retention_register()) {
    if (rule.purge) VV_TRY(ctx.after({}, kPurge, {.what = std::string(rule.what)}));
  }
  return {};
}

}  // namespace

void count_purged(std::string_view what, std::size_t rows) {
  metrics()
      .counter("visavis_retention_purged_total", "What was removed because its time had ended",
               {{"what", std::string(what)}})
      .add(rows);
}

const std::vector<RetentionRule>& retention_register() {
  static const std::vector<RetentionRule> rules = {
      {"messages", days(365), "the last session of their offre ended", purge_messages},
      {"meet_reviews", days(365), "they were written", oldest(market::purge_reviews)},
      {"rings", market::kRingAge, "somebody was called", oldest(market::purge_rings)},
      {"push_devices", market::kPushDeviceAge, "their browser was last here",
       oldest(market::purge_push_devices)},
      {"exports", hours(24), "the link was asked for", oldest(market::purge_exports)},
      {"unused_files", market::kOrphanAge, "they were uploaded and shown nowhere",
       purge_unused_files},
      {"logins", Duration(), "they expired", oldest(identity::purge_logins)},
      {"ended_logins", identity::kEndedLoginAge, "they were ended",
       oldest(identity::purge_ended_logins)},
      {"mutation_outcomes", reactive::kOutcomeAge, "the mutation ran",
       oldest(reactive::purge_outcomes)},
      {"failed_calls", reactive::kFailedCallAge, "they were given up",
       oldest(reactive::purge_failed_calls)},
      {"webhooks", kWebhookAge, "they happened", oldest(purge_webhooks)},
      {"backups", days(30), "they were made", {}},  // hourly_backups.cpp
  };
  return rules;
}

const RetentionRule& retention_of(std::string_view what) {
  const auto& rules = retention_register();
  const auto found = std::ranges::find(rules, what, &RetentionRule::what);
  VV_CHECK(found != rules.end(), "who asks names a line of the register");
  return *found;
}

void register_retention(reactive::Internals& internals,
                        std::function<void(std::vector<std::string> ids)> remove_bytes) {
  for (const RetentionRule& rule : retention_register()) count_purged(rule.what, 0);
  count_purged("files", 0);
  internals.add(kBegin, begin);
  internals.add(
      kPurge,
      [remove = std::move(remove_bytes)](MutationContext& ctx, const PurgeArgs& args) -> Status {
        const RetentionRule& rule = retention_of(args.what);
        // A clock that was set ahead removes nothing before its time.
        const UnixMillis now = std::min(ctx.now(), ctx.steady_now());
        VV_ASSIGN_OR_RETURN(Purged purged, rule.purge(ctx, now - rule.keep, args.after));
        if (purged.next) {
          VV_TRY(ctx.after(kBetweenBatches, kPurge, {.what = args.what, .after = *purged.next}));
        }
        if (purged.count == 0 && purged.files.empty()) return {};
        ctx.after_commit([remove, what = args.what, purged = std::move(purged)] {
          count_purged(what, purged.count);
          if (purged.files.empty()) return;
          count_purged("files", purged.files.size());
          remove(purged.files);
        });
        return {};
      });
  internals.cron("retention", reactive::Recurrence::every(kInterval), kBegin);
}

}  // namespace vv::server
