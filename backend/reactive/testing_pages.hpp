#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reactive/testing_client.hpp"

namespace vv::reactive {

/// A list of pages as the paginated hook keeps it: each page its own live query, the next one
/// beginning where the last one ended, long pages split in two.
class PagedList {
 public:
  PagedList(TestClient& client, int items) : client_(client), items_(items) {
    pages_.push_back(client_.subscribe("items:page", args("null", "")));
  }

  void load_more() {
    const Value* last = page(pages_.back());
    if (last == nullptr || *last->find("isDone")->boolean() || pages_.size() > 6) return;
    pages_.push_back(client_.subscribe("items:page", args(quoted(*last, "continueCursor"), "")));
    starts_[pages_.back()] = quoted(*last, "continueCursor");
  }

  void split_long_pages() {
    if (halves_ != 0) return finish_split();
    for (const std::uint64_t id : pages_) {
      const Value* long_page = page(id);
      if (long_page == nullptr) continue;
      const Value* split = long_page->find("splitCursor");
      if (split->string() == nullptr ||
          int(long_page->find("page")->array()->size()) <= 2 * items_) {
        continue;
      }
      const std::string middle = quoted(*long_page, "splitCursor");
      const std::string start = starts_.contains(id) ? starts_[id] : "null";
      splitting_ = id;
      halves_ = client_.subscribe("items:page", args(start, middle));
      const std::uint64_t second =
          client_.subscribe("items:page", args(middle, quoted(*long_page, "continueCursor")));
      starts_[halves_] = start;
      starts_[second] = middle;
      return;
    }
  }

  /// The pages together are the beginning of the whole list, and all of it when the last is done.
  void compare(const testing_domain::History::State& state) const {
    std::string held = "[";
    bool done = false;
    for (const std::uint64_t id : pages_) {
      const Value* shown = page(id);
      if (shown == nullptr) return;  // still loading
      EXPECT_FALSE(done) << "a page after the last";
      for (const Value& item : *shown->find("page")->array()) {
        if (held.size() > 1) held += ',';
        append_json_value(held, item);
      }
      done = *shown->find("isDone")->boolean();
    }
    std::string whole;
    append_json_value(whole, *convex::parse_json(testing_domain::evaluate(
                                 "items:inBox", *convex::parse_json(R"({"box":"a"})"), "", state)));
    if (done) {
      EXPECT_EQ(held + ']', whole);
    } else {
      EXPECT_EQ(held, whole.substr(0, held.size())) << "of " << whole;
    }
  }

 private:
  [[nodiscard]] std::string args(const std::string& cursor, const std::string& end) const {
    std::string text = R"({"box":"a","paginationOpts":{"numItems":)" + std::to_string(items_) +
                       ",\"cursor\":" + cursor + ",\"id\":1";
    if (!end.empty()) text += ",\"endCursor\":" + end;
    return text + "}}";
  }
  static std::string quoted(const Value& from, const char* name) {
    return '"' + *from.find(name)->string() + '"';
  }
  [[nodiscard]] const Value* page(std::uint64_t id) const {
    const TestClient::Query& query = client_.query(id);
    EXPECT_EQ(query.error, "");
    return query.value ? &*query.value : nullptr;
  }
  void finish_split() {
    if (page(halves_) == nullptr || page(halves_ + 1) == nullptr) return;
    const auto place = std::find(pages_.begin(), pages_.end(), splitting_);
    *place = halves_;
    pages_.insert(place + 1, halves_ + 1);
    client_.unsubscribe(splitting_);
    halves_ = 0;
  }

  TestClient& client_;
  int items_;
  std::vector<std::uint64_t> pages_;
  std::map<std::uint64_t, std::string> starts_;
  std::uint64_t splitting_ = 0;
  std::uint64_t halves_ = 0;
};

}  // namespace vv::reactive
