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

/// What the marketplace needs from outside. They outlive it.
struct Ports {
  video::Engine& video;
  const FileLinks& links;
  Rates rates = Rates::Limited;  ///< `--dev` lifts them
};

/// Tables demandes, offres, meetSessions, meetParties, rings, ringDevices, messages, files,
/// uploads, linkEpochs. `identity` declares users.
void declare_schema(store::Schema& schema);

/// Every function of the marketplace that clients may call (contract section 3).
void register_functions(reactive::Registry& registry, Ports ports);

/// What the marketplace has called later. `video` outlives it.
void register_internals(reactive::Internals& internals, video::Engine& video);

/// `--demo`: an open demande of this person's, unless they have one of any status already.
[[nodiscard]] Status add_demo_demande(MutationContext& ctx, const UserId& demandeur);

}  // namespace vv::market
