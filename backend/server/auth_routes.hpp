#pragma once

namespace vv::net {
class EventLoop;
class Router;
}  // namespace vv::net
namespace vv::identity {
class AccessTokens;
class Accounts;
}  // namespace vv::identity

namespace vv::server {

/// `/api/auth/…` and `/.well-known/jwks.json` (contract section 2). What is passed outlives the
/// router.
struct AuthPorts {
  net::EventLoop& loop;
  identity::Accounts& accounts;
  const identity::AccessTokens& tokens;
};
void mount_auth_routes(net::Router& router, AuthPorts ports);

}  // namespace vv::server
