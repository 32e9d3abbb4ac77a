#include "market/account_data.hpp"

#include <utility>

#include "market/files.hpp"
#include "market/meet_sessions.hpp"
#include "market/offres.hpp"
#include "market/rates.hpp"
#include "store/store.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

// Of one read: well inside its budget, joins included.
constexpr std::size_t kChunk = 2'000;
// What stands where somebody's words or file were.
constexpr std::string_view kErasedTitle = "Demande supprimée";
constexpr std::string_view kErasedFile = "[fichier supprimé]";

/// Visits all rows of a person, a chunk a read. `query` makes the query anew for each; `visit` is
/// given the reader and one row.
template <class D, class Query, class Visit>
Status each_row(store::Store& store, Query&& query, Visit&& visit) {
  double after = 0;
  std::size_t found = kChunk;
  while (found == kChunk) {
    Status read = store.read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const std::vector<D> rows, query(db).above(after).take(kChunk));
      found = rows.size();
      for (const D& row : rows) {
        after = row.creation_time;
        VV_TRY(visit(db, row));
      }
      return {};
    });
    VV_TRY(std::move(read));
  }
  return {};
}

exported::Demande exported_demande(const Demande& demande) {
  return {.id = demande.id,
          .creation_time = demande.creation_time,
          .titre = demande.titre,
          .description = demande.description,
          .prix = demande.prix,
          .devise = demande.devise,
          .status = demande.status};
}

Result<exported::Meet> exported_meet(store::Reader& db, const MeetSession& session,
                                     const UserId& person) {
  VV_ASSIGN_OR_RETURN(const User autre, db.get(other_of(session, person)));
  const bool is_demandeur = person == session.demandeur_id;
  return exported::Meet{
      .id = session.id,
      .offre_id = session.offre_id,
      .autre = autre.name,
      .status = session.status,
      .created_at = session.created_at,
      .joined_at = is_demandeur ? session.demandeur_joined_at : session.offreur_joined_at,
      .ended_at = session.ended_at,
      .together_ms = session.together_ms};
}

Status export_messages(store::Store& store, const OffreId& offre, const UserId& person,
                       AccountExport& out) {
  return each_row<Message>(
      store, [&](store::Reader& db) { return db.query<Message>("by_offre").eq(offre); },
      [&](store::Reader&, const Message& message) -> Status {
        out.messages.push_back({.offre_id = offre,
                                .creation_time = message.creation_time,
                                .is_mine = message.auteur_id == person,
                                .texte = message.texte,
                                .fichier = message.nom_fichier});
        return {};
      });
}

Status end_calls(MutationContext& ctx, const UserId& person, ErasedAccount& out) {
  VV_ASSIGN_OR_RETURN(const std::vector<MeetParty> lines,
                      ctx.db.query<MeetParty>("by_user_ended").eq(person).eq(false).collect());
  for (const MeetParty& line : lines) {
    VV_ASSIGN_OR_RETURN(MeetSession session, ctx.db.get(line.meet_session_id));
    out.rooms.push_back(session.call_id);
    const MeetStatus end = session.both_joined() ? MeetStatus::Completed : MeetStatus::Cancelled;
    VV_TRY(finish_meeting(ctx, std::move(session), end, kEndedBySystem));
  }
  return {};
}

Status erase_demandes(MutationContext& ctx, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::vector<Demande> demandes,
                      ctx.db.query<Demande>("by_demandeur").eq(person).collect());
  for (Demande& demande : demandes) {
    const bool was_open = demande.status == DemandeStatus::Open;
    if (was_open) demande.status = DemandeStatus::Cancelled;
    if (demande.status != DemandeStatus::Assigned) demande.titre = kErasedTitle;
    demande.description.clear();
    VV_TRY(ctx.db.replace(demande));
    if (was_open) VV_TRY(reject_pending(ctx.db, demande.id, OffreId{}));
  }
  return {};
}

Status erase_offres(MutationContext& ctx, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::vector<Offre> offres,
                      ctx.db.query<Offre>("by_offreur").eq(person).collect());
  for (Offre& offre : offres) {
    if (offre.status == OffreStatus::Accepted) continue;
    offre.message.clear();
    if (offre.status == OffreStatus::Pending) {
      VV_TRY(withdraw(ctx, std::move(offre)));
    } else {
      VV_TRY(ctx.db.replace(offre));
    }
  }
  return {};
}

Status erase_files(MutationContext& ctx, const UserId& person, ErasedAccount& out) {
  VV_ASSIGN_OR_RETURN(std::vector<Message> messages,
                      ctx.db.query<Message>("by_auteur").eq(person).collect());
  for (Message& message : messages) {
    if (!message.file_id) continue;
    message.file_id.reset();
    message.nom_fichier.reset();
    if (!message.texte) message.texte = std::string(kErasedFile);
    VV_TRY(ctx.db.replace(message));
  }
  VV_ASSIGN_OR_RETURN(const std::vector<File> files,
                      ctx.db.query<File>("by_owner").eq(person).collect());
  for (const File& file : files) {
    VV_TRY(let_go(ctx, file));
    out.files.push_back(file.id.str());
  }
  return {};
}

/// What they said when they declined, and the names of their devices.
Status erase_rings(MutationContext& ctx, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::vector<Ring> rings,
                      ctx.db.query<Ring>("by_user_missed").eq(person).collect());
  for (Ring& ring : rings) {
    VV_ASSIGN_OR_RETURN(const std::vector<RingDevice> devices,
                        ctx.db.query<RingDevice>("by_ring").eq(ring.id).collect());
    for (const RingDevice& device : devices) VV_TRY(ctx.db.remove(device.id));
    ring.message.reset();
    VV_TRY(ctx.db.replace(ring));
  }
  return {};
}

template <class D>
Status remove_rows(store::Writer& db, std::string_view index, const UserId& person) {
  VV_ASSIGN_OR_RETURN(const std::vector<D> rows, db.query<D>(index).eq(person).collect());
  for (const D& row : rows) VV_TRY(db.remove(row.id));
  return {};
}

}  // namespace

Result<std::string> generate_export_url(MutationContext& ctx, const FileLinks& links, Rates rates) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  if (rates == Rates::Limited) {
    VV_TRY(check_recent(ctx.db.query<Export>("by_owner").eq(caller), ctx.now(), hours(24),
                        kExportsADay));
  }
  Export asked;
  asked.owner_id = caller;
  VV_TRY(ctx.db.insert(asked));
  return ctx.base_url() + std::string(kExportPath) + caller.str() + "?" +
         links.sign(FileLinks::Purpose::Export, {.id = caller.str(),
                                                 .reader = caller.str(),
                                                 .expires_at = ctx.now() + FileLinks::kLifetime});
}

Result<AccountExport> export_account(store::Store& store, const UserId& person, UnixMillis now,
                                     const std::function<std::string(const FileId&)>& url_of) {
  AccountExport out;
  out.made_at = now;
  VV_TRY(store.read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const User user, db.get(person));
    out.account = {.id = user.id,
                   .creation_time = user.creation_time,
                   .email = user.email,
                   .name = user.name,
                   .locale = user.locale};
    return {};
  }));
  VV_TRY(each_row<Demande>(
      store, [&](store::Reader& db) { return db.query<Demande>("by_demandeur").eq(person); },
      [&](store::Reader&, const Demande& demande) -> Status {
        out.demandes.push_back(exported_demande(demande));
        return {};
      }));
  std::vector<OffreId> deals;
  VV_TRY(each_row<Offre>(
      store, [&](store::Reader& db) { return db.query<Offre>("by_demandeur").eq(person); },
      [&](store::Reader&, const Offre& offre) -> Status {
        if (offre.status == OffreStatus::Accepted) deals.push_back(offre.id);
        return {};
      }));
  VV_TRY(each_row<Offre>(
      store, [&](store::Reader& db) { return db.query<Offre>("by_offreur").eq(person); },
      [&](store::Reader& db, const Offre& offre) -> Status {
        if (offre.status == OffreStatus::Accepted) deals.push_back(offre.id);
        VV_ASSIGN_OR_RETURN(const Demande demande, db.get(offre.demande_id));
        out.offres.push_back({.id = offre.id,
                              .creation_time = offre.creation_time,
                              .demande_id = offre.demande_id,
                              .titre = demande.titre,
                              .prix_propose = offre.prix_propose,
                              .message = offre.message,
                              .status = offre.status});
        return {};
      }));
  for (const bool ended : {false, true}) {
    VV_TRY(each_row<MeetParty>(
        store,
        [&](store::Reader& db) {
          return db.query<MeetParty>("by_user_ended").eq(person).eq(ended);
        },
        [&](store::Reader& db, const MeetParty& line) -> Status {
          VV_ASSIGN_OR_RETURN(const MeetSession session, db.get(line.meet_session_id));
          VV_ASSIGN_OR_RETURN(exported::Meet meet, exported_meet(db, session, person));
          out.meets.push_back(std::move(meet));
          return {};
        }));
  }
  for (const OffreId& deal : deals) VV_TRY(export_messages(store, deal, person, out));
  VV_TRY(each_row<File>(
      store, [&](store::Reader& db) { return db.query<File>("by_owner").eq(person); },
      [&](store::Reader&, const File& file) -> Status {
        out.fichiers.push_back({.id = file.id,
                                .creation_time = file.creation_time,
                                .type = file.type,
                                .taille = file.taille,
                                .nom = file.nom,
                                .url = url_of(file.id)});
        return {};
      }));
  VV_TRY(each_row<MeetReview>(
      store, [&](store::Reader& db) { return db.query<MeetReview>("by_user").eq(person); },
      [&](store::Reader&, const MeetReview& review) -> Status {
        out.reviews.push_back({.outcome = review.outcome,
                               .sound = review.sound,
                               .picture = review.picture,
                               .remark = review.remark.value_or("")});
        return {};
      }));
  VV_TRY(each_row<PushDevice>(
      store, [&](store::Reader& db) { return db.query<PushDevice>("by_user").eq(person); },
      [&](store::Reader&, const PushDevice& device) -> Status {
        out.push_devices.push_back({.creation_time = device.creation_time,
                                    .device = device.device,
                                    .endpoint = device.endpoint});
        return {};
      }));
  return out;
}

Result<ErasedAccount> erase_account(MutationContext& ctx, const UserId& person) {
  ErasedAccount out;
  VV_TRY(end_calls(ctx, person, out));
  VV_TRY(erase_demandes(ctx, person));
  VV_TRY(erase_offres(ctx, person));
  VV_TRY(erase_files(ctx, person, out));
  VV_TRY(erase_rings(ctx, person));
  VV_TRY(remove_rows<MeetReview>(ctx.db, "by_user", person));
  VV_TRY(remove_rows<Export>(ctx.db, "by_owner", person));
  VV_TRY(remove_rows<PushDevice>(ctx.db, "by_user", person));
  return out;
}

Result<std::size_t> purge_exports(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<Export> old,
                      db.query<Export>().below(static_cast<double>(before.value)).take(limit));
  for (const Export& asked : old) VV_TRY(db.remove(asked.id));
  return old.size();
}

}  // namespace vv::market
