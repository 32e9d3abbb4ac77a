#include "server/server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/heap.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/worker_pool.hpp"
#include "blobs/blob_folder.hpp"
#include "engines/embedded/embedded_engine.hpp"
#include "identity/access_tokens.hpp"
#include "identity/accounts.hpp"
#include "identity/ended_logins.hpp"
#include "identity/file_links.hpp"
#include "identity/password_hasher.hpp"
#include "identity/room_tokens.hpp"
#include "identity/user.hpp"
#include "market/account_data.hpp"
#include "market/doorkeeper.hpp"
#include "market/file_keeper.hpp"
#include "market/market.hpp"
#include "market/push_devices.hpp"
#include "net/http/server.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "reactive/convex/http_api.hpp"
#include "reactive/convex/sync_server.hpp"
#include "reactive/engine.hpp"
#include "reactive/scheduler.hpp"
#include "server/assets.hpp"
#include "server/auth_routes.hpp"
#include "server/convex_routes.hpp"
#include "server/demo.hpp"
#include "server/export_route.hpp"
#include "server/file_routes.hpp"
#include "server/functions.hpp"
#include "server/health_routes.hpp"
#include "server/hourly_backups.hpp"
#include "server/keys.hpp"
#include "server/push_service.hpp"
#include "server/readiness.hpp"
#include "server/retention.hpp"
#include "server/rooms.hpp"
#include "server/rtc_options.hpp"
#include "server/verifier.hpp"
#include "server/webhook_table.hpp"
#include "shard/shards.hpp"
#include "signaling/livekit.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

constexpr Duration kSyncTick = milliseconds(100);
constexpr Duration kEngineTick = seconds(1);
constexpr Duration kHeapTick = minutes(1);
constexpr Duration kFileTick = seconds(5);
// Together within the 10 s of F7.
constexpr Duration kAnswerLimit = seconds(1);  // for what sync sockets have asked
constexpr Duration kAnswerTick = milliseconds(5);
constexpr Duration kDrainLimit = seconds(8);

Status make_data_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return invalid(format("the data directory {} cannot be made: {}", path, error.message()));
  // What is made in here is this user's alone.
  ::chmod(path.c_str(), S_IRWXU);
  return {};
}

net::OriginRules origin_rules(const Config& config) {
  return net::OriginRules({.public_url = config.public_url,
                           .allowed_origins = config.allowed_origins,
                           .any_loopback = config.dev});
}

net::HeaderMap default_headers(const Config& config) {
  net::HeaderMap headers{
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Permissions-Policy", "camera=(self), microphone=(self), display-capture=(self)"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"X-Frame-Options", "DENY"}};
  if (config.has_tls() || config.public_url.starts_with("https://")) {
    headers.set("Strict-Transport-Security", "max-age=31536000");
  }
  return headers;
}

signaling::LiveKit::Options livekit_options(const Config& config,
                                            signaling::WebhookOutbox* outbox) {
  const auto keys = api_keys(config);
  const bool app_rooms = std::any_of(keys.begin(), keys.end(), [&config](const auto& key) {
    return key.name == config.webhook.api_key && key.app_rooms;
  });
  return {.behind_proxy = !config.trusted_proxies.empty(),
          .ice_urls = config.turn.urls,
          .turn_secret = config.turn.secret,
          .webhook_urls = config.webhook.urls,
          .webhook_key = config.webhook.api_key,
          .webhook_app_rooms = app_rooms,
          .webhook_include = config.webhook.include_events,
          .webhook_exclude = config.webhook.exclude_events,
          .webhook_outbox = outbox};
}

std::size_t cores() { return std::max<std::size_t>(2, std::thread::hardware_concurrency()); }

}  // namespace

struct Server::Parts {
  explicit Parts(Config c)
      : config(std::move(c)),
        assets(embedded_assets(), config.public_url),
        router(origin_rules(config)) {}

  Config config;
  net::EventLoop loop;
  SystemRandom random;
  Assets assets;
  net::Router router;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<identity::AccessTokens> access_tokens;
  std::unique_ptr<identity::RoomTokens> room_tokens;
  identity::EndedLogins ended_logins;
  std::unique_ptr<identity::PasswordHasher> hasher;
  std::unique_ptr<identity::Accounts> accounts;
  std::unique_ptr<engines::EmbeddedEngine> video;
  std::unique_ptr<market::Doorkeeper> doorkeeper;
  std::unique_ptr<blobs::BlobFolder> blobs;
  std::unique_ptr<identity::FileLinks> file_links;
  std::shared_ptr<market::FileKeeper> files;  // also of uploads, which may be dropped later
  std::unique_ptr<RoomAdmission> admission;
  std::unique_ptr<RoomPresence> presence;
  std::unique_ptr<HourlyBackups> backups;
  std::unique_ptr<PushService> push;
  std::unique_ptr<reactive::Scheduler> scheduler;
  std::unique_ptr<reactive::Engine> engine;
  std::unique_ptr<reactive::convex::SyncServer> sync;
  std::unique_ptr<reactive::convex::HttpApi> convex_http;
  std::unique_ptr<shard::Shards> shards;
  std::unique_ptr<WebhookTable> webhooks;
  std::unique_ptr<signaling::LiveKit> livekit;
  std::unique_ptr<net::HttpServer> http;
  std::unique_ptr<boost::asio::signal_set> signals;
  std::vector<net::Timer> timers;
  std::unique_ptr<Readiness> readiness;
  bool ready = false;

  Status build();
  Status open_data();
  Status open_identity();
  /// R14: tokens die at once, sockets and the place in a room right after. Any thread.
  void end_login(std::string login);
  /// The same for what another server on this database has ended.
  void follow_ended_logins();
  /// P2: the rest of an account that is erased.
  Result<std::function<void()>> erase_person(store::Writer& db, const Id<identity::User>& person,
                                             UnixMillis now);
  Status open_files();
  void remove_bytes(std::vector<std::string> ids);
  Status open_push();
  /// Removes what is told of rings, wherever that takes a transaction of its own. Any thread.
  void forget_push(Status (*forget)(store::Writer&, const std::string&), std::string what);
  [[nodiscard]] market::Ports market_ports() const {
    return {.video = *video, .links = *file_links, .push = push.get(), .rates = rates()};
  }
  Status open_scheduler();
  Status open_functions();
  Status open_media();
  void mount();
  Status listen();
  [[nodiscard]] market::Rates rates() const {
    return config.dev ? market::Rates::Lifted : market::Rates::Limited;
  }
  /// Calls `job` every `period` for as long as the server lives.
  void every(Duration period, std::function<void()> job);
  void stop_on_signals();
  void drain();
  void close();
};

Status Server::Parts::build() {
  VV_TRY(open_data());
  VV_TRY(open_identity());
  VV_TRY(open_files());
  VV_TRY(open_functions());
  if (config.demo) VV_TRY(add_demo(*store, random));
  // Where other servers run, the people in their calls are there.
  if (!store->was_shared()) VV_TRY(doorkeeper->reset());
  VV_TRY(files->reset());
  VV_TRY(open_media());
  mount();
  return listen();
}

Status Server::Parts::open_data() {
  VV_TRY(make_data_directory(config.data));
  VV_ASSIGN_OR_RETURN(store, store::Store::open({.path = config.database_path()}, make_schema()));
  pool = std::make_unique<WorkerPool>(WorkerPool::Options{.name = "pool", .threads = cores()});
  return {};
}

Status Server::Parts::open_identity() {
  VV_ASSIGN_OR_RETURN(access_tokens,
                      identity::AccessTokens::create(
                          {.key_file = config.in_data("access-key.pem"),
                           .issuer = config.public_url.empty() ? "visavis" : config.public_url}));
  VV_ASSIGN_OR_RETURN(Secret room_secret, own_secret(config, "room-key"));
  room_tokens = std::make_unique<identity::RoomTokens>(std::move(room_secret), api_keys(config));
  hasher = std::make_unique<identity::PasswordHasher>(cores());
  VV_ASSIGN_OR_RETURN(Secret refresh_key, own_secret(config, "refresh-key"));
  VV_TRY(ended_logins.load(*store));
  if (store->is_shareable()) follow_ended_logins();
  accounts = std::make_unique<identity::Accounts>(
      *store, *access_tokens, *hasher, random,
      identity::Accounts::Options{
          .lift_rates = config.dev,
          .on_login_ended = [this](std::string login) { end_login(std::move(login)); },
          .refresh_key = std::move(refresh_key),
          .erase_person = [this](store::Writer& db, const Id<identity::User>& person,
                                 UnixMillis now) { return erase_person(db, person, now); }});
  return {};
}

Result<std::function<void()>> Server::Parts::erase_person(store::Writer& db,
                                                          const Id<identity::User>& person,
                                                          UnixMillis now) {
  reactive::MutationContext ctx(db, {.identity = nullptr,
                                     .now = now,
                                     .random = &random,
                                     .base_url = {},
                                     .scheduler = scheduler.get()});
  VV_ASSIGN_OR_RETURN(market::ErasedAccount erased, market::erase_account(ctx, person));
  return std::function<void()>([this, erased = std::move(erased)] {
    for (const market::CallId& room : erased.rooms) video->close(room.str());
    loop.post([this, gone = erased.files] { remove_bytes(gone); });
  });
}

void Server::Parts::end_login(std::string login) {
  ended_logins.add(login, wall_now());
  forget_push(market::forget_push_of_login, login);
  loop.post([this, login = std::move(login)] {
    if (sync) sync->close_login(login);
    if (livekit) livekit->remove_login(login);
  });
}

void Server::Parts::follow_ended_logins() {
  const std::uint32_t table = store->schema().table_of(store::type_tag<identity::EndedLogin>());
  const auto look = [this] {
    const auto learnt = ended_logins.refresh(*store);
    if (!learnt) log::warn("ended sign-ins were not read", {{"reason", learnt.error().message}});
    if (learnt) {
      for (const std::string& login : *learnt) end_login(login);
    }
  };
  store->on_commit([this, table, look](const store::Commit& commit) {
    if (!commit.writes->any_point([&](store::PointView row) { return row.table == table; })) return;
    loop.post([this, look] {
      if (ready && !pool->try_post(look)) log::warn("ended sign-ins were not read: too much to do");
    });
  });
}

Status Server::Parts::open_files() {
  VV_ASSIGN_OR_RETURN(blobs, blobs::BlobFolder::open(config.in_data("files")));
  VV_ASSIGN_OR_RETURN(Secret key, own_secret(config, "file-key"));
  file_links = std::make_unique<identity::FileLinks>(std::move(key));
  files = std::make_shared<market::FileKeeper>(market::FileKeeper::Ports{
      .store = *store, .random = random, .now = wall_now, .rates = rates()});
  return {};
}

void Server::Parts::remove_bytes(std::vector<std::string> ids) {
  const bool taken = pool->try_post([this, ids = std::move(ids)] {
    for (const std::string& id : ids) {
      const Status removed = blobs->remove(id);
      if (!removed) log::warn("a file was kept", {{"reason", removed.error().message}});
    }
  });
  if (!taken) log::warn("files were kept until the next sweep");
}

Status Server::Parts::open_push() {
  if (!config.push.enabled) return {};
  VV_ASSIGN_OR_RETURN(push, PushService::open(loop, config, [this](std::string device) {
                        forget_push(market::forget_push_device, std::move(device));
                      }));
  return {};
}

void Server::Parts::forget_push(Status (*forget)(store::Writer&, const std::string&),
                                std::string what) {
  store->write([forget, what = std::move(what)](store::Writer& db) { return forget(db, what); },
               [](const Result<store::Commit>& done) {
                 if (!done) {
                   log::warn("a browser's subscription was kept",
                             {{"reason", done.error().message}});
                 }
               });
}

/// What happens later, or again and again.
Status Server::Parts::open_scheduler() {
  reactive::Internals internals;
  market::register_internals(internals, market_ports());
  if (config.has_database_server()) {
    log::info("no backups are made: the database is PostgreSQL's, which has its own");
  } else if (const std::string folder = config.backup_folder(); folder.empty()) {
    log::info("no backups are made: [backup] folder is not set");
  } else {
    backups = std::make_unique<HourlyBackups>(config, wall_now);
    backups->add_to(internals);
  }
  register_retention(internals, [this](auto ids) { remove_bytes(std::move(ids)); });
  scheduler = std::make_unique<reactive::Scheduler>(
      reactive::Scheduler::Ports{
          .store = *store,
          .post = [this](std::function<void()> job) { loop.post(std::move(job)); },
          .now = {},
          .wall_now = {},
          .random = random},
      std::move(internals));
  return scheduler->start();
}

Status Server::Parts::open_functions() {
  // The rooms live on the front loop; the market calls from wherever its transaction ended.
  video = std::make_unique<engines::EmbeddedEngine>(
      *room_tokens, engines::EmbeddedEngine::Rooms{
                        .close =
                            [this](std::string room) {
                              loop.post([this, room = std::move(room)] {
                                if (livekit) livekit->close_room(room, signaling::RoomEnd::Deleted);
                              });
                            },
                        .remove =
                            [this](std::string room, std::string person) {
                              loop.post([this, room = std::move(room), person = std::move(person)] {
                                if (livekit) livekit->remove_participant(room, person);
                              });
                            }});
  VV_TRY(open_push());
  VV_TRY(open_scheduler());
  doorkeeper =
      std::make_unique<market::Doorkeeper>(market::Doorkeeper::Ports{.store = *store,
                                                                     .video = *video,
                                                                     .random = random,
                                                                     .now = wall_now,
                                                                     .scheduler = *scheduler});
  admission = std::make_unique<RoomAdmission>(*doorkeeper, ended_logins, config.auto_create);
  presence = std::make_unique<RoomPresence>(*doorkeeper);
  VV_ASSIGN_OR_RETURN(Secret cursor_key, own_secret(config, "cursor-key"));
  auto ports = reactive::EnginePorts::on(
      *pool, [this](std::function<void()> job) { loop.post(std::move(job)); });
  ports.random = &random;
  ports.scheduler = scheduler.get();
  engine = std::make_unique<reactive::Engine>(
      *store, make_registry(market_ports()), std::move(ports),
      reactive::EngineOptions{
          .cursor_key = std::move(cursor_key),
          .reveal_errors = config.dev,
          .limit_rates = !config.dev,
          .mutations_per_second = static_cast<double>(config.limits.mutations_per_second),
          .mutation_burst = static_cast<double>(config.limits.mutation_burst)});
  const auto verify = token_verifier(*access_tokens, ended_logins);
  sync = std::make_unique<reactive::convex::SyncServer>(*engine, verify,
                                                        reactive::convex::SyncOptions{});
  convex_http = std::make_unique<reactive::convex::HttpApi>(*engine, verify);
  engine->on_gap([this] {
    if (sync) sync->restart_sockets();
  });
  return {};
}

Status Server::Parts::open_media() {
  VV_ASSIGN_OR_RETURN(shards, shard::Shards::start(rtc_options(config), [this](sfu::Event event) {
                        // On a shard's thread: the front loop is where the rooms' control lives.
                        loop.post([this, event = std::move(event)] {
                          if (livekit) livekit->handle(event);
                        });
                      }));
  VV_ASSIGN_OR_RETURN(const Secret node, own_secret(config, "node-id"));
  webhooks = std::make_unique<WebhookTable>(*store, std::string(node.reveal()));
  livekit = std::make_unique<signaling::LiveKit>(loop, *shards, *room_tokens, *admission, *presence,
                                                 livekit_options(config, webhooks.get()));
  return {};
}

void Server::Parts::mount() {
  livekit->mount(router);
  mount_auth_routes(router, {.loop = loop, .accounts = *accounts, .tokens = *access_tokens});
  mount_file_routes(router, {.loop = loop,
                             .pool = *pool,
                             .blobs = *blobs,
                             .links = *file_links,
                             .keeper = files,
                             .now = wall_now});
  mount_export_route(router, {.loop = loop,
                              .pool = *pool,
                              .store = *store,
                              .links = *file_links,
                              .public_url = config.public_url,
                              .now = wall_now});
  mount_convex_routes(router, {.loop = loop,
                               .sync = *sync,
                               .http = *convex_http,
                               .base_url = [this](const net::HttpRequest& request) {
                                 return config.public_url.empty() ? request.base_url()
                                                                  : config.public_url;
                               }});
  readiness = std::make_unique<Readiness>(Readiness::Ports{
      .loop = loop,
      .check = [this](std::function<void(Status)> done) { store->check_writable(std::move(done)); },
      .now = monotonic_now});
  mount_health_routes(
      router,
      {.is_ready = [this]() -> Task<bool> {
         if (!ready) co_return false;
         co_return co_await readiness->ask();
       },
       .refresh_gauges =
           [this] {
             static Gauge& sockets =
                 metrics().gauge("visavis_reactive_sync_sockets", "sync sockets that are open");
             static Gauge& queries = metrics().gauge("visavis_reactive_live_queries",
                                                     "distinct queries that are watched");
             static Gauge& people =
                 metrics().gauge("visavis_signaling_participants", "participants of all rooms");
             sockets.set(static_cast<std::int64_t>(sync->sessions()));
             queries.set(static_cast<std::int64_t>(engine->counts().live_queries));
             static Gauge& rooms =
                 metrics().gauge("visavis_signaling_rooms", "rooms that are open");
             static Gauge& tracks = metrics().gauge("visavis_signaling_published_tracks",
                                                    "tracks published in all rooms");
             static Gauge& taken = metrics().gauge("visavis_signaling_subscriptions",
                                                   "tracks sent to somebody, each");
             static Gauge& starved =
                 metrics().gauge("visavis_signaling_starved_subscriptions",
                                 "of these, pictures left out because a link cannot carry them");
             const signaling::LiveKit::Totals totals = livekit->totals();
             people.set(static_cast<std::int64_t>(totals.participants));
             rooms.set(static_cast<std::int64_t>(totals.rooms));
             tracks.set(static_cast<std::int64_t>(totals.tracks));
             taken.set(static_cast<std::int64_t>(totals.subscriptions));
             starved.set(static_cast<std::int64_t>(totals.starved));
           },
       .metrics_token = config.metrics_token});
  for (const auto* prefix : {"/agent", "/whip"}) {
    router.handle_prefix("*", prefix,
                         [](net::HttpRequest) -> Task<net::HttpResponse> {
                           co_return net::HttpResponse::text(404, "not found\n");
                         },
                         {.cors = net::Cors::EchoAny});
  }
  router.fallback([this](net::HttpRequest request) -> Task<net::HttpResponse> {
    co_return assets.serve(request);
  });
}

Status Server::Parts::listen() {
  net::ServerOptions options{.listen = *net::parse_endpoint(config.listen),
                             .tls = {},
                             .trusted_proxies = config.trusted_proxies,
                             .default_headers = default_headers(config)};
  if (config.has_tls()) {
    options.tls = net::TlsFiles{.certificate = config.tls.certificate, .key = config.tls.key};
  }
  if (takes_rtc_over_http(config)) {
    options.on_check = [this](net::TcpStream stream, Bytes packet) {
      shards->take(std::move(stream), packet);
    };
  }
  VV_ASSIGN_OR_RETURN(http, net::HttpServer::listen(loop, router, std::move(options)));
  if (takes_rtc_over_http(config)) shards->add_tcp_port(http->endpoint(), public_port(config));
  every(kSyncTick, [this] { sync->tick(); });
  every(kEngineTick, [this] {
    engine->tick(monotonic_now());
    scheduler->tick();
  });
  every(kFileTick, [this] { files->tick(); });
  every(kHeapTick, [this] {
    if (!pool->try_post(release_free_memory)) log::warn("no memory was given back: too much to do");
  });
  stop_on_signals();
  ready = true;
  return {};
}

void Server::Parts::every(Duration period, std::function<void()> job) {
  loop.spawn([](Parts& self, Duration wait, std::function<void()> call) -> Task<void> {
    while (true) {
      co_await net::sleep_for(self.loop, wait);
      if (!self.ready) co_return;
      call();
    }
  }(*this, period, std::move(job)));
}

void Server::Parts::stop_on_signals() {
  signals = std::make_unique<boost::asio::signal_set>(loop.context(), SIGTERM, SIGINT);
  signals->async_wait([this](const boost::system::error_code& error, int) {
    if (!error) drain();
  });
}

void Server::Parts::drain() {
  log::info("draining");
  ready = false;
  livekit->close_all(signaling::RoomEnd::Shutdown);
  sync->drain();
  loop.spawn([](Parts& self) -> Task<void> {
    const Instant limit = monotonic_now() + kAnswerLimit;
    while (self.sync->unanswered() > 0 && monotonic_now() < limit) {
      co_await net::sleep_for(self.loop, kAnswerTick);
    }
    self.http->drain(1012, "restart", kDrainLimit, [&self] { self.loop.stop(); });
  }(*this));
  // A second signal does not wait.
  signals->async_wait([](const boost::system::error_code& error, int) {
    if (!error) ::_exit(1);  // what was acknowledged is on disk
  });
}

/// The loop has ended. Whoever still works may call only what is below it.
void Server::Parts::close() {
  ready = false;
  http.reset();
  livekit.reset();
  push.reset();
  shards.reset();
  backups.reset();
  pool.reset();
  hasher.reset();
  if (files) files->close();
  if (scheduler) scheduler->stop();
  store.reset();
}

Result<std::unique_ptr<Server>> Server::create(Config config) {
  // URLs are made by adding paths to it.
  while (config.public_url.ends_with('/')) config.public_url.pop_back();
  auto parts = std::make_unique<Parts>(std::move(config));
  const Status built = parts->build();
  if (!built) {
    parts->close();
    return built.error();
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() { parts_->close(); }

std::string Server::url() const {
  return (parts_->config.has_tls() ? "https://" : "http://") + parts_->http->endpoint().text();
}

void Server::run() { parts_->loop.run(); }

}  // namespace vv::server
