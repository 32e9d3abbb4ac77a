#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "market/see.hpp"
#include "reactive/context.hpp"

namespace vv::market {

using reactive::MutationContext;
using reactive::Page;
using reactive::PaginationOpts;
using reactive::QueryContext;

struct PageArgs {
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(PageArgs, (), (pagination_opts))

struct DemandeArgs {
  DemandeId demande_id;
};
BOOST_DESCRIBE_STRUCT(DemandeArgs, (), (demande_id))

struct CreateDemandeArgs {
  std::string titre;
  std::string description;
  double prix = 0;  ///< minor units; whatever number a client sends
  std::string devise;
};
BOOST_DESCRIBE_STRUCT(CreateDemandeArgs, (), (titre, description, prix, devise))

/// Whether hourly limits apply (`--dev` lifts them).
enum class Rates : std::uint8_t { Limited, Lifted };

/// `demandes:create`. refuses: invalid; rate_limited past 200 an hour
[[nodiscard]] Result<DemandeId> create_demande(MutationContext& ctx, const CreateDemandeArgs& args,
                                               Rates rates = Rates::Limited);

struct ListDemandesArgs {
  std::optional<std::string> recherche;
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(ListDemandesArgs, (), (recherche, pagination_opts))

/// `demandes:list`: open ones, newest first; with `recherche` those that hold all its words.
/// Public.
[[nodiscard]] Result<Page<view::Demande>> list_demandes(QueryContext& ctx,
                                                        const ListDemandesArgs& args,
                                                        const FileLinks& links);

/// `demandes:get`: an open one to anybody; a closed one to its owner and to those who made an offre
/// on it; else null, as if it did not exist. Public.
[[nodiscard]] Result<Nullable<view::Demande>> get_demande(QueryContext& ctx,
                                                          const DemandeArgs& args,
                                                          const FileLinks& links);

/// `demandes:mine`: the caller's, of any status, newest first.
[[nodiscard]] Result<Page<view::Demande>> my_demandes(QueryContext& ctx, const PageArgs& args,
                                                      const FileLinks& links);

/// `demandes:cancel`: with it its pending offres become `rejected`.
/// refuses: not_found; forbidden unless the caller's; conflict unless open (or cancelled already)
[[nodiscard]] Status cancel_demande(MutationContext& ctx, const DemandeArgs& args);

/// The demande, if this person may read it: strangers the open ones, who is signed in any
/// (threat-model section 5).
[[nodiscard]] Result<std::optional<Demande>> find_readable(store::Reader& db, const DemandeId& id,
                                                           const std::optional<UserId>& reader);
/// Rejects every pending offre of the demande but `keep`.
[[nodiscard]] Status reject_pending(store::Writer& db, const DemandeId& demande_id,
                                    const OffreId& keep);

}  // namespace vv::market
