#pragma once

#include <boost/describe.hpp>
#include <functional>
#include <string>
#include <vector>

#include "market/demandes.hpp"

namespace vv::store {
class Store;
}

// A person's own data: a copy of all of it, and its erasure (threat-model P2).
namespace vv::market {

/// Where a copy is fetched; the person's id follows, and a link's query.
constexpr std::string_view kExportPath = "/api/account/export/";

/// `users:generateExportUrl`: a link to a copy of the caller's data, for them alone, good for ten
/// minutes. refuses: rate_limited past kExportsADay
[[nodiscard]] Result<std::string> generate_export_url(MutationContext& ctx, const FileLinks& links,
                                                      Rates rates = Rates::Limited);

namespace exported {

struct Account {
  UserId id;
  double creation_time = 0;
  std::string email;
  std::string name;
  std::string locale;
};
BOOST_DESCRIBE_STRUCT(Account, (), (id, creation_time, email, name, locale))

struct Demande {
  DemandeId id;
  double creation_time = 0;
  std::string titre;
  std::string description;
  std::int64_t prix = 0;
  std::string devise;
  DemandeStatus status = DemandeStatus::Open;
};
BOOST_DESCRIBE_STRUCT(Demande, (), (id, creation_time, titre, description, prix, devise, status))

struct Offre {
  OffreId id;
  double creation_time = 0;
  DemandeId demande_id;
  std::string titre;  ///< of the demande
  std::int64_t prix_propose = 0;
  std::string message;
  OffreStatus status = OffreStatus::Pending;
};
BOOST_DESCRIBE_STRUCT(Offre, (),
                      (id, creation_time, demande_id, titre, prix_propose, message, status))

struct Meet {
  MeetSessionId id;
  OffreId offre_id;
  std::string autre;  ///< the other party's name
  MeetStatus status = MeetStatus::Active;
  UnixMillis created_at;
  Nullable<UnixMillis> joined_at;
  Nullable<UnixMillis> ended_at;
  std::int64_t together_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Meet, (),
                      (id, offre_id, autre, status, created_at, joined_at, ended_at, together_ms))

struct Message {
  OffreId offre_id;
  double creation_time = 0;
  bool is_mine = false;
  Nullable<std::string> texte;
  Nullable<std::string> fichier;  ///< its name
};
BOOST_DESCRIBE_STRUCT(Message, (), (offre_id, creation_time, is_mine, texte, fichier))

/// One that the person uploaded.
struct Fichier {
  FileId id;
  double creation_time = 0;
  std::string type;
  std::int64_t taille = 0;
  Nullable<std::string> nom;
  std::string url;  ///< good for ten minutes
};
BOOST_DESCRIBE_STRUCT(Fichier, (), (id, creation_time, type, taille, nom, url))

/// A browser that is told of calls while no page is open.
struct PushDevice {
  double creation_time = 0;
  std::string device;
  std::string endpoint;
};
BOOST_DESCRIBE_STRUCT(PushDevice, (), (creation_time, device, endpoint))

}  // namespace exported

/// Everything about one person, as they may read it themselves; prices in minor units, times in
/// milliseconds since the Unix epoch.
struct AccountExport {
  UnixMillis made_at;
  exported::Account account;
  std::vector<exported::Demande> demandes;
  std::vector<exported::Offre> offres;  ///< the person's own
  std::vector<exported::Meet> meets;
  std::vector<exported::Message> messages;  ///< of both, as the conversation shows them
  std::vector<exported::Fichier> fichiers;
  std::vector<view::Review> reviews;
  std::vector<exported::PushDevice> push_devices;
};
BOOST_DESCRIBE_STRUCT(AccountExport, (),
                      (made_at, account, demandes, offres, meets, messages, fichiers, reviews,
                       push_devices))

/// Reads it, in as many short reads as it takes; waits for the disk.
/// @param url_of  a link to a file for its owner
/// refuses: not_found
[[nodiscard]] Result<AccountExport> export_account(
    store::Store& store, const UserId& person, UnixMillis now,
    const std::function<std::string(const FileId&)>& url_of);

/// What is to be done outside the database once an erasure is durable.
struct ErasedAccount {
  std::vector<std::string> files;  ///< whose bytes go
  std::vector<CallId> rooms;       ///< to close
};
/// Takes a person's data out of the marketplace, in one transaction: open demandes are cancelled,
/// pending offres withdrawn, running calls ended by the system; their files, notes, descriptions
/// and unanswered offers go. What belongs to a deal stays for its other party: what was asked, the
/// price agreed, when they spoke, the words of the conversation. Not its: the account's own row and
/// logins (identity). refuses: unavailable past a mutation's reading budget
[[nodiscard]] Result<ErasedAccount> erase_account(MutationContext& ctx, const UserId& person);

/// Removes up to `limit` lines about links that were asked for before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_exports(store::Writer& db, UnixMillis before,
                                                std::size_t limit);

}  // namespace vv::market
