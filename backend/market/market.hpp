#pragma once

#include "market/demandes.hpp"
#include "reactive/internals.hpp"
#include "reactive/registry.hpp"

namespace vv {
class Random;
}
namespace vv::store {
class Schema;
class Store;
}  // namespace vv::store
namespace vv::video {
class Engine;
}

namespace vv::market {

class PushPort;

/// What the marketplace needs from outside. They outlive it.
struct Ports {
  video::Engine& video;
  const FileLinks& links;
  PushPort* push = nullptr;      ///< none: no browser is told of rings but by its open pages
  Rates rates = Rates::Limited;  ///< `--dev` lifts them
};

/// Tables demandes, offres, meetSessions, meetParties, rings, ringDevices, pushDevices, messages,
/// files, uploads, linkEpochs. `identity` declares users.
void declare_schema(store::Schema& schema);

/// Every function of the marketplace that clients may call (contract section 3).
void register_functions(reactive::Registry& registry, Ports ports);

/// What the marketplace has called later.
void register_internals(reactive::Internals& internals, Ports ports);

/// `--demo`: an open demande of this person's, unless they have one of any status already.
[[nodiscard]] Status add_demo_demande(MutationContext& ctx, const UserId& demandeur);

}  // namespace vv::market
