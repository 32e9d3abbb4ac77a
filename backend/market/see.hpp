#pragma once

#include <utility>
#include <vector>

#include "market/documents.hpp"
#include "market/view.hpp"
#include "reactive/context.hpp"
#include "reactive/types.hpp"
#include "store/reader.hpp"

namespace vv::market {

[[nodiscard]] Result<view::Personne> see_person(store::Reader& db, const UserId& id);
[[nodiscard]] Result<view::Demande> see_demande(store::Reader& db, const Demande& demande);
[[nodiscard]] Result<view::Offre> see_offre(store::Reader& db, const Offre& offre,
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
