#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "reactive/context.hpp"
#include "reactive/engine.hpp"
#include "reactive/registry.hpp"
#include "store/schema.hpp"
#include "store/store.hpp"

/// A small world for tests: items in boxes. Beside the functions stands the trivial reference
/// engine: every committed state is kept whole, and each query has a plain twin over it.
namespace vv::reactive::testing_domain {

struct Item {
  Id<Item> id;
  double creation_time = 0;
  std::string box;
  std::int64_t n = 0;
  std::string owner;
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, creation_time, box, n, owner, tag))

struct ItemView {
  Id<Item> id;
  std::int64_t n = 0;
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(ItemView, (), (id, n, tag))

struct BoxArgs {
  std::string box;
};
BOOST_DESCRIBE_STRUCT(BoxArgs, (), (box))
struct PageArgs {
  std::string box;
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(PageArgs, (), (box, pagination_opts))
struct ItemArgs {
  Id<Item> item_id;
};
BOOST_DESCRIBE_STRUCT(ItemArgs, (), (item_id))
struct AddArgs {
  std::string box;
  std::int64_t n = 0;
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(AddArgs, (), (box, n, tag))
struct MoveArgs {
  std::string tag;
  std::string box;
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(MoveArgs, (), (tag, box, n))
struct TagArgs {
  std::string tag;
};
BOOST_DESCRIBE_STRUCT(TagArgs, (), (tag))
struct AnyArgs {
  Value value;
};
BOOST_DESCRIBE_STRUCT(AnyArgs, (), (value))

inline ItemView view_of(const Item& item) { return {item.id, item.n, item.tag}; }

/// The reference: every state the database should have had, by the timestamp of the commit that
/// made it. It never reads the database: mutations say what they did, commits say when it counts.
struct History {
  using State = std::vector<Item>;
  struct Change {
    Item item;
    bool removes = false;
  };
  std::map<std::uint64_t, State> states{{0, {}}};
  std::map<std::uint64_t, Change> proposed;  // by mutations that have run, committed or not
  std::map<std::string, int> applied;        // how often the mutation with this tag took effect

  [[nodiscard]] const State& at(store::Timestamp ts) const {
    return std::prev(states.upper_bound(ts.nanos))->second;
  }

  void propose(store::Timestamp ts, Change change) { proposed[ts.nanos] = std::move(change); }
  void commit(store::Timestamp ts) {
    const auto found = proposed.find(ts.nanos);
    if (found == proposed.end()) return;  // wrote no item
    const Change change = std::move(found->second);
    proposed.erase(found);
    State next = states.rbegin()->second;
    std::erase_if(next, [&](const Item& item) { return item.id == change.item.id; });
    if (!change.removes) next.push_back(change.item);
    states.emplace(ts.nanos, std::move(next));
  }
  /// What was not durable never was.
  void forget_after(store::Timestamp head) {
    states.erase(states.upper_bound(head.nanos), states.end());
    proposed.clear();
  }
};

inline Result<Item> by_tag(store::Reader& db, const std::string& tag) {
  VV_ASSIGN_OR_RETURN(std::optional<Item> item, db.query<Item>("by_tag").eq(tag).first());
  if (!item) return not_found("no item has this tag");
  return *std::move(item);
}

inline void declare(store::Schema& schema) {
  declare_schema(schema);
  schema.add(store::table<Item>("items")
                 .index("by_box", &Item::box, &Item::n)
                 .index("by_owner", &Item::owner)
                 .index("by_tag", &Item::tag));
}

inline void register_queries(Registry& registry) {
  registry.query("items:inBox",
                 [](QueryContext& ctx, const BoxArgs& args) -> Result<std::vector<ItemView>> {
                   VV_ASSIGN_OR_RETURN(const std::vector<Item> items,
                                       ctx.db.query<Item>("by_box").eq(args.box).collect());
                   std::vector<ItemView> out;
                   for (const Item& item : items) out.push_back(view_of(item));
                   return out;
                 });
  registry.query("items:first",
                 [](QueryContext& ctx, const BoxArgs& args) -> Result<Nullable<ItemView>> {
                   VV_ASSIGN_OR_RETURN(const std::optional<Item> item,
                                       ctx.db.query<Item>("by_box").eq(args.box).first());
                   if (!item) return Nullable<ItemView>();
                   return Nullable<ItemView>(view_of(*item));
                 });
  registry.query("items:total", [](QueryContext& ctx, const NoArgs&) -> Result<std::int64_t> {
    VV_ASSIGN_OR_RETURN(const std::vector<Item> items, ctx.db.query<Item>().collect());
    std::int64_t total = 0;
    for (const Item& item : items) total += item.n;
    return total;
  });
  registry.query("items:here", [](QueryContext& ctx, const NoArgs&) -> Result<std::string> {
    VV_ASSIGN_OR_RETURN(const std::optional<Item> item, ctx.db.query<Item>().first());
    return item ? std::string(ctx.base_url()) : "nothing";
  });
  registry.query("items:byId",
                 [](QueryContext& ctx, const ItemArgs& args) -> Result<Nullable<ItemView>> {
                   VV_ASSIGN_OR_RETURN(const std::optional<Item> item, ctx.db.find(args.item_id));
                   if (!item) return Nullable<ItemView>();
                   return Nullable<ItemView>(view_of(*item));
                 });
  registry.query("items:mine", [](QueryContext& ctx, const NoArgs&) -> Result<std::size_t> {
    VV_ASSIGN_OR_RETURN(const std::string caller, ctx.caller_id());
    return ctx.db.query<Item>("by_owner").eq(caller).count(1000);
  });
  // Looks at who asks only when the box holds something: sharing must not be decided by a guess.
  registry.query("items:maybeMine",
                 [](QueryContext& ctx, const BoxArgs& args) -> Result<std::string> {
                   VV_ASSIGN_OR_RETURN(const std::optional<Item> item,
                                       ctx.db.query<Item>("by_box").eq(args.box).first());
                   if (!item) return std::string("empty");
                   return ctx.caller_if_any().value_or("nobody");
                 });
  registry.query(
      "items:page", [](QueryContext& ctx, const PageArgs& args) -> Result<Page<ItemView>> {
        VV_ASSIGN_OR_RETURN(
            const Page<Item> page,
            ctx.paginate(ctx.db.query<Item>("by_box").eq(args.box), args.pagination_opts));
        return page.map(view_of);
      });
  registry.query("items:echo",
                 [](QueryContext&, const AnyArgs& args) -> Result<Value> { return args.value; });
  registry.query("items:broken", [](QueryContext&, const NoArgs&) -> Result<std::string> {
    return internal("the secret reason");
  });
}

inline void register_mutations(Registry& registry, History& history) {
  registry.mutation("items:add",
                    [&history](MutationContext& ctx, const AddArgs& args) -> Result<Id<Item>> {
                      Item item;
                      item.box = args.box;
                      item.n = args.n;
                      item.tag = args.tag;
                      item.owner = ctx.caller_if_any().value_or("nobody");
                      VV_ASSIGN_OR_RETURN(item.id, ctx.db.insert(item));
                      VV_ASSIGN_OR_RETURN(item, ctx.db.get(item.id));
                      ctx.after_commit([&history, tag = args.tag] { ++history.applied[tag]; });
                      history.propose(ctx.db.timestamp(), {.item = item});
                      return item.id;
                    });
  registry.mutation("items:move",
                    [&history](MutationContext& ctx, const MoveArgs& args) -> Result<void> {
                      VV_ASSIGN_OR_RETURN(Item item, by_tag(ctx.db, args.tag));
                      item.box = args.box;
                      item.n = args.n;
                      VV_TRY(ctx.db.replace(item));
                      history.propose(ctx.db.timestamp(), {.item = item});
                      return {};
                    });
  registry.mutation("items:remove",
                    [&history](MutationContext& ctx, const TagArgs& args) -> Result<void> {
                      VV_ASSIGN_OR_RETURN(const Item item, by_tag(ctx.db, args.tag));
                      VV_TRY(ctx.db.remove(item.id));
                      history.propose(ctx.db.timestamp(), {.item = item, .removes = true});
                      return {};
                    });
  registry.mutation("items:nothing",
                    [](MutationContext&, const NoArgs&) -> Result<void> { return {}; });
  registry.mutation("items:writeAndFail",
                    [](MutationContext& ctx, const AddArgs& args) -> Result<void> {
                      Item item;
                      item.box = args.box;
                      item.tag = args.tag;
                      VV_ASSIGN_OR_RETURN(const Id<Item> id, ctx.db.insert(item));
                      return conflict("undone: " + std::string(id.empty() ? "" : "this"));
                    });
}

inline Result<std::int64_t> total_twice(MutationContext& ctx, const AddArgs& args) {
  Item item;
  item.box = args.box;
  item.n = args.n;
  item.tag = args.tag;
  VV_ASSIGN_OR_RETURN(const Id<Item> id, ctx.db.insert(item));
  static_cast<void>(id);
  return args.n * 2;
}

inline Registry make_registry(History& history) {
  Registry registry;
  register_queries(registry);
  register_mutations(registry, history);
  registry.action("items:act", [](ActionContext& ctx, const AddArgs& args) -> Result<std::string> {
    VV_ASSIGN_OR_RETURN(const std::int64_t twice, ctx.run_mutation(total_twice, args));
    return std::to_string(twice) + " at " + ctx.base_url();
  });
  return registry;
}

/// The reference: each query over a whole state, as simply as it can be said. Pages are judged
/// otherwise, all of a list together.
inline std::string evaluate(const std::string& path, const Value& args, const std::string& caller,
                            const History::State& state) {
  std::string box;
  const Value* given = args.find("box");
  if (given != nullptr && given->string() != nullptr) box = *given->string();
  std::vector<Item> inside;
  for (const Item& item : state) {
    if (item.box == box) inside.push_back(item);
  }
  std::sort(inside.begin(), inside.end(), [](const Item& a, const Item& b) {
    return std::tie(a.n, a.creation_time, a.id) < std::tie(b.n, b.creation_time, b.id);
  });
  std::vector<ItemView> views;
  for (const Item& item : inside) views.push_back(view_of(item));

  std::string out;
  if (path == "items:inBox") {
    Codec<std::vector<ItemView>>::encode(views, out);
  } else if (path == "items:first") {
    Codec<Nullable<ItemView>>::encode(
        views.empty() ? Nullable<ItemView>() : Nullable<ItemView>(views.front()), out);
  } else if (path == "items:total") {
    std::int64_t total = 0;
    for (const Item& item : state) total += item.n;
    Codec<std::int64_t>::encode(total, out);
  } else if (path == "items:byId") {
    Nullable<ItemView> found;
    for (const Item& item : state) {
      if (item.id.str() == *args.find("itemId")->string()) found = view_of(item);
    }
    Codec<Nullable<ItemView>>::encode(found, out);
  } else if (path == "items:mine") {
    if (caller.empty()) return "failed: unauthenticated";
    std::size_t count = 0;
    for (const Item& item : state) count += item.owner == caller ? 1U : 0U;
    Codec<std::size_t>::encode(count, out);
  } else if (path == "items:maybeMine") {
    append_json_string(out, inside.empty() ? "empty" : caller.empty() ? "nobody" : caller);
  }
  return out;
}

}  // namespace vv::reactive::testing_domain
