#include "market/invariants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/documents.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

// What `visavis doctor` says of a database whose rows were made wrong: each violation is planted
// and must be named with the row's id, and a sound database must be found sound.
namespace vv::market {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The market's tables without what keeps wrong rows out of them.
store::Schema unguarded() {
  store::Schema schema;
  identity::declare_schema(schema);
  schema.add(store::table<Demande>("demandes"));
  schema.add(store::table<Offre>("offres").index("by_demande", &Offre::demande_id));
  schema.add(store::table<MeetSession>("meetSessions"));
  schema.add(
      store::table<MeetParty>("meetParties").index("by_session", &MeetParty::meet_session_id));
  schema.add(
      store::table<Ring>("rings").index("by_session_user", &Ring::meet_session_id, &Ring::user_id));
  schema.add(store::table<RingDevice>("ringDevices")
                 .index("by_ring", &RingDevice::ring_id, &RingDevice::device));
  return schema;
}

/// A demande in each state with its offres, and a session in each state.
struct Invariants : ::testing::Test {
  store::TemporaryFolder folder;
  std::unique_ptr<store::Store> store;
  User amina;
  User bruno;
  User chloe;
  Demande open;
  Demande cancelled;
  Demande assigned;
  Offre pending;   // Bruno's, on the open one
  Offre accepted;  // Bruno's, on the assigned one
  Offre rejected;  // Chloé's, on the assigned one
  MeetSession over;
  MeetSession active;
  MeetParty line;  // Amina's, of the active one
  Ring ring;       // Bruno's, of the active one

  Invariants() {
    auto opened = store::Store::open({.path = folder.file("market.db")}, unguarded());
    VV_CHECK(opened.has_value(), "the test has its database");
    store = *std::move(opened);
    write([this](store::Writer& db) { return fill(db); });
  }

  void write(const std::function<Status(store::Writer&)>& body) const {
    const auto done = store->write_and_wait(body);
    VV_CHECK(done.has_value(), "the test writes what it likes");
  }

  template <class D>
  static Status add(store::Writer& db, D& document) {
    VV_ASSIGN_OR_RETURN(document.id, db.insert(document));
    return {};
  }

  Status fill(store::Writer& db) {
    for (User* user : {&amina, &bruno, &chloe}) {
      user->email = "person-" + new_id_text() + "@example.org";
      VV_TRY(add(db, *user));
    }
    open.status = DemandeStatus::Open;
    open.nombre_offres = 1;
    cancelled.status = DemandeStatus::Cancelled;
    assigned.status = DemandeStatus::Assigned;
    assigned.nombre_offres = 2;
    for (Demande* demande : {&open, &cancelled, &assigned}) {
      demande->demandeur_id = amina.id;
      VV_TRY(add(db, *demande));
    }
    VV_TRY(add_offre(db, pending, open, bruno, OffreStatus::Pending));
    VV_TRY(add_offre(db, accepted, assigned, bruno, OffreStatus::Accepted));
    VV_TRY(add_offre(db, rejected, assigned, chloe, OffreStatus::Rejected));
    over.status = MeetStatus::Completed;
    over.ended_at = UnixMillis{2};
    over.ended_by = amina.id.str();
    for (MeetSession* session : {&over, &active}) VV_TRY(add_session(db, *session));
    accepted.meet_session_id = active.id;
    VV_TRY(db.replace(accepted));
    ring.meet_session_id = active.id;
    ring.user_id = bruno.id;
    ring.status = RingStatus::Ringing;
    ring.pending = "a scheduled call";
    return add(db, ring);
  }

  static std::string new_id_text() {
    static int count = 0;
    return std::to_string(++count);
  }

  static Status add_offre(store::Writer& db, Offre& offre, const Demande& demande,
                          const User& offreur, OffreStatus status) {
    offre.demande_id = demande.id;
    offre.demandeur_id = demande.demandeur_id;
    offre.offreur_id = offreur.id;
    offre.status = status;
    return add(db, offre);
  }

  Status add_session(store::Writer& db, MeetSession& session) {
    session.offre_id = accepted.id;
    session.demande_id = assigned.id;
    session.demandeur_id = amina.id;
    session.offreur_id = bruno.id;
    session.call_id = CallId("meet_" + new_id_text());
    VV_TRY(add(db, session));
    for (const UserId& person : {session.offreur_id, session.demandeur_id}) {
      line = {};
      line.user_id = person;
      line.meet_session_id = session.id;
      line.ended = session.status != MeetStatus::Active;
      VV_TRY(add(db, line));
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> complaints() const {
    std::vector<std::string> found;
    const Status read = store->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, broken_invariants(db));
      return {};
    });
    EXPECT_TRUE(read);
    return found;
  }

  /// Writes `document` over its row, and expects to be told `what` of the row `id`.
  template <class D>
  void expect_named(const D& document, const std::string& what, const std::string& id) {
    write([&](store::Writer& db) { return db.replace(document); });
    EXPECT_THAT(complaints(), Contains(AllOf(HasSubstr(what), HasSubstr(id)))) << what;
  }
};

// covers I1, I2, I3, I4, I5
TEST_F(Invariants, ASoundDatabaseIsFoundSound) { EXPECT_THAT(complaints(), IsEmpty()); }

// covers I1
TEST_F(Invariants, I1TwoAcceptedOffresOfADemande) {
  rejected.status = OffreStatus::Accepted;
  expect_named(rejected, "I1: ", assigned.id.str());
  EXPECT_THAT(complaints(), Contains(HasSubstr("has 2 accepted offres")));
}

// covers I1
TEST_F(Invariants, I1ADemandeThatIsAssignedToNobody) {
  accepted.status = OffreStatus::Rejected;
  expect_named(accepted, "I1: ", assigned.id.str());
}

// covers I1
TEST_F(Invariants, I1AnAcceptedOffreOfADemandeThatIsNotAssigned) {
  assigned.status = DemandeStatus::Cancelled;
  expect_named(assigned, "I1: ", assigned.id.str());
}

// covers I2
TEST_F(Invariants, I2APendingOffreOfADemandeThatIsNotOpen) {
  rejected.status = OffreStatus::Pending;
  expect_named(rejected, "I2: ", rejected.id.str());
}

// covers I2
TEST_F(Invariants, I2TwoPendingOffresOfOnePerson) {
  Offre second;
  write(
      [&](store::Writer& db) { return add_offre(db, second, open, bruno, OffreStatus::Pending); });
  EXPECT_THAT(complaints(), Contains(HasSubstr("is one person's second pending one")));
}

// covers I3
TEST_F(Invariants, I3ASessionOfAnOffreThatIsNotAccepted) {
  active.offre_id = rejected.id;
  expect_named(active, "I3: ", active.id.str());
}

// covers I3
TEST_F(Invariants, I3ASessionOfOtherParties) {
  active.offreur_id = chloe.id;
  expect_named(active, "I3: ", active.id.str());
}

// covers I3
TEST_F(Invariants, I3TwoActiveSessionsOfAnOffre) {
  MeetSession second;
  write([&](store::Writer& db) { return add_session(db, second); });
  EXPECT_THAT(complaints(),
              Contains(AllOf(HasSubstr("two active sessions"), HasSubstr(accepted.id.str()))));
}

// covers I3
TEST_F(Invariants, I3AnOffreThatNamesNoSessionOrAnothersOrShouldNameNone) {
  accepted.meet_session_id.reset();
  expect_named(accepted, "I3: ", accepted.id.str());
  rejected.meet_session_id = active.id;
  expect_named(rejected, "I3: ", rejected.id.str());
}

// covers I4
TEST_F(Invariants, I4AnEndOfASessionThatGoesOnAndNoneOfOneThatDoesNot) {
  active.ended_at = UnixMillis{3};
  expect_named(active, "I4: ", active.id.str());
  over.ended_by.reset();
  expect_named(over, "I4: ", over.id.str());
}

// covers I5
TEST_F(Invariants, I5SomebodyInASessionThatHasEnded) {
  over.offreur_present = true;
  expect_named(over, "I5: ", over.id.str());
}

TEST_F(Invariants, ListsAndCountsThatDisagreeWithTheirRows) {
  line.ended = true;
  expect_named(line, "a list disagrees", active.id.str());
  write([&](store::Writer& db) { return db.remove(line.id); });
  EXPECT_THAT(complaints(), Contains(HasSubstr("stands on 1 lists")));
  open.nombre_offres = 7;
  expect_named(open, "counts 7 offres of 1", open.id.str());
  pending.demandeur_id = chloe.id;
  expect_named(pending, "another demandeur", pending.id.str());
}

TEST_F(Invariants, ARingThatGoesOnAfterItsSession) {
  ring.meet_session_id = over.id;
  expect_named(ring, "goes on after its session", ring.id.str());
}

TEST_F(Invariants, ARingThatNothingStopsAndOneThatHasStoppedAndIsToMoveOn) {
  ring.pending.reset();
  expect_named(ring, "for ever", ring.id.str());
  ring.status = RingStatus::Missed;
  ring.pending = "a scheduled call";
  expect_named(ring, "from its end", ring.id.str());
}

TEST_F(Invariants, ARingOfSomebodyInTheRoomAndOneThatIsShownAndHasStopped) {
  active.offreur_present = true;
  expect_named(active, "somebody who is in the room", ring.id.str());
  RingDevice device;
  device.ring_id = ring.id;
  write([&](store::Writer& db) { return add(db, device); });
  ring.status = RingStatus::Missed;
  ring.pending.reset();
  expect_named(ring, "is shown and has stopped", ring.id.str());
}

}  // namespace
}  // namespace vv::market
