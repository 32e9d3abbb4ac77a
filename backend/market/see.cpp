#include "market/see.hpp"

namespace vv::market {

Result<view::Personne> see_person(store::Reader& db, const UserId& id) {
  VV_ASSIGN_OR_RETURN(const User user, db.get(id));
  return view::Personne{.id = user.id, .name = user.name, .avatar_url = std::nullopt};
}

Result<view::Demande> see_demande(store::Reader& db, const Demande& demande) {
  VV_ASSIGN_OR_RETURN(view::Personne demandeur, see_person(db, demande.demandeur_id));
  return view::Demande{.id = demande.id,
                       .creation_time = demande.creation_time,
                       .titre = demande.titre,
                       .description = demande.description,
                       .prix = demande.prix,
                       .devise = demande.devise,
                       .status = demande.status,
                       .demandeur = std::move(demandeur),
                       .nombre_offres = demande.nombre_offres};
}

Result<view::Offre> see_offre(store::Reader& db, const Offre& offre, const Demande& demande) {
  VV_ASSIGN_OR_RETURN(view::Personne offreur, see_person(db, offre.offreur_id));
  return view::Offre{.id = offre.id,
                     .creation_time = offre.creation_time,
                     .demande_id = offre.demande_id,
                     .prix_propose = offre.prix_propose,
                     .devise = demande.devise,
                     .message = offre.message,
                     .status = offre.status,
                     .meet_session_id = offre.meet_session_id,
                     .offreur = std::move(offreur)};
}

}  // namespace vv::market
