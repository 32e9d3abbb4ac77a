#include "market/offres.hpp"

#include "market/meet_sessions.hpp"
#include "market/rates.hpp"
#include "market/text.hpp"

namespace vv::market {
namespace {

/// The page's limit, not a person's: a demande with more offres than this shows its newest.
constexpr std::size_t kMaxListed = 500;

Status change_count(store::Writer& db, const DemandeId& demande_id, std::int64_t by) {
  VV_ASSIGN_OR_RETURN(Demande demande, db.get(demande_id));
  demande.nombre_offres += by;
  return db.replace(demande);
}

Result<view::OffreAvecDemande> see_with_demande(Viewer& viewer, const Offre& offre) {
  VV_ASSIGN_OR_RETURN(const Demande demande, viewer.db.get(offre.demande_id));
  VV_ASSIGN_OR_RETURN(view::Offre seen, see_offre(viewer, offre, demande));
  return view::OffreAvecDemande{.id = seen.id,
                                .creation_time = seen.creation_time,
                                .demande_id = seen.demande_id,
                                .prix_propose = seen.prix_propose,
                                .devise = seen.devise,
                                .message = std::move(seen.message),
                                .status = seen.status,
                                .meet_session_id = seen.meet_session_id,
                                .offreur = std::move(seen.offreur),
                                .demande = {.id = demande.id,
                                            .titre = demande.titre,
                                            .prix = demande.prix,
                                            .devise = demande.devise,
                                            .status = demande.status}};
}

Result<Page<view::OffreAvecDemande>> page_of(QueryContext& ctx, std::string_view index,
                                             const UserId& person, const PaginationOpts& opts,
                                             const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(
      const Page<Offre> page,
      ctx.paginate(ctx.db.query<Offre>(index).eq(person).order(store::Order::Descending), opts));
  Viewer viewer(ctx, links);
  return see_page<view::OffreAvecDemande>(
      page, [&](const Offre& offre) { return see_with_demande(viewer, offre); });
}

/// One transaction: the offre is accepted, its rivals rejected, the demande assigned, and a meeting
/// opens for the two of them (contract section 3).
Result<Acceptance> accept(MutationContext& ctx, Offre offre) {
  if (offre.status == OffreStatus::Accepted) return first_meeting_of(ctx.db, offre);
  if (!can_move(offre.status, OffreStatus::Accepted)) {
    return wrong_state("this offre can no longer be accepted", offre.status);
  }
  VV_ASSIGN_OR_RETURN(Demande demande, ctx.db.get(offre.demande_id));
  if (!can_move(demande.status, DemandeStatus::Assigned)) {
    return wrong_state("this demande is closed", demande.status);
  }
  demande.status = DemandeStatus::Assigned;
  VV_TRY(ctx.db.replace(demande));
  VV_TRY(reject_pending(ctx.db, demande.id, offre.id));
  offre.status = OffreStatus::Accepted;
  VV_TRY(ctx.db.replace(offre));
  const UserId opener = offre.demandeur_id;
  return open_meeting(ctx, std::move(offre), opener);
}

Status reject(MutationContext& ctx, Offre offre) {
  if (offre.status == OffreStatus::Rejected) return {};
  if (!can_move(offre.status, OffreStatus::Rejected)) {
    return wrong_state("this offre can no longer be rejected", offre.status);
  }
  offre.status = OffreStatus::Rejected;
  return ctx.db.replace(offre);
}

}  // namespace

Status withdraw(MutationContext& ctx, Offre offre) {
  if (offre.status == OffreStatus::Withdrawn) return {};
  if (!can_move(offre.status, OffreStatus::Withdrawn)) {
    return wrong_state("this offre can no longer be withdrawn", offre.status);
  }
  offre.status = OffreStatus::Withdrawn;
  VV_TRY(ctx.db.replace(offre));
  return change_count(ctx.db, offre.demande_id, -1);
}

Result<OffreId> create_offre(MutationContext& ctx, const CreateOffreArgs& args, Rates rates) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  Offre offre;
  offre.demande_id = args.demande_id;
  offre.offreur_id = caller;
  VV_ASSIGN_OR_RETURN(offre.prix_propose, price(args.prix_propose, "prixPropose"));
  VV_ASSIGN_OR_RETURN(offre.message, body(args.message, "message"));

  VV_ASSIGN_OR_RETURN(const std::optional<Demande> demande, ctx.db.find(args.demande_id));
  if (!demande) return not_found("there is no such demande");
  if (demande->demandeur_id == caller) return forbidden("this demande is your own");
  // R5: its page may still be on the screen when the demande closes, so this says why.
  if (demande->status != DemandeStatus::Open) {
    return wrong_state("this demande is closed", demande->status);
  }
  VV_ASSIGN_OR_RETURN(const std::vector<Offre> earlier,
                      ctx.db.query<Offre>("by_demande_offreur")
                          .eq(args.demande_id)
                          .eq(caller)
                          .where([](const Offre& o) { return o.status == OffreStatus::Pending; })
                          .take(1));
  if (!earlier.empty()) {
    return wrong_state("your offre on this demande is still pending", OffreStatus::Pending);
  }
  if (rates == Rates::Limited) {
    VV_TRY(check_hourly(ctx.db.query<Offre>("by_offreur").eq(caller), ctx.now(), kOffresAnHour));
  }
  offre.demandeur_id = demande->demandeur_id;
  VV_TRY(change_count(ctx.db, demande->id, +1));
  return ctx.db.insert(offre);
}

Result<std::vector<view::Offre>> offres_for_demande(QueryContext& ctx, const DemandeArgs& args,
                                                    const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::optional<Demande> demande,
                      find_readable(ctx.db, args.demande_id, caller));
  if (!demande) return not_found("there is no such demande");
  store::Query<Offre> visible =
      ctx.db.query<Offre>(demande->demandeur_id == caller ? "by_demande" : "by_demande_offreur");
  visible.eq(demande->id).order(store::Order::Descending);
  if (demande->demandeur_id != caller) visible.eq(caller);
  VV_ASSIGN_OR_RETURN(const std::vector<Offre> offres, visible.take(kMaxListed));

  Viewer viewer(ctx, links);
  std::vector<view::Offre> views;
  for (const Offre& offre : offres) {
    VV_ASSIGN_OR_RETURN(view::Offre view, see_offre(viewer, offre, *demande));
    views.push_back(std::move(view));
  }
  return views;
}

Result<Page<view::OffreAvecDemande>> received_offres(QueryContext& ctx, const PageArgs& args,
                                                     const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  return page_of(ctx, "by_demandeur", caller, args.pagination_opts, links);
}

Result<Page<view::OffreAvecDemande>> sent_offres(QueryContext& ctx, const PageArgs& args,
                                                 const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  return page_of(ctx, "by_offreur", caller, args.pagination_opts, links);
}

Result<Nullable<Acceptance>> update_offre_status(MutationContext& ctx,
                                                 const UpdateOffreArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::optional<Offre> offre, ctx.db.find(args.offre_id));
  if (!offre || (caller != offre->demandeur_id && caller != offre->offreur_id)) {
    return not_found("there is no such offre");
  }
  const bool is_withdrawal = args.status == OffreMove::Withdrawn;
  if (caller != (is_withdrawal ? offre->offreur_id : offre->demandeur_id)) {
    return forbidden(is_withdrawal ? "only its offreur withdraws an offre"
                                   : "only the demandeur accepts or rejects an offre");
  }
  switch (args.status) {
    case OffreMove::Accepted: {
      VV_ASSIGN_OR_RETURN(Acceptance acceptance, accept(ctx, *offre));
      return Nullable<Acceptance>{std::move(acceptance)};
    }
    case OffreMove::Rejected:
      VV_TRY(reject(ctx, *offre));
      break;
    case OffreMove::Withdrawn:
      VV_TRY(withdraw(ctx, *offre));
      break;
  }
  return Nullable<Acceptance>{};
}

}  // namespace vv::market
