#pragma once

#include <utility>
#include <vector>

#include "identity/file_links.hpp"
#include "market/documents.hpp"
#include "market/view.hpp"
#include "reactive/context.hpp"
#include "reactive/types.hpp"
#include "store/reader.hpp"

namespace vv::market {

using identity::FileLinks;

/// One query that shows people and files: it signs the links by which a browser loads them.
class Viewer {
 public:
  Viewer(reactive::QueryContext& ctx, const FileLinks& links)
      : db(ctx.db), ctx_(ctx), links_(links) {}

  store::Reader& db;  // NOLINT: as in the context

  /// A link to a file for `reader`; of a picture that everybody may see for nobody in particular,
  /// so that its readers share a result.
  [[nodiscard]] Result<std::string> url_of(const FileId& file, const std::string& reader);
  /// Of this person's picture, if they have one.
  [[nodiscard]] Result<Nullable<std::string>> avatar_of(const User& user);

 private:
  reactive::QueryContext& ctx_;
  const FileLinks& links_;
  std::optional<UnixMillis> expires_at_;
};

[[nodiscard]] Result<view::Personne> see_person(Viewer& viewer, const UserId& id);
[[nodiscard]] Result<view::Demande> see_demande(Viewer& viewer, const Demande& demande);
[[nodiscard]] Result<view::Offre> see_offre(Viewer& viewer, const Offre& offre,
                                            const Demande& demande);

/// The caller, as an id. refuses: unauthenticated
template <class Context>
[[nodiscard]] Result<UserId> caller_of(Context& ctx) {
  VV_ASSIGN_OR_RETURN(std::string id, ctx.caller_id());
  return UserId(std::move(id));
}

/// A page of documents as what the client sees, where seeing reads more rows.
template <class View, class D, class F>
[[nodiscard]] Result<reactive::Page<View>> see_page(const reactive::Page<D>& page, F&& view) {
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
