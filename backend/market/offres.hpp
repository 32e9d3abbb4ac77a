#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "market/demandes.hpp"

namespace vv::market {

struct CreateOffreArgs {
  DemandeId demande_id;
  double prix_propose = 0;  ///< minor units; whatever number a client sends
  std::string message;
};
BOOST_DESCRIBE_STRUCT(CreateOffreArgs, (), (demande_id, prix_propose, message))

/// `offres:create`.
/// refuses: invalid; not_found; forbidden on one's own demande; conflict when it is not open, or
///          when the caller's last offre on it is still pending; rate_limited past 300 an hour
[[nodiscard]] Result<OffreId> create_offre(MutationContext& ctx, const CreateOffreArgs& args,
                                           Rates rates = Rates::Limited);

/// `offres:listForDemande`: all of them to the demande's owner, newest first; to others their own.
/// refuses: not_found when the caller may not read the demande
[[nodiscard]] Result<std::vector<view::Offre>> offres_for_demande(QueryContext& ctx,
                                                                  const DemandeArgs& args,
                                                                  const FileLinks& links);

/// `offres:received`: on the caller's demandes, newest first.
[[nodiscard]] Result<Page<view::OffreAvecDemande>> received_offres(QueryContext& ctx,
                                                                   const PageArgs& args,
                                                                   const FileLinks& links);
/// `offres:sent`: the caller's own, newest first.
[[nodiscard]] Result<Page<view::OffreAvecDemande>> sent_offres(QueryContext& ctx,
                                                               const PageArgs& args,
                                                               const FileLinks& links);

/// Where one may ask an offre to go.
enum class OffreMove : std::uint8_t { Accepted, Rejected, Withdrawn };
BOOST_DESCRIBE_ENUM(OffreMove, Accepted, Rejected, Withdrawn)

struct UpdateOffreArgs {
  OffreId offre_id;
  OffreMove status = OffreMove::Accepted;
};
BOOST_DESCRIBE_STRUCT(UpdateOffreArgs, (), (offre_id, status))

/// `offres:updateOffreStatus`: the demande's owner accepts or rejects, the offreur withdraws.
/// Asking for the state already reached changes nothing; an accepted offre gives its first meeting
/// again. refuses: not_found to anybody else; forbidden to the wrong one of the two; conflict, with
/// the
///          present status, when the offre can no longer go there
[[nodiscard]] Result<Nullable<Acceptance>> update_offre_status(MutationContext& ctx,
                                                               const UpdateOffreArgs& args);

/// For the neighbours: takes an offre back. refuses: conflict unless it is pending
[[nodiscard]] Status withdraw(MutationContext& ctx, Offre offre);

}  // namespace vv::market
