#include "market/push_devices.hpp"

#include <algorithm>
#include <utility>

#include "store/writer.hpp"

namespace vv::market {
namespace {

constexpr Duration kNamedAgain = days(1);  // sooner, nothing is written
constexpr std::size_t kMaxTopic = 32;      // RFC 8030 §5.4

/// What a service worker is told; it finds the words (frontend/src/worker).
struct Told {
  std::string kind;  ///< `ring`, `missed`, `over`
  MeetSessionId session;
  std::string nom;    ///< of who calls
  std::string titre;  ///< of the demande
  std::string role;   ///< of who is called: `demandeur`, `offreur`
  std::string ring;
  std::string receipt;
  UnixMillis until;  ///< when it stops ringing
};
BOOST_DESCRIBE_STRUCT(Told, (), (kind, session, nom, titre, role, ring, receipt, until))

Result<std::vector<PushDevice>> devices_of(store::Reader& db, const UserId& person) {
  return db.query<PushDevice>("by_user").eq(person).take(kMaxPushDevices);
}

std::string_view kind_of(const Ring& ring) {
  if (ring.status == RingStatus::Ringing) return "ring";
  return ring.missed ? "missed" : "over";
}

struct Receipt {
  Ring ring;
  PushDevice device;
};
/// Null when what it is about is gone. refuses: forbidden
Result<std::optional<Receipt>> open_receipt(MutationContext& ctx, const ReceiptArgs& args,
                                            const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const identity::FileLink link,
                      links.verify(FileLinks::Purpose::Ring, args.ring, args.receipt, ctx.now()));
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ctx.db.find(RingId(args.ring)));
  VV_ASSIGN_OR_RETURN(std::optional<PushDevice> device, ctx.db.find(Id<PushDevice>(link.reader)));
  if (!ring || !device || ring->user_id != device->user_id) return std::optional<Receipt>{};
  return std::optional<Receipt>{{.ring = *std::move(ring), .device = *std::move(device)}};
}

/// Makes room for one more.
Status keep_newest(store::Writer& db, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::vector<PushDevice> devices, devices_of(db, person));
  if (devices.size() < kMaxPushDevices) return {};
  return db.remove(std::ranges::min_element(devices, {}, &PushDevice::creation_time)->id);
}

}  // namespace

Result<Nullable<std::string>> push_public_key(QueryContext&, PushPort* push) {
  if (push == nullptr) return Nullable<std::string>{};
  return Nullable<std::string>{push->public_key()};
}

Status subscribe_push(MutationContext& ctx, const SubscribeArgs& args, PushPort* push) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  if (push == nullptr) return unavailable("notifications are switched off here");
  if (!is_device_name(args.device)) return invalid("a device's name is 1 to 64 letters", "device");
  VV_TRY(push->check(args.endpoint, args.p256dh, args.auth));
  PushDevice device;
  device.user_id = caller;
  device.login = ctx.identity() == nullptr ? "" : ctx.identity()->login;
  device.device = args.device;
  device.endpoint = args.endpoint;
  device.p256dh = args.p256dh;
  device.auth = args.auth;
  VV_ASSIGN_OR_RETURN(const std::optional<PushDevice> same,
                      ctx.db.query<PushDevice>("by_endpoint").eq(args.endpoint).unique());
  if (same) {
    const double age = static_cast<double>(ctx.now().value) - same->creation_time;
    const bool is_fresh = age < static_cast<double>(kNamedAgain.as_millis());
    const bool says_more = same->user_id != device.user_id || same->login != device.login ||
                           same->device != device.device || same->p256dh != device.p256dh ||
                           same->auth != device.auth;
    if (is_fresh && !says_more) return {};
    VV_TRY(ctx.db.remove(same->id));  // also of who used this browser before
  }
  // The same browser under an older subscription.
  VV_ASSIGN_OR_RETURN(const std::vector<PushDevice> others, devices_of(ctx.db, caller));
  for (const PushDevice& other : others) {
    if (other.device == args.device) VV_TRY(ctx.db.remove(other.id));
  }
  VV_TRY(keep_newest(ctx.db, caller));
  VV_TRY(ctx.db.insert(device));
  return {};
}

Status unsubscribe_push(MutationContext& ctx, const UnsubscribeArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::optional<PushDevice> device,
                      ctx.db.query<PushDevice>("by_endpoint").eq(args.endpoint).unique());
  if (!device || device->user_id != caller) return {};
  return ctx.db.remove(device->id);
}

Status push_shown(MutationContext& ctx, const ReceiptArgs& args, const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const std::optional<Receipt> receipt, open_receipt(ctx, args, links));
  if (!receipt) return {};
  return note_shown(ctx, receipt->ring, receipt->device.device);
}

Status push_answer(MutationContext& ctx, const ReceiptArgs& args, const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const std::optional<Receipt> receipt, open_receipt(ctx, args, links));
  if (!receipt) return {};
  VV_ASSIGN_OR_RETURN(const MeetSession session, ctx.db.get(receipt->ring.meet_session_id));
  if (session.status != MeetStatus::Active) return {};
  return answer_ring(ctx, session, receipt->ring.user_id);
}

Status push_snooze(MutationContext& ctx, const ReceiptArgs& args, const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const std::optional<Receipt> receipt, open_receipt(ctx, args, links));
  if (!receipt) return {};
  return snooze_ring(ctx, receipt->ring);
}

Status tell_devices_soon(MutationContext& ctx, const Ring& ring) {
  VV_ASSIGN_OR_RETURN(const std::optional<PushDevice> any,
                      ctx.db.query<PushDevice>("by_user").eq(ring.user_id).first());
  if (!any) return {};
  VV_TRY(ctx.after({}, kTellDevices, {ring.id}));
  return {};
}

Status tell_devices(MutationContext& ctx, const RingArgs& args, PushPort* push,
                    const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const std::optional<Ring> ring, ctx.db.find(args.ring_id));
  if (push == nullptr || !ring) return {};
  VV_ASSIGN_OR_RETURN(const std::vector<PushDevice> devices, devices_of(ctx.db, ring->user_id));
  if (devices.empty()) return {};
  VV_ASSIGN_OR_RETURN(const MeetSession session, ctx.db.get(ring->meet_session_id));
  VV_ASSIGN_OR_RETURN(const Demande demande, ctx.db.get(session.demande_id));
  VV_ASSIGN_OR_RETURN(const User autre, ctx.db.get(other_of(session, ring->user_id)));
  const UnixMillis until = ring->since + kRingFor;
  const bool rings = ring->status == RingStatus::Ringing;
  if (rings && until <= ctx.now()) return {};  // it was waiting for us to start again
  Told told{.kind = std::string(kind_of(*ring)),
            .session = session.id,
            .nom = autre.name,
            .titre = demande.titre,
            .role = ring->user_id == session.demandeur_id ? "demandeur" : "offreur",
            .ring = ring->id.str(),
            .receipt = {},
            .until = until};
  for (const PushDevice& device : devices) {
    if (rings) {
      told.receipt =
          links.sign(FileLinks::Purpose::Ring,
                     {.id = ring->id.str(), .reader = device.id.str(), .expires_at = until});
    }
    PushMessage message{.device = device.id.str(),
                        .endpoint = device.endpoint,
                        .p256dh = device.p256dh,
                        .auth = device.auth,
                        .text = {},
                        .topic = ring->id.str().substr(0, kMaxTopic),
                        .lasts = rings          ? until - ctx.now()
                                 : ring->missed ? kMissedFor
                                                : kRingFor,
                        .is_urgent = rings};
    reactive::Codec<Told>::encode(told, message.text);
    ctx.after_commit([push, message = std::move(message)] { push->send(message); });
  }
  return {};
}

Status forget_push_device(store::Writer& db, const std::string& device) {
  const Id<PushDevice> id(device);
  VV_ASSIGN_OR_RETURN(const std::optional<PushDevice> row, db.find(id));
  if (!row) return {};
  return db.remove(id);
}

Status forget_push_of_login(store::Writer& db, const std::string& login) {
  VV_ASSIGN_OR_RETURN(const std::vector<PushDevice> rows,
                      db.query<PushDevice>("by_login").eq(login).collect());
  for (const PushDevice& row : rows) VV_TRY(db.remove(row.id));
  return {};
}

Result<std::size_t> purge_push_devices(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<PushDevice> old,
                      db.query<PushDevice>().below(static_cast<double>(before.value)).take(limit));
  for (const PushDevice& device : old) VV_TRY(db.remove(device.id));
  return old.size();
}

}  // namespace vv::market
