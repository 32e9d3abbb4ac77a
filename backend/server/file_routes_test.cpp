#include "server/file_routes.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <future>

#include "base/random.hpp"
#include "base/worker_pool.hpp"
#include "blobs/blob_folder.hpp"
#include "identity/file_links.hpp"
#include "identity/user.hpp"
#include "market/file_keeper.hpp"
#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "reactive/context.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

namespace fs = std::filesystem;
using identity::FileLinks;
using net::HttpRequest;
using net::HttpResponse;

class FileRoutesTest : public testing::Test {
 protected:
  FileRoutesTest() : folder_(fs::path(testing::TempDir()) / "vv_file_routes_test") {
    fs::remove_all(folder_);
    fs::create_directory(folder_);
    store_ = *store::Store::open({.path = (folder_ / "db").string(),
                                  .wall_nanos = [this] { return now_.value * 1'000'000; }},
                                 make_schema());
    blobs_ = *blobs::BlobFolder::open((folder_ / "files").string());
    keeper_ = std::make_shared<market::FileKeeper>(
        market::FileKeeper::Ports{.store = *store_,
                                  .random = random_,
                                  .now = [this] { return now_; },
                                  .rates = market::Rates::Limited});
    EXPECT_TRUE(keeper_->reset());
    mount_file_routes(router_, {.loop = loop_,
                                .pool = pool_,
                                .blobs = *blobs_,
                                .links = links_,
                                .keeper = keeper_,
                                .now = [this] { return now_; }});
    owner_ = add_user("amina");
  }
  ~FileRoutesTest() override {
    keeper_->close();
    store_.reset();
    fs::remove_all(folder_);
  }

  market::UserId add_user(const std::string& name) {
    market::UserId id;
    mutate([&](market::MutationContext& ctx) -> Status {
      identity::User user;
      user.email = name;
      VV_ASSIGN_OR_RETURN(id, ctx.db.insert(user));
      return {};
    });
    return id;
  }
  void mutate(const std::function<Status(market::MutationContext&)>& body) {
    const auto done = store_->write_and_wait([&](store::Writer& db) -> Status {
      reactive::Identity who;
      who.subject = owner_.str();
      market::MutationContext ctx(
          db, {.identity = &who, .now = now_, .random = &random_, .base_url = "http://a"});
      return body(ctx);
    });
    EXPECT_TRUE(done) << done.error().message;
  }
  std::string upload_url() {
    std::string url;
    mutate([&](market::MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(url, market::generate_upload_url(ctx, links_));
      return {};
    });
    return url;
  }
  std::string link_to(const std::string& file, const std::string& reader) {
    return "http://a/api/files/" + file + "?" +
           links_.sign(FileLinks::Purpose::Read,
                       {.id = file, .reader = reader, .expires_at = now_ + FileLinks::kLifetime});
  }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    loop_.spawn([](FileRoutesTest& self, Task<T> inner, std::optional<T>& result) -> Task<void> {
      result.emplace(co_await std::move(inner));
      self.loop_.stop();
    }(*this, std::move(task), out));
    loop_.run();
    loop_.context().restart();
    return std::move(*out);
  }
  static HttpRequest request_of(const std::string& method, const std::string& url) {
    HttpRequest request;
    request.method = method;
    const std::size_t mark = url.find('?');
    const std::size_t path = std::string_view("http://a").size();
    request.path = url.substr(path, mark - path);
    request.query = mark == std::string::npos ? "" : url.substr(mark + 1);
    return request;
  }
  static Task<HttpResponse> send(const net::ReceiptHandler& handler, HttpRequest request,
                                 std::vector<std::string> pieces) {
    net::Receipt receipt = co_await handler(std::move(request));
    if (auto* refused = std::get_if<HttpResponse>(&receipt)) co_return std::move(*refused);
    auto& sink = *std::get<std::unique_ptr<net::BodySink>>(receipt);
    for (std::string& piece : pieces) {
      std::optional<HttpResponse> enough = co_await sink.write(std::move(piece));
      if (enough) co_return std::move(*enough);
    }
    co_return co_await sink.finish();
  }
  HttpResponse post(const std::string& url, std::vector<std::string> pieces) {
    HttpRequest request = request_of("POST", url);
    std::size_t size = 0;
    for (const std::string& piece : pieces) size += piece.size();
    request.headers.set("Content-Length", std::to_string(size));
    request.headers.set("Content-Type", "text/html");  // never believed
    const auto match = router_.find("POST", request.path);
    return run(send(match.route->receipt, std::move(request), std::move(pieces)));
  }
  HttpResponse get(const std::string& url, net::HeaderMap headers = {}) {
    HttpRequest request = request_of("GET", url);
    request.headers = std::move(headers);
    const auto match = router_.find("GET", request.path);
    return run(match.route->handler(std::move(request)));
  }
  std::string body_of(const HttpResponse& response) {
    std::string out;
    while (response.source) {
      const std::string piece = run(response.source->read(5));
      if (piece.empty()) break;
      out += piece;
    }
    return out;
  }
  std::string upload(std::vector<std::string> pieces) {
    const HttpResponse response = post(upload_url(), std::move(pieces));
    EXPECT_EQ(response.status, 200) << response.body;
    return std::string(boost::json::parse(response.body).at("storageId").as_string());
  }
  /// Until the pool has let go of what it ran.
  void settle() {
    std::promise<void> done;
    EXPECT_TRUE(pool_.try_post([&done] { done.set_value(); }));
    done.get_future().wait();
  }
  std::size_t files_on_disk() {
    settle();
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ / "files"), {}));
  }

  fs::path folder_;
  UnixMillis now_{1'800'000'000'000};
  net::EventLoop loop_;
  net::Router router_;
  WorkerPool pool_{{.name = "pool", .threads = 1}};
  SystemRandom random_;
  FileLinks links_{Secret("a key of thirty-two bytes or more.")};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<blobs::BlobFolder> blobs_;
  std::shared_ptr<market::FileKeeper> keeper_;  // with the routes
  market::UserId owner_;
  std::vector<net::Receipt> held_;
};

TEST_F(FileRoutesTest, WhatWasUploadedIsReadBack) {
  const std::string file = upload({"\x89PNG\r\n\x1a\n", "rest"});
  const HttpResponse response = get(link_to(file, owner_.str()));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_length(), 12U);
  EXPECT_EQ(body_of(response), "\x89PNG\r\n\x1a\nrest");
  EXPECT_EQ(response.headers.get("Content-Type"), "image/png");
  EXPECT_EQ(response.headers.get("Content-Disposition"), "inline");
  EXPECT_EQ(response.headers.get("Cache-Control"), "private, max-age=600, immutable");
  EXPECT_EQ(response.headers.get("Digest"), "sha-256=8CqDDPA6HPdWwEYUgdtoK8klSlo5n4R0lNM4UMP/cVY=");
  EXPECT_EQ(get(link_to(file, owner_.str()), {{"If-None-Match", "\"" + file + "\""}}).status, 304);
}

// covers H18
TEST_F(FileRoutesTest, APageIsADownloadOfTextThatMayDoNothing) {
  const std::string file = upload({"<!doctype html><script>alert(1)</script>"});
  mutate([&](market::MutationContext& ctx) -> Status {
    VV_ASSIGN_OR_RETURN(market::File row, ctx.db.get(market::FileId(file)));
    row.nom = "é\"\r\nX: y.html";
    return ctx.db.replace(row);
  });
  const HttpResponse response = get(link_to(file, owner_.str()));
  EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers.get("Content-Disposition"),
            "attachment; filename*=UTF-8''%C3%A9%22%0D%0AX%3A%20y.html");
  EXPECT_EQ(response.headers.get("Content-Security-Policy"), "sandbox; default-src 'none'");
  EXPECT_EQ(response.headers.get("X-Content-Type-Options"), "nosniff");
}

TEST_F(FileRoutesTest, ALinkIsForOnePersonOneFileAndTenMinutes) {
  const std::string file = upload({"x"});
  const std::string url = link_to(file, owner_.str());
  EXPECT_EQ(get(link_to(upload({"y"}), owner_.str())).status, 200);
  std::string other = url;
  other.replace(other.find(owner_.str()), 1, "!");
  EXPECT_EQ(get(other).status, 403);
  EXPECT_EQ(get(link_to(file, add_user("bruno").str())).status, 404);
  EXPECT_EQ(get(link_to(file, "")).status, 404);
  EXPECT_EQ(get(link_to("nothing", owner_.str())).status, 404);
  EXPECT_EQ(get("http://a/api/files/" + file).status, 403);
  now_ = now_ + FileLinks::kLifetime;
  EXPECT_EQ(get(url).status, 403);
}

TEST_F(FileRoutesTest, AnUploadUrlIsGoodOnceAndUnaltered) {
  const std::string url = upload_url();
  std::string altered = url;
  altered.back() = altered.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(post(altered, {"x"}).status, 403);
  EXPECT_EQ(post(url, {"x"}).status, 200);
  const HttpResponse again = post(url, {"x"});
  EXPECT_EQ(again.status, 403);
  EXPECT_NE(again.body.find("\"code\":\"forbidden\""), std::string::npos);
  const std::string late = upload_url();
  now_ = now_ + market::kUploadLifetime;
  EXPECT_EQ(post(late, {"x"}).status, 403);
  EXPECT_EQ(files_on_disk(), 1U);
}

TEST_F(FileRoutesTest, AnUploadThatEndsEarlyLeavesNothingAndCostsOnlyWhatCame) {
  const HttpRequest request = request_of("POST", upload_url());  // says no length: 25 MiB set aside
  {
    const auto match = router_.find("POST", request.path);
    net::Receipt receipt = run(match.route->receipt(request));
    auto& sink = *std::get<std::unique_ptr<net::BodySink>>(receipt);
    EXPECT_FALSE(run(sink.write("half")));
    EXPECT_EQ(files_on_disk(), 1U);
  }
  EXPECT_EQ(files_on_disk(), 0U);
  mutate([&](market::MutationContext& ctx) -> Status {
    VV_ASSIGN_OR_RETURN(const auto uploads, ctx.db.query<market::Upload>().collect());
    EXPECT_EQ(uploads.at(0).taille, 4);
    return {};
  });
}

TEST_F(FileRoutesTest, AnUploadHasAtMost25MiB) {
  const auto* route = router_.find("POST", request_of("POST", upload_url()).path).route;
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(route->options.max_body, 25U * 1024 * 1024);
}

TEST_F(FileRoutesTest, ADaysUploadsAreBoundedBeforeTheBytesCome) {
  const auto declare = [&](std::int64_t bytes) {
    HttpRequest request = request_of("POST", upload_url());
    request.headers.set("Content-Length", std::to_string(bytes));
    const auto match = router_.find("POST", request.path);
    held_.push_back(run(match.route->receipt(std::move(request))));
    const auto* refused = std::get_if<HttpResponse>(&held_.back());
    return refused == nullptr ? 200 : refused->status;
  };
  for (int i = 0; i < 8; ++i) EXPECT_EQ(declare(market::kMaxFile), 200);
  EXPECT_EQ(declare(1), 429);
  held_.clear();
  EXPECT_EQ(declare(1), 200);
  held_.clear();
}

}  // namespace
}  // namespace vv::server
