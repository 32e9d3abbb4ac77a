#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/format.hpp"
#include "base/random.hpp"
#include "market/documents.hpp"
#include "market/doorkeeper.hpp"
#include "market/file_keeper.hpp"
#include "market/invariants.hpp"
#include "market/market.hpp"
#include "market/push_port.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/engine.hpp"
#include "reactive/scheduler.hpp"
#include "store/store.hpp"
#include "store/testing_memory_disk.hpp"
#include "video/engine.hpp"

// A whole marketplace without sockets, for tests: the real store and the real engine, called as
// clients call them, on a clock that tests move and a disk in memory. All on the test's thread.
namespace vv::market {

using reactive::Value;

class FakeVideo final : public video::Engine {
 public:
  Result<video::Ticket> ticket(const video::TicketRequest& request) override {
    return video::Ticket{.engine = "fake",
                         .server_url = request.base_url,
                         .token = request.user_id + "@" + request.room_name,
                         .room_name = request.room_name,
                         .expires_at = UnixMillis{1}};
  }
  void close(std::string room_name) override { closed_.push_back(std::move(room_name)); }
  void remove(std::string room_name, std::string user_id) override {
    removed_.push_back(user_id + "@" + room_name);
  }
  std::vector<std::string> closed() { return closed_; }
  std::vector<std::string> removed() { return removed_; }

 private:
  std::vector<std::string> closed_;
  std::vector<std::string> removed_;
};

/// Keeps what would be sent.
class FakePush final : public PushPort {
 public:
  [[nodiscard]] std::string public_key() const override { return "a point"; }
  [[nodiscard]] Status check(const std::string& endpoint, const std::string&,
                             const std::string&) const override {
    if (!endpoint.starts_with("https://")) return invalid("https alone", "endpoint");
    return {};
  }
  void send(PushMessage message) override { sent_.push_back(std::move(message)); }
  [[nodiscard]] std::vector<PushMessage> take() { return std::exchange(sent_, {}); }

 private:
  std::vector<PushMessage> sent_;
};

/// What a client was told.
struct Answer {
  bool answered = false;
  bool ok = false;
  Value value;
  std::string message;
  Value data;  ///< of a ConvexError

  [[nodiscard]] std::string code() const { return ok ? "ok" : text_in(data, "code"); }
  [[nodiscard]] std::string present_status() const { return text_in(data, "status"); }
  [[nodiscard]] std::string text(std::string_view name) const { return text_in(value, name); }
  /// `page[i]` or `[i]`.
  [[nodiscard]] const Value& item(std::size_t i) const {
    const Value* list = value.find("page");
    const Value::Array* items = (list != nullptr ? *list : value).array();
    VV_CHECK(items != nullptr && i < items->size(), "the list has that many");
    return (*items)[i];
  }
  [[nodiscard]] std::size_t size() const {
    const Value* list = value.find("page");
    const Value::Array* items = (list != nullptr ? *list : value).array();
    return items == nullptr ? 0 : items->size();
  }

  static std::string text_in(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    return member == nullptr || member->string() == nullptr ? "" : *member->string();
  }
};

class World {
 public:
  /// @param more  of what is called later
  /// @param more_tables  than the market's and those below it
  explicit World(std::uint64_t seed = 7, Rates rates = Rates::Lifted,
                 std::function<void(reactive::Internals&)> more = {},
                 void (*more_tables)(store::Schema&) = nullptr)
      : random(seed), rates_(rates), more_(std::move(more)), more_tables_(more_tables) {
    disk.load(new_database());
    start();
  }
  ~World() { end(); }

  /// The process dies and the next one finds `left`.
  void crash(const store::MemoryDisk::Image& left) {
    end();
    disk.load(left);
    start();
    VV_CHECK(doorkeeper->reset().has_value(), "nobody is in a room yet");
  }

  void start() {
    // The test may be stopped for seconds by others; what takes too long is tested elsewhere.
    const store::ReadLimits patient{.time = hours(1)};
    auto opened = store::Store::open({.path = disk.path(kFile),
                                      .checkpoint_pages = 50,
                                      .query_limits = patient,
                                      .mutation_limits = patient,
                                      .wall_nanos = [this] { return now_ms_ * 1'000'000; },
                                      .random = &random,
                                      .writer = [](const std::function<void()>& job) { job(); }},
                                     all_tables(more_tables_));
    VV_CHECK(opened.has_value(), "the test has its database");
    store = std::move(opened).value();

    reactive::Internals internals;
    const Ports outside{.video = video, .links = links, .push = &push, .rates = rates_};
    register_internals(internals, outside);
    if (more_) more_(internals);
    const auto post = [this](std::function<void()> job) { posted_.push_back(std::move(job)); };
    scheduler = std::make_unique<reactive::Scheduler>(
        reactive::Scheduler::Ports{.store = *store,
                                   .post = post,
                                   .now = [this] { return Instant{} + uptime_; },
                                   .wall_now = [this] { return now(); },
                                   .random = random},
        std::move(internals));
    VV_CHECK(scheduler->start().has_value(), "the scheduler starts");

    reactive::Registry registry;
    register_functions(registry, outside);
    reactive::EnginePorts ports;
    ports.pool = [](std::function<void()> job) { return job(), true; };
    ports.post = post;
    ports.scheduler = scheduler.get();
    ports.now = [] { return Instant{}; };
    ports.wall_now = [this] { return now(); };
    ports.random = &random;
    reactive::EngineOptions options;
    options.limit_rates = false;
    engine = std::make_unique<reactive::Engine>(*store, std::move(registry), std::move(ports),
                                                std::move(options));
    doorkeeper = std::make_unique<Doorkeeper>(Doorkeeper::Ports{.store = *store,
                                                                .video = video,
                                                                .random = random,
                                                                .now = [this] { return now(); },
                                                                .scheduler = *scheduler});
    files = std::make_unique<FileKeeper>(FileKeeper::Ports{
        .store = *store, .random = random, .now = [this] { return now(); }, .rates = rates_});
    VV_CHECK(files->reset().has_value(), "an epoch of links begins");
  }
  void end() {
    posted_.clear();
    files.reset();
    doorkeeper.reset();
    engine.reset();
    scheduler.reset();
    store.reset();
  }

  [[nodiscard]] UnixMillis now() const { return {now_ms_}; }
  void advance(Duration by) {
    uptime_ += by;
    set_clock(by);
  }
  /// Somebody sets the clock; no time passes.
  void set_clock(Duration by) { now_ms_ += by.as_millis(); }
  /// What is due now runs, and all that follows from it.
  void tick() {
    scheduler->tick();
    for (settle(); run_posted(); settle()) {
    }
  }

  /// What nothing shows goes.
  void sweep_files() {
    std::vector<std::string> gone;
    const auto done = store->write_and_wait([&](store::Writer& db) -> Status {
      MutationContext ctx(db, {.identity = nullptr, .now = now(), .random = &random});
      VV_ASSIGN_OR_RETURN(gone, market::sweep_files(ctx, now() - kOrphanAge));
      return {};
    });
    VV_CHECK(done.has_value(), "files can be swept");
    removed_files_.insert(gone.begin(), gone.end());
  }

  std::string add_user(const std::string& name) {
    User user;
    user.email = name + "@example.org";
    user.name = name;
    user.locale = "fr";
    UserId id;
    const auto done = store->write_and_wait([&](store::Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(id, db.insert(user));
      return {};
    });
    VV_CHECK(done.has_value(), "users can be added");
    return id.str();
  }

  // `actor` is a user's id, or empty for nobody; `args` is JSON.
  Answer query(const std::string& actor, const std::string& path, const std::string& args) {
    Answer answer;
    engine->query_once(call(actor, path, args), filling(answer));
    wait_for(answer);
    return answer;
  }
  Answer mutate(const std::string& actor, const std::string& path, const std::string& args) {
    Answer answer;
    send(answer, actor, path, args);
    wait_for(answer);
    return answer;
  }
  /// The same under a request id: asked twice, it runs once.
  Answer mutate_once(const std::string& actor, const std::string& path, const std::string& args,
                     std::uint64_t request_id) {
    Answer answer;
    reactive::CallRequest request = call(actor, path, args);
    request.key = reactive::RequestKey{"a session", request_id};
    engine->mutate(std::move(request), filling(answer));
    wait_for(answer);
    return answer;
  }
  Answer act(const std::string& actor, const std::string& path, const std::string& args) {
    Answer answer;
    engine->act(call(actor, path, args), filling(answer));
    wait_for(answer);
    return answer;
  }
  /// A mutation on its way; `answer` must outlive it.
  void send(Answer& answer, const std::string& actor, const std::string& path,
            const std::string& args) {
    engine->mutate(call(actor, path, args), filling(answer));
  }
  void wait_for(const Answer& answer) {
    while (!answer.answered) {
      VV_CHECK(!posted_.empty(), "every call is answered");
      run_posted();
    }
  }
  /// Until everything queued for the writer before this has been written.
  void settle() {
    const auto done = store->write_and_wait([](store::Writer&) -> Status { return {}; });
    VV_CHECK(done.has_value(), "the writer runs");
  }

  /// The file is uploaded, as whoever moves its bytes would tell. @return its storageId, or why not
  Result<std::string> upload(const std::string& url, std::int64_t taille,
                             const std::string& type = "image/png") {
    const std::size_t begin = url.rfind('/') + 1;
    const Id<Upload> id(url.substr(begin, url.find('?') - begin));
    Result<FileId> file = not_found("");
    const auto begun = store->write_and_wait([&](store::Writer& db) -> Status {
      MutationContext ctx(db, {.identity = nullptr, .now = now(), .random = &random});
      file = begin_upload(ctx, id, taille, rates_);
      if (!file) return file.error();
      return finish_upload(ctx, {.upload = id, .type = type, .taille = taille});
    });
    if (!begun) return begun.error();
    return file->str();
  }
  std::string upload_url(const std::string& who) {
    return *mutate(who, "files:generateUploadUrl", "{}").value.string();
  }
  std::string add_file(const std::string& who, const std::string& type = "image/png") {
    return *upload(upload_url(who), 1'000, type);
  }
  [[nodiscard]] const std::set<std::string>& removed_files() const { return removed_files_; }

  // The usual steps.
  std::string add_demande(const std::string& owner) {
    return *mutate(owner, "demandes:create",
                   R"({"titre":"Vélo","description":"","prix":100,"devise":"EUR"})")
                .value.string();
  }
  Answer offer(const std::string& who, const std::string& demande) {
    return mutate(who, "offres:create",
                  format(R"({{"demandeId":"{}","prixPropose":90,"message":"moi"}})", demande));
  }
  std::string add_offre(const std::string& who, const std::string& demande) {
    return *offer(who, demande).value.string();
  }
  static std::string move_args(const std::string& offre, std::string_view status) {
    return format(R"({{"offreId":"{}","status":"{}"}})", offre, status);
  }
  Answer move(const std::string& who, const std::string& offre, std::string_view status) {
    return mutate(who, "offres:updateOffreStatus", move_args(offre, status));
  }
  static std::string page(int n, const std::string& cursor = "") {
    return format(R"({{"paginationOpts":{{"numItems":{},"cursor":{}}}}})", n,
                  cursor.empty() ? "null" : "\"" + cursor + "\"");
  }
  static std::string session_args(const std::string& id) {
    return format(R"({{"sessionId":"{}"}})", id);
  }
  static std::string demande_args(const std::string& id) {
    return format(R"({{"demandeId":"{}"}})", id);
  }
  static std::string offre_args(const std::string& id) {
    return format(R"({{"offreId":"{}"}})", id);
  }

  SeededRandom random;
  store::MemoryDisk disk;
  FakeVideo video;
  FakePush push;
  identity::FileLinks links{Secret("a key of thirty-two bytes or more.")};
  std::unique_ptr<store::Store> store;
  std::unique_ptr<reactive::Scheduler> scheduler;
  std::unique_ptr<reactive::Engine> engine;
  std::unique_ptr<Doorkeeper> doorkeeper;
  std::unique_ptr<FileKeeper> files;

 private:
  static reactive::CallRequest call(const std::string& actor, const std::string& path,
                                    const std::string& args) {
    reactive::CallRequest request;
    request.path = path;
    request.base_url = "http://localhost:8080";
    auto parsed = reactive::convex::parse_json(args);
    VV_CHECK(parsed.has_value(), "tests write JSON");
    request.args = *std::move(parsed);
    if (!actor.empty()) {
      reactive::Identity who;
      who.subject = actor;
      who.issuer = "test";
      request.identity = std::make_shared<const reactive::Identity>(std::move(who));
    }
    return request;
  }
  static reactive::Engine::Done filling(Answer& answer) {
    return [&answer](const reactive::CallOutcome& outcome) {
      answer.answered = true;
      answer.ok = !outcome.failure.has_value();
      if (answer.ok) {
        answer.value = reactive::convex::parse_json(outcome.value).value_or(Value{});
        return;
      }
      answer.message = outcome.failure->message;
      answer.data = reactive::convex::parse_json(outcome.failure->data.value_or("{}")).value();
    };
  }

  /// One job of the front loop. False when there is none.
  bool run_posted() {
    if (posted_.empty()) return false;
    const auto job = std::move(posted_.front());
    posted_.pop_front();
    job();
    return true;
  }

  static constexpr const char* kFile = "market.db";
  static store::Schema all_tables(void (*more)(store::Schema&) = nullptr) {
    store::Schema schema;
    identity::declare_schema(schema);
    reactive::declare_schema(schema);
    declare_schema(schema);
    if (more != nullptr) more(schema);
    return schema;
  }
  /// A database with its tables and nothing in them, made once.
  static const store::MemoryDisk::Image& new_database() {
    static const store::MemoryDisk::Image image = [] {
      store::MemoryDisk disk;
      VV_CHECK(store::Store::open({.path = disk.path(kFile)}, all_tables()).has_value(),
               "a new database opens");
      return disk.image();
    }();
    return image;
  }

  Rates rates_;
  std::function<void(reactive::Internals&)> more_;
  void (*more_tables_)(store::Schema&);
  std::set<std::string> removed_files_;  // also more than once
  std::int64_t now_ms_ = 1'700'000'000'000;
  Duration uptime_;
  std::deque<std::function<void()>> posted_;
};

/// The first invariant that the rows as they stand break, or nothing.
[[nodiscard]] inline std::string broken_invariant(World& world) {
  std::string broken;
  const Status read = world.store->read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto complaints, broken_invariants(db));
    if (!complaints.empty()) broken = complaints.front();
    return {};
  });
  return read ? broken : read.error().message;
}

}  // namespace vv::market
