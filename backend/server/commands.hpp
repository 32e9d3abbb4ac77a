#pragma once

#include <string>

#include "base/config.hpp"

namespace vv::server {

// One function a subcommand; each returns the exit status and says on standard error why not.
int serve(const ConfigSources& sources);
int print_types();
int print_config(const ConfigSources& sources);
int examine(const ConfigSources& sources);
int back_up_to(const ConfigSources& sources, const std::string& folder);
int restore_from(const ConfigSources& sources, const std::string& folder);

struct TokenRequest {
  std::string key;
  std::string secret;
  std::string room;
  std::string identity;
  std::string name;
  std::string ttl = "1h";
};
int print_token(const TokenRequest& request);

}  // namespace vv::server
