#include "server/webhook_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::unique_ptr<store::Store> open(const store::TemporaryFolder& folder) {
  auto store = store::Store::open({.path = folder.file("visavis.db")}, make_schema());
  EXPECT_TRUE(store) << store.error().message;
  return std::move(store).value();
}

std::vector<std::string> bodies(WebhookTable& table) {
  std::vector<std::string> bodies;
  for (const signaling::WaitingWebhook& webhook : table.waiting()) bodies.push_back(webhook.body);
  return bodies;
}

signaling::WaitingWebhook webhook(const std::string& id, const std::string& body) {
  return {.id = id,
          .resource = "room",
          .url = "https://hooks.example/a?b=c",
          .body = body,
          .since = UnixMillis{1'000}};
}

// covers H22
TEST(WebhookTable, TheNextProcessFindsWhatWasNotTakenInItsOrder) {
  const store::TemporaryFolder folder;
  {
    const auto store = open(folder);
    WebhookTable table(*store, "here");
    // More than one read takes, some forgotten before they are written.
    for (int i = 0; i < 40; ++i) {
      table.keep(webhook("WH_" + std::to_string(i), std::to_string(i)));
      if (i % 2 == 0) table.forget("WH_" + std::to_string(i));
    }
    table.forget("WH_of_nobody");
  }
  const auto store = open(folder);
  WebhookTable table(*store, "here");
  const auto waiting = table.waiting();
  ASSERT_EQ(waiting.size(), 20U);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    EXPECT_EQ(waiting[i].body, std::to_string(2 * i + 1));
  }
  EXPECT_EQ(waiting[0].id, "WH_1");
  EXPECT_EQ(waiting[0].resource, "room");
  EXPECT_EQ(waiting[0].url, "https://hooks.example/a?b=c");
  EXPECT_EQ(waiting[0].since, UnixMillis{1'000});
}

TEST(WebhookTable, ServersOnOneDatabaseEachTellTheirOwn) {
  const store::TemporaryFolder folder;
  const auto store = open(folder);
  WebhookTable here(*store, "here");
  WebhookTable there(*store, "there");
  here.keep(webhook("WH_1", "ours"));
  there.keep(webhook("WH_2", "theirs"));
  // Behind both in the one queue.
  ASSERT_TRUE(store->write_and_wait([](store::Writer&) -> Status { return {}; }));
  EXPECT_THAT(bodies(here), ElementsAre("ours"));
  EXPECT_THAT(bodies(there), ElementsAre("theirs"));
}

}  // namespace
}  // namespace vv::server
