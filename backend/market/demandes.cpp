#include "market/demandes.hpp"

#include <algorithm>

#include "market/rates.hpp"
#include "market/text.hpp"

namespace vv::market {

Result<DemandeId> create_demande(MutationContext& ctx, const CreateDemandeArgs& args, Rates rates) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  Demande demande;
  demande.demandeur_id = caller;
  VV_ASSIGN_OR_RETURN(demande.titre, title(args.titre, "titre"));
  VV_ASSIGN_OR_RETURN(demande.description, body(args.description, "description"));
  VV_ASSIGN_OR_RETURN(demande.prix, price(args.prix, "prix"));
  VV_ASSIGN_OR_RETURN(demande.devise, currency(args.devise, "devise"));
  if (rates == Rates::Limited) {
    VV_TRY(
        check_hourly(ctx.db.query<Demande>("by_demandeur").eq(caller), ctx.now(), kDemandesAnHour));
  }
  return ctx.db.insert(demande);
}

Result<Page<view::Demande>> list_demandes(QueryContext& ctx, const ListDemandesArgs& args,
                                          const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const std::vector<std::string> words,
                      search_words(args.recherche.value_or("")));
  store::Query<Demande> open =
      ctx.db.query<Demande>("by_status").eq(DemandeStatus::Open).order(store::Order::Descending);
  if (!words.empty()) {
    open.where([&words](const Demande& demande) {
      const std::string text = folded(demande.titre + "\n" + demande.description);
      return std::ranges::all_of(
          words, [&text](const std::string& word) { return text.find(word) != std::string::npos; });
    });
  }
  VV_ASSIGN_OR_RETURN(const Page<Demande> page, ctx.paginate(open, args.pagination_opts));
  Viewer viewer(ctx, links);
  return see_page<view::Demande>(page, [&](const Demande& d) { return see_demande(viewer, d); });
}

Result<std::optional<Demande>> find_readable(store::Reader& db, const DemandeId& id,
                                             const std::optional<UserId>& reader) {
  VV_ASSIGN_OR_RETURN(std::optional<Demande> demande, db.find(id));
  if (demande && demande->status != DemandeStatus::Open && !reader) demande.reset();
  return demande;
}

Result<Nullable<view::Demande>> get_demande(QueryContext& ctx, const DemandeArgs& args,
                                            const FileLinks& links) {
  std::optional<UserId> reader;
  if (const auto caller = ctx.caller_if_any()) reader = UserId(*caller);
  VV_ASSIGN_OR_RETURN(const std::optional<Demande> demande,
                      find_readable(ctx.db, args.demande_id, reader));
  if (!demande) return Nullable<view::Demande>{};
  Viewer viewer(ctx, links);
  VV_ASSIGN_OR_RETURN(view::Demande view, see_demande(viewer, *demande));
  return Nullable<view::Demande>{std::move(view)};
}

Result<Page<view::Demande>> my_demandes(QueryContext& ctx, const PageArgs& args,
                                        const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(
      const Page<Demande> page,
      ctx.paginate(ctx.db.query<Demande>("by_demandeur").eq(caller).order(store::Order::Descending),
                   args.pagination_opts));
  Viewer viewer(ctx, links);
  return see_page<view::Demande>(page, [&](const Demande& d) { return see_demande(viewer, d); });
}

Status cancel_demande(MutationContext& ctx, const DemandeArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(std::optional<Demande> demande,
                      find_readable(ctx.db, args.demande_id, caller));
  if (!demande) return not_found("there is no such demande");
  if (demande->demandeur_id != caller) return forbidden("this demande is somebody else's");
  if (demande->status == DemandeStatus::Cancelled) return {};
  if (!can_move(demande->status, DemandeStatus::Cancelled)) {
    return wrong_state("only an open demande can be cancelled", demande->status);
  }
  demande->status = DemandeStatus::Cancelled;
  VV_TRY(ctx.db.replace(*demande));
  return reject_pending(ctx.db, demande->id, OffreId{});
}

Status reject_pending(store::Writer& db, const DemandeId& demande_id, const OffreId& keep) {
  VV_ASSIGN_OR_RETURN(
      std::vector<Offre> pending,
      db.query<Offre>("by_demande_status").eq(demande_id).eq(OffreStatus::Pending).collect());
  for (Offre& offre : pending) {
    if (offre.id == keep) continue;
    offre.status = OffreStatus::Rejected;
    VV_TRY(db.replace(offre));
  }
  return {};
}

}  // namespace vv::market
