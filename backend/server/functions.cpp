#include "server/functions.hpp"

#include "identity/file_links.hpp"
#include "identity/user.hpp"
#include "market/market.hpp"
#include "reactive/engine.hpp"
#include "server/webhook_table.hpp"
#include "video/engine.hpp"

namespace vv::server {
namespace {

/// Stands where an engine is named and never called.
class NoEngine final : public video::Engine {
 public:
  Result<video::Ticket> ticket(const video::TicketRequest&) override {
    return unavailable("there is no video engine here");
  }
  void close(std::string) override {}
  void remove(std::string, std::string) override {}
};

}  // namespace

store::Schema make_schema() {
  store::Schema schema;
  identity::declare_schema(schema);
  market::declare_schema(schema);
  reactive::declare_schema(schema);
  declare_webhooks(schema);
  return schema;
}

reactive::Registry make_registry(market::Ports ports) {
  reactive::Registry registry;
  market::register_functions(registry, ports);
  return registry;
}

reactive::Registry describe_registry() {
  static NoEngine engine;
  static const identity::FileLinks links{Secret()};
  return make_registry({.video = engine, .links = links});
}

}  // namespace vv::server
