#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "signaling/ports.hpp"

namespace vv::store {
class Schema;
class Store;
class Writer;
}  // namespace vv::store

namespace vv::server {

/// One event that one receiver has not taken yet; table `webhooks`.
struct Webhook {
  Id<Webhook> id;
  double creation_time = 0;
  std::string node;  ///< whose rooms it tells of: servers on one database each tell of their own
  std::string room;
  std::string url;
  std::string body;
  UnixMillis since;
};
BOOST_DESCRIBE_STRUCT(Webhook, (), (id, creation_time, node, room, url, body, since))

/// Longer than any is tried: what lies about then is of a server that never came back.
constexpr Duration kWebhookAge = days(2);

/// Index: `by_node`.
void declare_webhooks(store::Schema& schema);
/// Removes up to `limit` rows made before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_webhooks(store::Writer& db, UnixMillis before,
                                                 std::size_t limit);

/// The webhooks that wait, in a table, so that a restart or a kill loses none that was written
/// (threat-model H22). Writing goes through the store's one queue, whose order is the order of
/// asking; what cannot be written is told all the same, by this process or not at all.
class WebhookTable final : public signaling::WebhookOutbox {
 public:
  WebhookTable(store::Store& store, std::string node) : store_(store), node_(std::move(node)) {}

  [[nodiscard]] std::vector<signaling::WaitingWebhook> waiting() override;
  void keep(signaling::WaitingWebhook webhook) override;
  void forget(const std::string& id) override;

 private:
  store::Store& store_;
  const std::string node_;
};

}  // namespace vv::server
