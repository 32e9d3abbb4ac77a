#pragma once

namespace vv::server {

/// From now on a crash leaves no core file, and where the system hands cores to a program whatever
/// the limit says, one without the process's memory: it could hold what people said (threat-model
/// H27).
void leave_no_core_dumps() noexcept;

}  // namespace vv::server
