// The server's Convex protocol, with functions that take, keep and give back any value. The
// product's own have typed columns, so nothing of theirs could show that every value comes through
// a client, the wire and a row as it was.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "net/http/server.hpp"
#include "reactive/context.hpp"
#include "reactive/convex/http_api.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/convex/sync_server.hpp"
#include "reactive/engine.hpp"
#include "server/convex_routes.hpp"
#include "store/store.hpp"

namespace vv::lab {

using reactive::ActionContext;
using reactive::MutationContext;
using reactive::Nullable;
using reactive::QueryContext;
using reactive::Value;

struct Kept {
  Id<Kept> id;
  double creation_time = 0;
  std::string name;
  std::string value;  ///< as it is sent
};
BOOST_DESCRIBE_STRUCT(Kept, (), (id, creation_time, name, value))

struct ValueArgs {
  Value value;
};
BOOST_DESCRIBE_STRUCT(ValueArgs, (), (value))
struct KeepArgs {
  std::string name;
  Value value;
};
BOOST_DESCRIBE_STRUCT(KeepArgs, (), (name, value))
struct NameArgs {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(NameArgs, (), (name))

Result<std::optional<Kept>> find(store::Reader& db, const std::string& name) {
  return db.query<Kept>("by_name").eq(name).first();
}

Result<Nullable<Value>> kept(QueryContext& ctx, const NameArgs& args) {
  VV_ASSIGN_OR_RETURN(const std::optional<Kept> row, find(ctx.db, args.name));
  if (!row) return Nullable<Value>();
  return Nullable<Value>(reactive::convex::parse_json(row->value).value_or(Value{}));
}

Result<void> keep(MutationContext& ctx, const KeepArgs& args) {
  VV_ASSIGN_OR_RETURN(const std::optional<Kept> row, find(ctx.db, args.name));
  Kept now = row.value_or(Kept{});
  now.name = args.name;
  now.value.clear();
  append_json_value(now.value, args.value);
  if (row) return ctx.db.replace(now);
  VV_ASSIGN_OR_RETURN(const Id<Kept> id, ctx.db.insert(now));
  static_cast<void>(id);
  return {};
}

Result<void> count(MutationContext& ctx, const NameArgs& args) {
  VV_ASSIGN_OR_RETURN(const std::optional<Kept> row, find(ctx.db, args.name));
  const double before = row ? std::stod(row->value) : 0;
  return keep(ctx, {.name = args.name, .value = Value(before + 1)});
}

reactive::Registry functions() {
  reactive::Registry registry;
  registry.query("lab:echo",
                 [](QueryContext&, const ValueArgs& args) -> Result<Value> { return args.value; });
  registry.query("lab:kept", kept);
  registry.mutation("lab:keep", keep);
  registry.action("lab:echoAction", [](ActionContext&, const ValueArgs& args) -> Result<Value> {
    return args.value;
  });
  // An action that leaves a trace.
  registry.action("lab:count", [](ActionContext& ctx, const NameArgs& args) -> Result<void> {
    return ctx.run_mutation(count, args);
  });
  return registry;
}

Task<void> tick(net::EventLoop& loop, reactive::convex::SyncServer& sync,
                reactive::Engine& engine) {
  while (true) {
    co_await net::sleep_for(loop, milliseconds(100));
    sync.tick();
    engine.tick(monotonic_now());
  }
}

Status serve(const std::string& data, const std::string& listen) {
  store::Schema schema;
  reactive::declare_schema(schema);
  schema.add(store::table<Kept>("kept").index("by_name", &Kept::name));
  std::filesystem::create_directories(data);
  VV_ASSIGN_OR_RETURN(auto store,
                      store::Store::open({.path = data + "/lab.db"}, std::move(schema)));

  net::EventLoop loop;
  auto pool = std::make_unique<WorkerPool>(WorkerPool::Options{.name = "pool", .threads = 2});
  reactive::Engine engine(
      *store, functions(),
      reactive::EnginePorts::on(*pool,
                                [&loop](std::function<void()> job) { loop.post(std::move(job)); }),
      reactive::EngineOptions{.cursor_key = {}, .limit_rates = false});
  const reactive::convex::TokenVerifier nobody =
      [](std::string_view) -> Result<reactive::VerifiedToken> {
    return unauthenticated("there are no accounts here");
  };
  reactive::convex::SyncServer sync(engine, nobody, {});
  reactive::convex::HttpApi http_api(engine, nobody);
  net::Router router(
      net::OriginRules({.public_url = {}, .allowed_origins = {}, .any_loopback = true}));
  server::mount_convex_routes(
      router, {.loop = loop,
               .sync = sync,
               .http = http_api,
               .base_url = [](const net::HttpRequest& request) { return request.base_url(); }});
  net::ServerOptions options;
  options.listen = *net::parse_endpoint(listen);
  VV_ASSIGN_OR_RETURN(auto http, net::HttpServer::listen(loop, router, std::move(options)));

  loop.spawn(tick(loop, sync, engine));
  boost::asio::signal_set signals(loop.context(), SIGTERM, SIGINT);
  signals.async_wait([&loop](const boost::system::error_code&, int) { loop.stop(); });
  std::printf("visavis ready http://%s\n", http->endpoint().text().c_str());
  std::fflush(stdout);
  loop.run();
  http.reset();
  pool.reset();
  store.reset();
  return {};
}

}  // namespace vv::lab

/// Takes what `visavis serve` does, and heeds `--data` and `--listen`.
int main(int argc, char** argv) {
  std::string data;
  std::string listen;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--data") data = argv[i + 1];
    if (std::string_view(argv[i]) == "--listen") listen = argv[i + 1];
  }
  const vv::Status served = vv::lab::serve(data, listen);
  if (!served) std::fprintf(stderr, "%s\n", served.error().message.c_str());
  return served ? 0 : 1;
}
