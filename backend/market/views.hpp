#pragma once

#include <boost/describe.hpp>
#include <string>
#include <utility>
#include <vector>

#include "market/documents.hpp"
#include "reactive/context.hpp"
#include "reactive/types.hpp"
#include "store/reader.hpp"

// What people see of each other's rows, shared by several functions (contract section 3). Never an
// e-mail address, never a row as it is stored (threat-model section 5).
namespace vv::market {

using reactive::Nullable;

struct PersonView {
  UserId id;
  std::string name;
  Nullable<std::string> avatar_url;
};
BOOST_DESCRIBE_STRUCT(PersonView, (), (id, name, avatar_url))

struct DemandeView {
  DemandeId id;
  double creation_time = 0;
  std::string titre;
  std::string description;
  std::int64_t prix = 0;
  std::string devise;
  DemandeStatus status = DemandeStatus::Open;
  PersonView demandeur;
  std::int64_t nombre_offres = 0;
};
BOOST_DESCRIBE_STRUCT(DemandeView, (),
                      (id, creation_time, titre, description, prix, devise, status, demandeur,
                       nombre_offres))

struct OffreView {
  OffreId id;
  double creation_time = 0;
  DemandeId demande_id;
  std::int64_t prix_propose = 0;
  std::string devise;
  std::string message;
  OffreStatus status = OffreStatus::Pending;
  Nullable<MeetSessionId> meet_session_id;
  PersonView offreur;
};
BOOST_DESCRIBE_STRUCT(OffreView, (),
                      (id, creation_time, demande_id, prix_propose, devise, message, status,
                       meet_session_id, offreur))

/// A meeting and the room that belongs to it.
struct Acceptance {
  MeetSessionId meet_session_id;
  CallId call_id;
};
BOOST_DESCRIBE_STRUCT(Acceptance, (), (meet_session_id, call_id))

[[nodiscard]] Result<PersonView> view_person(store::Reader& db, const UserId& id);
[[nodiscard]] Result<DemandeView> view_demande(store::Reader& db, const Demande& demande);
[[nodiscard]] Result<OffreView> view_offre(store::Reader& db, const Offre& offre,
                                           const Demande& demande);

/// The caller, as an id. refuses: unauthenticated
template <class Context>
[[nodiscard]] Result<UserId> caller_of(Context& ctx) {
  VV_ASSIGN_OR_RETURN(std::string id, ctx.caller_id());
  return UserId(std::move(id));
}

/// A page of documents as what the client sees, where seeing reads more rows.
template <class View, class D, class F>
[[nodiscard]] Result<reactive::Page<View>> view_page(const reactive::Page<D>& page, F&& view) {
  reactive::Page<View> out;
  for (const D& document : page.page) {
    VV_ASSIGN_OR_RETURN(View seen, view(document));
    out.page.push_back(std::move(seen));
  }
  out.is_done = page.is_done;
  out.continue_cursor = page.continue_cursor;
  out.split_cursor = page.split_cursor;
  out.page_status = page.page_status;
  return out;
}

}  // namespace vv::market
