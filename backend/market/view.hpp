#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "market/documents.hpp"
#include "reactive/types.hpp"

// What people see: the results of functions, and through `visavis types` the names that the
// frontend uses (contract section 3). Never an e-mail address, never a row as it is stored
// (threat-model section 5).
namespace vv::market {

using reactive::Nullable;

/// Which side of a session somebody is on.
enum class MeetRole : std::uint8_t { Demandeur, Offreur };
BOOST_DESCRIBE_ENUM(MeetRole, Demandeur, Offreur)

/// A meeting and the room that belongs to it.
struct Acceptance {
  MeetSessionId meet_session_id;
  std::string call_id;
};
BOOST_DESCRIBE_STRUCT(Acceptance, (), (meet_session_id, call_id))

namespace view {

struct Personne {
  UserId id;
  std::string name;
  Nullable<std::string> avatar_url;
};
BOOST_DESCRIBE_STRUCT(Personne, (), (id, name, avatar_url))

struct Demande {
  DemandeId id;
  double creation_time = 0;
  std::string titre;
  std::string description;
  std::int64_t prix = 0;
  std::string devise;
  DemandeStatus status = DemandeStatus::Open;
  Personne demandeur;
  std::int64_t nombre_offres = 0;
};
BOOST_DESCRIBE_STRUCT(Demande, (),
                      (id, creation_time, titre, description, prix, devise, status, demandeur,
                       nombre_offres))

struct DemandeResume {
  DemandeId id;
  std::string titre;
  std::int64_t prix = 0;
  std::string devise;
  DemandeStatus status = DemandeStatus::Open;
};
BOOST_DESCRIBE_STRUCT(DemandeResume, (), (id, titre, prix, devise, status))

struct DemandeTitre {
  DemandeId id;
  std::string titre;
};
BOOST_DESCRIBE_STRUCT(DemandeTitre, (), (id, titre))

struct Offre {
  OffreId id;
  double creation_time = 0;
  DemandeId demande_id;
  std::int64_t prix_propose = 0;
  std::string devise;
  std::string message;
  OffreStatus status = OffreStatus::Pending;
  Nullable<MeetSessionId> meet_session_id;
  Personne offreur;
};
BOOST_DESCRIBE_STRUCT(Offre, (),
                      (id, creation_time, demande_id, prix_propose, devise, message, status,
                       meet_session_id, offreur))

/// An offre together with what it is about.
struct OffreAvecDemande {
  OffreId id;
  double creation_time = 0;
  DemandeId demande_id;
  std::int64_t prix_propose = 0;
  std::string devise;
  std::string message;
  OffreStatus status = OffreStatus::Pending;
  Nullable<MeetSessionId> meet_session_id;
  Personne offreur;
  DemandeResume demande;
};
BOOST_DESCRIBE_STRUCT(OffreAvecDemande, (),
                      (id, creation_time, demande_id, prix_propose, devise, message, status,
                       meet_session_id, offreur, demande))

struct OffreResume {
  OffreId id;
  std::int64_t prix_propose = 0;
  std::string devise;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(OffreResume, (), (id, prix_propose, devise, message))

/// How one party is called to a session, as both may know it.
struct Ring {
  RingStatus status = RingStatus::Answered;
  UnixMillis since;
  std::int64_t times = 0;         ///< how often it has begun to ring: 0 for whoever opened it
  Nullable<UnixMillis> again_at;  ///< of a snoozed one
  bool can_snooze = false;        ///< by whom it calls
  bool can_ring = false;          ///< the other may ring it (again)
  std::int64_t shown_on = 0;      ///< devices that said so
  std::int64_t ringing_on = 0;    ///< those of them that play the tone
  Nullable<std::string> message;  ///< of a declined one
};
BOOST_DESCRIBE_STRUCT(Ring, (),
                      (status, since, times, again_at, can_snooze, can_ring, shown_on, ringing_on,
                       message))

/// A call that somebody missed and has not put away.
struct MissedCall {
  MeetSessionId session_id;
  OffreId offre_id;
  UnixMillis since;
  bool active = false;  ///< the meeting goes on: one may still come
  DemandeTitre demande;
  Personne autre;
};
BOOST_DESCRIBE_STRUCT(MissedCall, (), (session_id, offre_id, since, active, demande, autre))

struct ActiveMeet {
  MeetSessionId id;
  std::string call_id;
  MeetStatus status = MeetStatus::Active;
  MeetRole role = MeetRole::Demandeur;  ///< the caller's
  UnixMillis created_at;
  DemandeTitre demande;
  Personne autre;
  std::vector<UserId> present;  ///< in the room now
  Nullable<Ring> ring;          ///< the caller's own
  Nullable<Ring> ring_autre;    ///< the other party's
};
BOOST_DESCRIBE_STRUCT(ActiveMeet, (),
                      (id, call_id, status, role, created_at, demande, autre, present, ring,
                       ring_autre))

struct MeetSession {
  MeetSessionId id;
  std::string call_id;
  MeetStatus status = MeetStatus::Active;
  MeetRole role = MeetRole::Demandeur;
  UnixMillis created_at;
  DemandeTitre demande;
  Personne autre;
  std::vector<UserId> present;
  Nullable<Ring> ring;
  Nullable<Ring> ring_autre;
  OffreResume offre;
  Nullable<UnixMillis> ended_at;
  Nullable<std::string> ended_by;
};
BOOST_DESCRIBE_STRUCT(MeetSession, (),
                      (id, call_id, status, role, created_at, demande, autre, present, ring,
                       ring_autre, offre, ended_at, ended_by))

/// What the caller noted about a session.
struct Review {
  Nullable<MeetOutcome> outcome;
  Nullable<std::int64_t> sound;  ///< 1 to 5
  Nullable<std::int64_t> picture;
  std::string remark;
};
BOOST_DESCRIBE_STRUCT(Review, (), (outcome, sound, picture, remark))

/// What the caller's browser measured in a session.
struct MeetQuality {
  std::int64_t measured_ms = 0;
  double loss_sent = 0;  ///< share of packets, 0 to 1
  double loss_received = 0;
  std::int64_t rtt_ms = 0;
  std::int64_t pauses = 0;  ///< of the other's picture
  std::int64_t paused_ms = 0;
};
BOOST_DESCRIBE_STRUCT(MeetQuality, (),
                      (measured_ms, loss_sent, loss_received, rtt_ms, pauses, paused_ms))

/// A session's page: everything about it but the conversation.
struct MeetSummary {
  MeetSessionId id;
  MeetStatus status = MeetStatus::Active;
  MeetRole role = MeetRole::Demandeur;
  UnixMillis created_at;
  Nullable<UnixMillis> ended_at;
  Nullable<std::string> ended_by;
  Nullable<UnixMillis> joined_at;  ///< the caller, the first time
  Nullable<UnixMillis> autre_joined_at;
  std::int64_t together_ms = 0;
  DemandeTitre demande;
  OffreResume offre;
  Personne autre;
  Review review;
  Nullable<MeetQuality> quality;
};
BOOST_DESCRIBE_STRUCT(MeetSummary, (),
                      (id, status, role, created_at, ended_at, ended_by, joined_at, autre_joined_at,
                       together_ms, demande, offre, autre, review, quality))

/// A picture and sound of a session that was kept.
struct Recording {
  std::string url;
  UnixMillis started_at;
  std::int64_t duration_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Recording, (), (url, started_at, duration_ms))

struct PastMeet {
  MeetSessionId id;
  std::string call_id;
  MeetStatus status = MeetStatus::Completed;
  MeetRole role = MeetRole::Demandeur;
  UnixMillis created_at;
  UnixMillis ended_at;
  std::string ended_by;
  std::int64_t together_ms = 0;      ///< both there together
  std::vector<UserId> participants;  ///< who came at all
  DemandeTitre demande;
  Personne autre;
  OffreResume offre;
  std::vector<Recording> recordings;
};
BOOST_DESCRIBE_STRUCT(PastMeet, (),
                      (id, call_id, status, role, created_at, ended_at, ended_by, together_ms,
                       participants, demande, autre, offre, recordings))

/// A file in a message. `type` is what its bytes show; `url` is short-lived and the caller's own.
struct Fichier {
  std::string url;
  std::string nom;
  std::int64_t taille = 0;  ///< bytes
  std::string type;
};
BOOST_DESCRIBE_STRUCT(Fichier, (), (url, nom, taille, type))

struct Message {
  Id<market::Message> id;
  double creation_time = 0;
  UserId auteur_id;
  std::optional<std::string> texte;
  std::optional<Fichier> fichier;
};
BOOST_DESCRIBE_STRUCT(Message, (), (id, creation_time, auteur_id, texte, fichier))

/// What a browser needs to enter the room of a session.
struct Ticket {
  std::string engine;
  std::string server_url;
  std::string token;
  std::string room_name;
  UnixMillis expires_at;
};
BOOST_DESCRIBE_STRUCT(Ticket, (), (engine, server_url, token, room_name, expires_at))

}  // namespace view
}  // namespace vv::market
