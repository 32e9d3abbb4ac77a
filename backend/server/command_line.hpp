#pragma once

namespace vv::server {

/// `visavis serve | types | token | doctor | config` (contract section 1). @return the exit status
int run_command_line(int argc, char** argv);

}  // namespace vv::server
