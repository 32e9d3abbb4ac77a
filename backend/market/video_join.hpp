#pragma once

#include <boost/describe.hpp>
#include <string>

#include "market/meet_sessions.hpp"
#include "video/engine.hpp"

namespace vv::market {

/// The room and the name under which a party enters it.
struct Entrance {
  CallId call_id;
  std::string name;
};

/// What `video:join` checks. refuses: not_found unless a party; conflict unless active
[[nodiscard]] Result<Entrance> entrance_of(QueryContext& ctx, const SessionArgs& args);

/// `video:join`: a ticket for the caller, from whichever engine runs. refuses as entrance_of does;
/// unavailable when the engine cannot give one
[[nodiscard]] Result<view::Ticket> join_video(reactive::ActionContext& ctx, const SessionArgs& args,
                                              video::Engine& engine);

/// `video:joinEcho`: a ticket to the caller's own echo room. refuses: unavailable when the engine
/// has none
[[nodiscard]] Result<view::Ticket> join_echo(reactive::ActionContext& ctx, video::Engine& engine);

}  // namespace vv::market
