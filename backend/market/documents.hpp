#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/time.hpp"
#include "identity/user.hpp"
#include "market/states.hpp"

// What the marketplace keeps, one struct a table; `declare_schema` in market.hpp has the indexes.
namespace vv::market {

using identity::User;
using UserId = Id<User>;
struct Demande;
using DemandeId = Id<Demande>;
struct Offre;
using OffreId = Id<Offre>;
struct MeetSession;
using MeetSessionId = Id<MeetSession>;
struct Ring;
using RingId = Id<Ring>;
struct File;
using FileId = Id<File>;
/// Names a call and its room: begins with `meet_`, used once, never again.
using CallId = Id<struct CallTag>;

/// Somebody asks for something at a price.
struct Demande {
  DemandeId id;
  double creation_time = 0;
  UserId demandeur_id;
  std::string titre;
  std::string description;
  std::int64_t prix = 0;  ///< minor units of `devise`
  std::string devise;     ///< ISO 4217
  DemandeStatus status = DemandeStatus::Open;
  std::int64_t nombre_offres = 0;  ///< offres not withdrawn; kept here so that lists need not count
};
BOOST_DESCRIBE_STRUCT(Demande, (),
                      (id, creation_time, demandeur_id, titre, description, prix, devise, status,
                       nombre_offres))

/// Somebody else offers to do it.
struct Offre {
  OffreId id;
  double creation_time = 0;
  DemandeId demande_id;
  UserId demandeur_id;  ///< the demande's; here for the index behind `offres:received`
  UserId offreur_id;
  std::int64_t prix_propose = 0;  ///< minor units of the demande's currency
  std::string message;
  OffreStatus status = OffreStatus::Pending;
  std::optional<MeetSessionId> meet_session_id;  ///< the newest
};
BOOST_DESCRIBE_STRUCT(Offre, (),
                      (id, creation_time, demande_id, demandeur_id, offreur_id, prix_propose,
                       message, status, meet_session_id))

/// One call between the demandeur and the offreur of an accepted offre.
///
/// Presence is what the media plane reports (threat-model I6): it never decides a session's fate,
/// save for the reaper (R12).
struct MeetSession {
  MeetSessionId id;
  double creation_time = 0;
  OffreId offre_id;
  DemandeId demande_id;
  UserId demandeur_id;
  UserId offreur_id;
  CallId call_id;
  MeetStatus status = MeetStatus::Active;
  UnixMillis created_at;
  std::optional<UnixMillis> ended_at;
  std::optional<std::string> ended_by;            ///< a party's id, or `system`
  std::optional<UnixMillis> demandeur_joined_at;  ///< the first time
  std::optional<UnixMillis> offreur_joined_at;
  bool demandeur_present = false;
  bool offreur_present = false;
  // Both on the scheduler's steady time, so that a clock that is set counts for nothing.
  std::optional<UnixMillis> absent_since;    ///< both gone, after somebody had come
  std::optional<UnixMillis> together_since;  ///< both there
  std::int64_t together_ms = 0;              ///< earlier stretches of being there together
  std::optional<std::string> ending;  ///< the scheduled call that ends it, while nobody is there

  [[nodiscard]] bool is_party(const UserId& user) const {
    return user == demandeur_id || user == offreur_id;
  }
  [[nodiscard]] bool both_joined() const { return demandeur_joined_at && offreur_joined_at; }
};
BOOST_DESCRIBE_STRUCT(MeetSession, (),
                      (id, creation_time, offre_id, demande_id, demandeur_id, offreur_id, call_id,
                       status, created_at, ended_at, ended_by, demandeur_joined_at,
                       offreur_joined_at, demandeur_present, offreur_present, absent_since,
                       together_since, together_ms, ending))

/// A session on one party's list: two rows a session, so that a person's active and past calls are
/// ranges of one index whichever side they were on.
struct MeetParty {
  Id<MeetParty> id;
  double creation_time = 0;
  UserId user_id;
  MeetSessionId meet_session_id;
  bool ended = false;
};
BOOST_DESCRIBE_STRUCT(MeetParty, (), (id, creation_time, user_id, meet_session_id, ended))

/// What one party keeps about a session: what came of it, how it was, and what their browser
/// measured. One row a session and person, theirs alone; table `meetReviews`.
struct MeetReview {
  Id<MeetReview> id;
  double creation_time = 0;
  MeetSessionId meet_session_id;
  UserId user_id;
  std::optional<MeetOutcome> outcome;
  std::optional<std::int64_t> sound;    ///< 1 to 5
  std::optional<std::int64_t> picture;  ///< 1 to 5
  std::optional<std::string> remark;
  std::optional<std::int64_t> measured_ms;  ///< how long was measured; without it nothing was
  double loss_sent = 0;                     ///< share of packets, 0 to 1
  double loss_received = 0;
  std::int64_t rtt_ms = 0;     ///< mean
  std::int64_t pauses = 0;     ///< times that the other's picture stood still
  std::int64_t paused_ms = 0;  ///< and for how long together
};
BOOST_DESCRIBE_STRUCT(MeetReview, (),
                      (id, creation_time, meet_session_id, user_id, outcome, sound, picture, remark,
                       measured_ms, loss_sent, loss_received, rtt_ms, pauses, paused_ms))

/// How one party of a session is called to it: one row a party. Whoever opens the meeting has
/// answered; the other is rung.
struct Ring {
  RingId id;
  double creation_time = 0;
  MeetSessionId meet_session_id;
  UserId user_id;  ///< who is called
  RingStatus status = RingStatus::Answered;
  UnixMillis since;                    ///< when it came to that
  std::int64_t times = 0;              ///< how often it has begun to ring
  bool snoozed = false;                ///< put off once, which is as often as one may
  bool missed = false;                 ///< a missed call that its person has not put away
  std::optional<std::string> message;  ///< said when declining
  std::optional<std::string> pending;  ///< the scheduled call that moves it on
};
BOOST_DESCRIBE_STRUCT(Ring, (),
                      (id, creation_time, meet_session_id, user_id, status, since, times, snoozed,
                       missed, message, pending))

/// What a device of the called person has said that it does: the caller is told nothing else.
struct RingDevice {
  Id<RingDevice> id;
  double creation_time = 0;
  RingId ring_id;
  std::string device;  ///< a name that the device chose
  RingSign sign = RingSign::Shown;
};
BOOST_DESCRIBE_STRUCT(RingDevice, (), (id, creation_time, ring_id, device, sign))

/// One browser that shows a ring while no page of ours is open (Web Push). It is named anew when
/// its app is opened, and goes with the login that named it.
struct PushDevice {
  Id<PushDevice> id;
  double creation_time = 0;
  UserId user_id;
  std::string login;     ///< which sign-in named it; empty in tests
  std::string device;    ///< a name that the browser chose, as in RingDevice
  std::string endpoint;  ///< where its push service takes messages: who knows it may write there
  std::string p256dh;    ///< base64url: what messages are sealed for
  std::string auth;      ///< base64url
};
BOOST_DESCRIBE_STRUCT(PushDevice, (),
                      (id, creation_time, user_id, login, device, endpoint, p256dh, auth))

/// One line of the conversation that belongs to an offre.
struct Message {
  Id<Message> id;
  double creation_time = 0;
  OffreId offre_id;
  UserId auteur_id;
  std::optional<std::string> texte;
  std::optional<FileId> file_id;
  std::optional<std::string> nom_fichier;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, creation_time, offre_id, auteur_id, texte, file_id, nom_fichier))

/// An uploaded file; its id is the storageId. It is used once: in a message, or as its owner's
/// picture.
struct File {
  FileId id;
  double creation_time = 0;
  UserId owner_id;
  std::string type;                   ///< as sniffed, never as claimed
  std::int64_t taille = 0;            ///< bytes
  bool attached = false;              ///< used; what is not goes after kOrphanAge
  std::optional<OffreId> offre_id;    ///< whose conversation shows it
  std::optional<std::string> nom;     ///< as the message calls it
  std::optional<std::string> sha256;  ///< of its bytes, hex; files of earlier versions have none
};
BOOST_DESCRIBE_STRUCT(File, (),
                      (id, creation_time, owner_id, type, taille, attached, offre_id, nom, sha256))

/// One permission to upload, and the ledger of what a person has uploaded; table `uploads`. Its id
/// is in the URL, whose signature is needed besides. Kept for a day.
struct Upload {
  Id<Upload> id;
  double creation_time = 0;
  UserId owner_id;
  UnixMillis expires_at;
  std::string storage_id;   ///< of the file it becomes
  bool used = false;        ///< the bytes have begun to come
  std::int64_t taille = 0;  ///< bytes reserved, then those that came
};
BOOST_DESCRIBE_STRUCT(Upload, (),
                      (id, creation_time, owner_id, expires_at, storage_id, used, taille))

/// One link to a copy of somebody's data, so that they are counted; table `exports`. Kept for a
/// day.
struct Export {
  Id<Export> id;
  double creation_time = 0;
  UserId owner_id;
};
BOOST_DESCRIBE_STRUCT(Export, (), (id, creation_time, owner_id))

/// Since when links to files are signed as they are now: one row, renewed every kLinkEpoch. Queries
/// that show links read it, so that their results bring fresh links in time and, between, stay the
/// same.
struct LinkEpoch {
  Id<LinkEpoch> id;
  double creation_time = 0;
  UnixMillis began_at;
};
BOOST_DESCRIBE_STRUCT(LinkEpoch, (), (id, creation_time, began_at))

}  // namespace vv::market
