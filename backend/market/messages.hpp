#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "market/demandes.hpp"

// The conversation of the two of an accepted offre, named by it or by one of its sessions; other
// offres have none (threat-model section 5).
namespace vv::market {

struct ListMessagesArgs {
  std::optional<OffreId> offre_id;
  std::optional<MeetSessionId> session_id;
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(ListMessagesArgs, (), (offre_id, session_id, pagination_opts))

/// `messages:list`, newest first.
/// refuses: invalid when no conversation is named, or two; not_found unless one of the two;
/// conflict
///          unless the offre was accepted
[[nodiscard]] Result<Page<view::Message>> list_messages(QueryContext& ctx,
                                                        const ListMessagesArgs& args,
                                                        const FileLinks& links);

struct SendMessageArgs {
  std::optional<OffreId> offre_id;
  std::optional<MeetSessionId> session_id;
  std::optional<std::string> texte;
  std::optional<FileId> storage_id;
  std::optional<std::string> nom_fichier;
};
BOOST_DESCRIBE_STRUCT(SendMessageArgs, (), (offre_id, session_id, texte, storage_id, nom_fichier))

/// `messages:send`: text, a file of the caller's own, or both.
/// refuses: as list_messages; invalid text or name, or neither text nor file; not_found when the
///          file is not the caller's; conflict when it was used already; rate_limited
[[nodiscard]] Result<Id<Message>> send_message(MutationContext& ctx, const SendMessageArgs& args,
                                               Rates rates = Rates::Limited);

/// What a purge took out; see files.hpp for what `files` means.
struct PurgedMessages {
  std::size_t messages = 0;
  std::vector<std::string> files;
  std::optional<double> next;  ///< where to go on, when the batch was full
};
/// Removes messages made before `before`, with their files, of conversations whose last session
/// ended before then (P1). Looks at `limit` messages made after `after`.
[[nodiscard]] Result<PurgedMessages> purge_messages(MutationContext& ctx, UnixMillis before,
                                                    double after, std::size_t limit);

}  // namespace vv::market
