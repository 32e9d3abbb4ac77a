#include "market/see.hpp"

#include "market/files.hpp"

namespace vv::market {

Result<std::string> Viewer::url_of(const FileId& file, const std::string& reader) {
  if (!expires_at_) {
    VV_ASSIGN_OR_RETURN(const std::optional<LinkEpoch> epoch, db.query<LinkEpoch>().first());
    if (!epoch) return internal("links to files have no epoch yet");  // begun before serving
    expires_at_ = epoch->began_at + FileLinks::kLifetime;
  }
  const std::string query = links_.sign(
      FileLinks::Purpose::Read, {.id = file.str(), .reader = reader, .expires_at = *expires_at_});
  return std::string(ctx_.base_url()) + std::string(kFilesPath) + file.str() + "?" + query;
}

Result<Nullable<std::string>> Viewer::avatar_of(const User& user) {
  if (!user.avatar_storage_id) return Nullable<std::string>{};
  VV_ASSIGN_OR_RETURN(std::string url, url_of(FileId(*user.avatar_storage_id), ""));
  return Nullable<std::string>{std::move(url)};
}

Result<view::Personne> see_person(Viewer& viewer, const UserId& id) {
  VV_ASSIGN_OR_RETURN(const User user, viewer.db.get(id));
  VV_ASSIGN_OR_RETURN(Nullable<std::string> avatar, viewer.avatar_of(user));
  return view::Personne{.id = user.id, .name = user.name, .avatar_url = std::move(avatar)};
}

Result<view::Demande> see_demande(Viewer& viewer, const Demande& demande) {
  VV_ASSIGN_OR_RETURN(view::Personne demandeur, see_person(viewer, demande.demandeur_id));
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

Result<view::Offre> see_offre(Viewer& viewer, const Offre& offre, const Demande& demande) {
  VV_ASSIGN_OR_RETURN(view::Personne offreur, see_person(viewer, offre.offreur_id));
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
