#include "market/messages.hpp"

#include <map>
#include <utility>

#include "market/files.hpp"
#include "market/meet_sessions.hpp"
#include "market/rates.hpp"
#include "market/text.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

constexpr std::string_view kUnnamed = "fichier";

/// The offre whose conversation is meant, if this person is one of its two.
Result<Offre> conversation_of(store::Reader& db, const UserId& person,
                              const std::optional<OffreId>& offre_id,
                              const std::optional<MeetSessionId>& session_id) {
  std::optional<OffreId> id = offre_id;
  if (session_id) {
    VV_ASSIGN_OR_RETURN(const MeetSession session, session_of_party(db, *session_id, person));
    if (id && *id != session.offre_id) {
      return invalid("this session is not of that offre", "sessionId");
    }
    id = session.offre_id;
  }
  if (!id) return invalid("name an offre or one of its sessions", "offreId");
  VV_ASSIGN_OR_RETURN(std::optional<Offre> offre, db.find(*id));
  if (!offre || (person != offre->demandeur_id && person != offre->offreur_id)) {
    return not_found("there is no such offre");
  }
  if (offre->status != OffreStatus::Accepted) {
    return wrong_state("a conversation needs an accepted offre", offre->status);
  }
  return *std::move(offre);
}

Result<view::Message> see_message(Viewer& viewer, const Message& message, const UserId& reader) {
  view::Message seen{.id = message.id,
                     .creation_time = message.creation_time,
                     .auteur_id = message.auteur_id,
                     .texte = message.texte,
                     .fichier = std::nullopt};
  if (!message.file_id) return seen;
  VV_ASSIGN_OR_RETURN(const File file, viewer.db.get(*message.file_id));
  VV_ASSIGN_OR_RETURN(std::string url, viewer.url_of(file.id, reader.str()));
  seen.fichier = view::Fichier{.url = std::move(url),
                               .nom = message.nom_fichier.value_or(std::string(kUnnamed)),
                               .taille = file.taille,
                               .type = file.type};
  return seen;
}

/// Whether the last session on this offre ended before `then`.
Result<bool> ended_before(store::Reader& db, const OffreId& offre, UnixMillis then) {
  VV_ASSIGN_OR_RETURN(
      const std::optional<MeetSession> last,
      db.query<MeetSession>("by_offre").eq(offre).order(store::Order::Descending).first());
  return !last || (last->ended_at && *last->ended_at < then);
}

}  // namespace

Result<Page<view::Message>> list_messages(QueryContext& ctx, const ListMessagesArgs& args,
                                          const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const Offre offre,
                      conversation_of(ctx.db, caller, args.offre_id, args.session_id));
  VV_ASSIGN_OR_RETURN(
      const Page<Message> page,
      ctx.paginate(ctx.db.query<Message>("by_offre").eq(offre.id).order(store::Order::Descending),
                   args.pagination_opts));
  Viewer viewer(ctx, links);
  return see_page<view::Message>(
      page, [&](const Message& message) { return see_message(viewer, message, caller); });
}

Result<Id<Message>> send_message(MutationContext& ctx, const SendMessageArgs& args, Rates rates) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const Offre offre,
                      conversation_of(ctx.db, caller, args.offre_id, args.session_id));
  Message message;
  message.offre_id = offre.id;
  message.auteur_id = caller;
  if (args.texte) {
    VV_ASSIGN_OR_RETURN(std::string text, body(*args.texte, "texte"));
    if (!text.empty()) message.texte = std::move(text);
  }
  if (!message.texte && !args.storage_id) {
    return invalid("a message has a text or a file", "texte");
  }
  if (rates == Rates::Limited) {
    VV_TRY(check_recent(ctx.db.query<Message>("by_auteur").eq(caller), ctx.now(), seconds(5),
                        kMessagesInFiveSeconds));
  }
  if (args.storage_id) {
    VV_ASSIGN_OR_RETURN(File file, unused_file(ctx.db, *args.storage_id, caller));
    VV_ASSIGN_OR_RETURN(message.nom_fichier,
                        file_name(args.nom_fichier.value_or(std::string(kUnnamed)), "nomFichier"));
    message.file_id = file.id;
    file.attached = true;
    file.offre_id = offre.id;
    file.nom = message.nom_fichier;
    VV_TRY(ctx.db.replace(file));
  }
  return ctx.db.insert(message);
}

Result<PurgedMessages> purge_messages(MutationContext& ctx, UnixMillis before, double after,
                                      std::size_t limit) {
  VV_ASSIGN_OR_RETURN(
      const std::vector<Message> old,
      ctx.db.query<Message>().above(after).below(static_cast<double>(before.value)).take(limit));
  PurgedMessages purged;
  std::map<OffreId, bool> is_over;
  for (const Message& message : old) {
    const auto [over, fresh] = is_over.try_emplace(message.offre_id);
    if (fresh) {
      VV_ASSIGN_OR_RETURN(over->second, ended_before(ctx.db, message.offre_id, before));
    }
    if (!over->second) continue;
    VV_TRY(ctx.db.remove(message.id));
    ++purged.messages;
    if (!message.file_id) continue;
    VV_ASSIGN_OR_RETURN(const File file, ctx.db.get(*message.file_id));
    VV_TRY(let_go(ctx, file));
    purged.files.push_back(file.id.str());
  }
  if (old.size() == limit) purged.next = old.back().creation_time;
  return purged;
}

}  // namespace vv::market
