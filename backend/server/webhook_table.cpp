#include "server/webhook_table.hpp"

#include <optional>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/schema.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

// Rows of one read: a row is 1 MiB at most, a read 16.
constexpr std::size_t kPage = 15;

}  // namespace

void declare_webhooks(store::Schema& schema) {
  schema.add(store::table<Webhook>("webhooks").index("by_node", &Webhook::node));
}

Result<std::size_t> purge_webhooks(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<Webhook> old,
                      db.query<Webhook>().below(static_cast<double>(before.value)).take(limit));
  for (const Webhook& webhook : old) VV_TRY(db.remove(webhook.id));
  return old.size();
}

std::vector<signaling::WaitingWebhook> WebhookTable::waiting() {
  std::vector<signaling::WaitingWebhook> waiting;
  std::optional<store::Position> after;
  for (bool is_done = false; !is_done;) {
    const Status read = store_.read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(
          store::PageOf<Webhook> page,
          db.query<Webhook>("by_node").eq(node_).paginate({.num_items = kPage, .after = after}));
      for (Webhook& row : page.rows) {
        waiting.push_back({.id = row.id.str(),
                           .resource = std::move(row.room),
                           .url = std::move(row.url),
                           .body = std::move(row.body),
                           .since = row.since});
      }
      after = std::move(page.end);
      is_done = page.is_done;
      return {};
    });
    if (read) continue;
    log::warn("webhooks that wait were not read", {{"reason", read.error().message}});
    break;
  }
  return waiting;
}

void WebhookTable::keep(signaling::WaitingWebhook webhook) {
  static Counter& kept =
      metrics().counter("visavis_server_webhooks_kept_total", "Webhooks that a restart keeps");
  store_.write(
      [row = Webhook{.id = Id<Webhook>(std::move(webhook.id)),
                     .creation_time = 0,
                     .node = node_,
                     .room = std::move(webhook.resource),
                     .url = std::move(webhook.url),
                     .body = std::move(webhook.body),
                     .since = webhook.since}](store::Writer& db) -> Status {
        VV_TRY(db.insert(row));
        return {};
      },
      [](const Result<store::Commit>& done) {
        if (done) return kept.add();
        log::warn("a webhook would be lost by a restart", {{"reason", done.error().message}});
      });
}

void WebhookTable::forget(const std::string& id) {
  store_.write(
      [id = Id<Webhook>(id)](store::Writer& db) -> Status {
        VV_ASSIGN_OR_RETURN(const std::optional<Webhook> row, db.find(id));
        return row ? db.remove(id) : Status();
      },
      [](const Result<store::Commit>& done) {
        if (!done) {
          log::warn("a webhook may be told again", {{"reason", done.error().message}});
        }
      });
}

}  // namespace vv::server
