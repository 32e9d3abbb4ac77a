#include "market/market.hpp"

#include "market/account_data.hpp"
#include "market/authorisation.hpp"
#include "market/documents.hpp"
#include "market/files.hpp"
#include "market/meet_reviews.hpp"
#include "market/meet_sessions.hpp"
#include "market/messages.hpp"
#include "market/offres.hpp"
#include "market/presence.hpp"
#include "market/push_devices.hpp"
#include "market/rings.hpp"
#include "market/users.hpp"
#include "market/video_join.hpp"
#include "store/schema.hpp"
#include "video/engine.hpp"

namespace vv::market {
namespace {

/// Once the commit is durable, the room goes: everybody in it is told and removed.
Status close_after(MutationContext& ctx, video::Engine& engine, Result<ClosedRoom> ended) {
  if (!ended) return std::move(ended).error();
  if (*ended) ctx.after_commit([&engine, room = **ended] { engine.close(room.str()); });
  return {};
}

/// A query that shows people or files, with what signs their links.
template <class R, class Args>
auto with_links(Result<R> (*query)(QueryContext&, const Args&, const FileLinks&),
                const FileLinks& links) {
  return [query, &links](QueryContext& ctx, const Args& args) { return query(ctx, args, links); };
}

}  // namespace

void declare_schema(store::Schema& schema) {
  using store::table;
  schema.add(table<Demande>("demandes")
                 .index("by_status", &Demande::status)
                 .index("by_demandeur", &Demande::demandeur_id));
  schema.add(
      table<Offre>("offres")
          .index("by_demande", &Offre::demande_id)
          .index("by_demande_status", &Offre::demande_id, &Offre::status)
          .index("by_demande_offreur", &Offre::demande_id, &Offre::offreur_id)
          .index("by_demandeur", &Offre::demandeur_id)
          .index("by_offreur", &Offre::offreur_id)
          // I1 and I2, held by the database whatever the functions do.
          .unique_where("one_accepted", &Offre::status, OffreStatus::Accepted, &Offre::demande_id)
          .unique_where("one_pending", &Offre::status, OffreStatus::Pending, &Offre::demande_id,
                        &Offre::offreur_id));
  schema.add(table<MeetSession>("meetSessions")
                 .unique("by_call", &MeetSession::call_id)
                 .index("by_status", &MeetSession::status)
                 .index("by_offre", &MeetSession::offre_id)
                 .index("by_offre_status", &MeetSession::offre_id, &MeetSession::status)
                 // I3
                 .unique_where("one_active", &MeetSession::status, MeetStatus::Active,
                               &MeetSession::offre_id));
  schema.add(table<MeetParty>("meetParties")
                 .index("by_user_ended", &MeetParty::user_id, &MeetParty::ended)
                 .index("by_session", &MeetParty::meet_session_id));
  schema.add(table<MeetReview>("meetReviews")
                 .unique("by_session_user", &MeetReview::meet_session_id, &MeetReview::user_id)
                 .index("by_user", &MeetReview::user_id));
  schema.add(table<Ring>("rings")
                 .unique("by_session_user", &Ring::meet_session_id, &Ring::user_id)
                 .index("by_user_missed", &Ring::user_id, &Ring::missed));
  schema.add(table<RingDevice>("ringDevices")
                 .unique("by_ring", &RingDevice::ring_id, &RingDevice::device));
  schema.add(table<PushDevice>("pushDevices")
                 .unique("by_endpoint", &PushDevice::endpoint)
                 .index("by_user", &PushDevice::user_id)
                 .index("by_login", &PushDevice::login));
  schema.add(table<File>("files")
                 .default_value(&File::attached, false)
                 .index("by_owner", &File::owner_id)
                 .index("by_attached", &File::attached));
  schema.add(table<Message>("messages")
                 .index("by_offre", &Message::offre_id)
                 .index("by_auteur", &Message::auteur_id));
  schema.add(table<Upload>("uploads").index("by_owner", &Upload::owner_id));
  schema.add(table<Export>("exports").index("by_owner", &Export::owner_id));
  schema.add(table<LinkEpoch>("linkEpochs"));
}

void register_functions(reactive::Registry& all, Ports ports) {
  using reactive::ActionContext;
  RuledRegistry registry(all);
  registry.query("users:me", with_links(me, ports.links));
  registry.mutation("users:update", update_user);
  registry.mutation("users:generateExportUrl",
                    [ports](MutationContext& ctx, const reactive::NoArgs&) {
                      return generate_export_url(ctx, ports.links, ports.rates);
                    });

  registry.mutation("demandes:create",
                    [ports](MutationContext& ctx, const CreateDemandeArgs& args) {
                      return create_demande(ctx, args, ports.rates);
                    });
  registry.query("demandes:list", with_links(list_demandes, ports.links));
  registry.query("demandes:get", with_links(get_demande, ports.links));
  registry.query("demandes:mine", with_links(my_demandes, ports.links));
  registry.mutation("demandes:cancel", cancel_demande);

  registry.mutation("offres:create", [ports](MutationContext& ctx, const CreateOffreArgs& args) {
    return create_offre(ctx, args, ports.rates);
  });
  registry.query("offres:listForDemande", with_links(offres_for_demande, ports.links));
  registry.query("offres:received", with_links(received_offres, ports.links));
  registry.query("offres:sent", with_links(sent_offres, ports.links));
  registry.mutation("offres:updateOffreStatus", update_offre_status);

  registry.query("meetSessions:getUserActiveMeetSessions", with_links(active_meets, ports.links));
  registry.query("meetSessions:getMeetSession", with_links(get_meet, ports.links));
  registry.query("meetSessions:history", with_links(meet_history, ports.links));
  registry.query("meetSessions:getSummary", with_links(meet_summary, ports.links));
  registry.mutation("meetSessions:setOutcome", set_outcome);
  registry.mutation("meetSessions:rate", rate_meet);
  registry.mutation("meetSessions:reportQuality", report_quality);
  registry.mutation("meetSessions:start", start_meet);
  registry.mutation("meetSessions:endMeetSession",
                    [ports](MutationContext& ctx, const SessionArgs& args) {
                      return close_after(ctx, ports.video, end_meet(ctx, args));
                    });
  registry.mutation("meetSessions:cancel", [ports](MutationContext& ctx, const SessionArgs& args) {
    return close_after(ctx, ports.video, cancel_meet(ctx, args));
  });

  registry.mutation("meetSessions:ring", ring_other);
  registry.mutation("meetSessions:ringShown", ring_shown);
  registry.mutation("meetSessions:answer", answer_meet);
  registry.mutation("meetSessions:snooze", snooze_meet);
  registry.mutation("meetSessions:decline", [ports](MutationContext& ctx, const DeclineArgs& args) {
    return close_after(ctx, ports.video, decline_meet(ctx, args));
  });
  registry.query("meetSessions:missedCalls", with_links(missed_calls, ports.links));
  registry.mutation("meetSessions:dismissMissed", dismiss_missed);

  registry.query("push:publicKey", [ports](QueryContext& ctx, const reactive::NoArgs&) {
    return push_public_key(ctx, ports.push);
  });
  registry.mutation("push:subscribe", [ports](MutationContext& ctx, const SubscribeArgs& args) {
    return subscribe_push(ctx, args, ports.push);
  });
  registry.mutation("push:unsubscribe", unsubscribe_push);
  registry.mutation("push:shown", [ports](MutationContext& ctx, const ReceiptArgs& args) {
    return push_shown(ctx, args, ports.links);
  });
  registry.mutation("push:answer", [ports](MutationContext& ctx, const ReceiptArgs& args) {
    return push_answer(ctx, args, ports.links);
  });
  registry.mutation("push:snooze", [ports](MutationContext& ctx, const ReceiptArgs& args) {
    return push_snooze(ctx, args, ports.links);
  });

  registry.query("messages:list", with_links(list_messages, ports.links));
  registry.mutation("messages:send", [ports](MutationContext& ctx, const SendMessageArgs& args) {
    return send_message(ctx, args, ports.rates);
  });
  registry.mutation("files:generateUploadUrl",
                    [ports](MutationContext& ctx, const reactive::NoArgs&) {
                      return generate_upload_url(ctx, ports.links, ports.rates);
                    });

  registry.action("video:join", [ports](ActionContext& ctx, const SessionArgs& args) {
    return join_video(ctx, args, ports.video);
  });
  registry.action("video:joinEcho", [ports](ActionContext& ctx, const reactive::NoArgs&) {
    return join_echo(ctx, ports.video);
  });
}

void register_internals(reactive::Internals& internals, Ports ports) {
  internals.add(kEndAbandoned, [ports](MutationContext& ctx, const SessionArgs& args) {
    return close_after(ctx, ports.video, end_abandoned(ctx, args));
  });
  internals.add(kTellDevices, [ports](MutationContext& ctx, const RingArgs& args) {
    return tell_devices(ctx, args, ports.push, ports.links);
  });
  internals.add(kRingDue, ring_due);
}

Status add_demo_demande(MutationContext& ctx, const UserId& demandeur) {
  VV_ASSIGN_OR_RETURN(const std::optional<Demande> earlier,
                      ctx.db.query<Demande>("by_demandeur").eq(demandeur).first());
  if (earlier) return {};
  Demande demande;
  demande.demandeur_id = demandeur;
  demande.titre = "Régler mon vélo avant les vacances";
  demande.description =
      "Les vitesses sautent et le frein arrière frotte. Je cherche quelqu’un qui me montre en "
      "vidéo comment régler tout cela moi-même.";
  demande.prix = 2'500;
  demande.devise = "EUR";
  VV_TRY(ctx.db.insert(demande));
  return {};
}

}  // namespace vv::market
