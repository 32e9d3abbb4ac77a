#include "market/invariants.hpp"

#include <map>

#include "base/format.hpp"
#include "market/documents.hpp"
#include "store/reader.hpp"

namespace vv::market {
namespace {

using Complaints = std::vector<std::string>;

/// An accepted offre and its newest session name each other; no other offre has one.
Status look_at_link(store::Reader& db, const Offre& offre, Complaints& out) {
  const std::string& id = offre.id.str();
  const bool accepted = offre.status == OffreStatus::Accepted;
  if (accepted != offre.meet_session_id.has_value()) {
    out.push_back(format("I3: offre {} is accepted without a session, or not with one", id));
  }
  if (!offre.meet_session_id) return {};
  VV_ASSIGN_OR_RETURN(const auto session, db.find(*offre.meet_session_id));
  if (!session || session->offre_id != offre.id) {
    out.push_back(format("I3: offre {} names a session that is not its own", id));
  }
  return {};
}

Status look_at_demande(store::Reader& db, const Demande& demande, Complaints& out) {
  VV_ASSIGN_OR_RETURN(const auto offres, db.query<Offre>("by_demande").eq(demande.id).collect());
  std::int64_t accepted = 0;
  std::int64_t counted = 0;
  std::map<UserId, int> pending;
  for (const Offre& offre : offres) {
    accepted += offre.status == OffreStatus::Accepted ? 1 : 0;
    counted += offre.status != OffreStatus::Withdrawn ? 1 : 0;
    if (offre.demandeur_id != demande.demandeur_id) {
      out.push_back(format("offre {} names another demandeur than its demande", offre.id.str()));
    }
    VV_TRY(look_at_link(db, offre, out));
    if (offre.status != OffreStatus::Pending) continue;
    if (demande.status != DemandeStatus::Open) {
      out.push_back(format("I2: offre {} is pending on a closed demande", offre.id.str()));
    }
    if (++pending[offre.offreur_id] > 1) {
      out.push_back(format("I2: offre {} is one person's second pending one", offre.id.str()));
    }
  }
  const std::string& id = demande.id.str();
  if (accepted > 1) out.push_back(format("I1: demande {} has {} accepted offres", id, accepted));
  if ((accepted > 0) != (demande.status == DemandeStatus::Assigned)) {
    out.push_back(format("I1: demande {} is assigned without an accepted offre, or not with", id));
  }
  if (counted != demande.nombre_offres) {
    out.push_back(format("demande {} counts {} offres of {}", id, demande.nombre_offres, counted));
  }
  return {};
}

Status look_at_ring(store::Reader& db, const MeetSession& session, const Ring& ring,
                    Complaints& out) {
  const std::string& id = ring.id.str();
  const bool waits = ring.status == RingStatus::Ringing || ring.status == RingStatus::Snoozed;
  if (waits && session.status != MeetStatus::Active) {
    out.push_back(format("ring {} goes on after its session", id));
  }
  if (waits != ring.pending.has_value()) {
    out.push_back(format("ring {} will ring for ever, or is to move on from its end", id));
  }
  const bool is_present =
      ring.user_id == session.demandeur_id ? session.demandeur_present : session.offreur_present;
  if (is_present && ring.status != RingStatus::Answered) {
    out.push_back(format("ring {} calls somebody who is in the room", id));
  }
  VV_ASSIGN_OR_RETURN(const auto devices, db.query<RingDevice>("by_ring").eq(ring.id).collect());
  if (ring.status != RingStatus::Ringing && !devices.empty()) {
    out.push_back(format("ring {} is shown and has stopped", id));
  }
  return {};
}

Status look_at_session(store::Reader& db, const MeetSession& session, Complaints& out) {
  const std::string& id = session.id.str();
  VV_ASSIGN_OR_RETURN(const std::optional<Offre> offre, db.find(session.offre_id));
  if (!offre || offre->status != OffreStatus::Accepted) {
    out.push_back(format("I3: session {} belongs to no accepted offre", id));
  } else if (session.demandeur_id != offre->demandeur_id ||
             session.offreur_id != offre->offreur_id) {
    out.push_back(format("I3: session {} has other parties than its offre", id));
  }
  const bool active = session.status == MeetStatus::Active;
  if (active == session.ended_at.has_value() || active == session.ended_by.has_value()) {
    out.push_back(format("I4: session {} has endedAt or endedBy at the wrong time", id));
  }
  if (!active && (session.demandeur_present || session.offreur_present)) {
    out.push_back(format("I5: somebody is present in session {}, which has ended", id));
  }
  VV_ASSIGN_OR_RETURN(const auto lines, db.query<MeetParty>("by_session").eq(session.id).collect());
  if (lines.size() != 2) {
    out.push_back(format("session {} stands on {} lists instead of two", id, lines.size()));
  }
  VV_ASSIGN_OR_RETURN(const auto rings, db.query<Ring>("by_session_user").eq(session.id).collect());
  for (const Ring& ring : rings) VV_TRY(look_at_ring(db, session, ring, out));
  for (const MeetParty& line : lines) {
    if (line.ended == active) out.push_back(format("a list disagrees with session {}", id));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> broken_invariants(store::Reader& db) {
  Complaints out;
  VV_ASSIGN_OR_RETURN(const auto demandes, db.query<Demande>().collect());
  for (const Demande& demande : demandes) VV_TRY(look_at_demande(db, demande, out));
  VV_ASSIGN_OR_RETURN(const auto sessions, db.query<MeetSession>().collect());
  std::map<OffreId, int> active;
  for (const MeetSession& session : sessions) {
    VV_TRY(look_at_session(db, session, out));
    if (session.status == MeetStatus::Active && ++active[session.offre_id] > 1) {
      out.push_back(format("I3: offre {} has two active sessions", session.offre_id.str()));
    }
  }
  return out;
}

}  // namespace vv::market
