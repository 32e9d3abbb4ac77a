#include "market/video_join.hpp"

#include <utility>

namespace vv::market {

Result<Entrance> entrance_of(QueryContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  if (session.status != MeetStatus::Active) {
    return wrong_state("this session has ended", session.status);
  }
  VV_ASSIGN_OR_RETURN(User user, ctx.db.get(caller));
  return Entrance{.call_id = session.call_id, .name = std::move(user.name)};
}

namespace {

view::Ticket view_of(video::Ticket ticket) {
  return {.engine = std::move(ticket.engine),
          .server_url = std::move(ticket.server_url),
          .token = std::move(ticket.token),
          .room_name = std::move(ticket.room_name),
          .expires_at = ticket.expires_at};
}

}  // namespace

Result<view::Ticket> join_video(reactive::ActionContext& ctx, const SessionArgs& args,
                                video::Engine& engine) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const Entrance entrance, ctx.run_query(entrance_of, args));
  VV_ASSIGN_OR_RETURN(video::Ticket ticket, engine.ticket({.room_name = entrance.call_id.str(),
                                                           .user_id = caller.str(),
                                                           .display_name = entrance.name,
                                                           .base_url = ctx.base_url(),
                                                           .login = ctx.identity()->login}));
  return view_of(std::move(ticket));
}

Result<view::Ticket> join_echo(reactive::ActionContext& ctx, video::Engine& engine) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(video::Ticket ticket,
                      engine.ticket({.room_name = video::echo_room_of(caller.str()),
                                     .user_id = caller.str(),
                                     .display_name = {},  // nobody else sees it
                                     .base_url = ctx.base_url(),
                                     .login = ctx.identity()->login,
                                     .echo = true}));
  return view_of(std::move(ticket));
}

}  // namespace vv::market
