#pragma once

#include <cstdint>
#include <string>

namespace vv {

/// Kept free on the data's disk for what must still be written when the rest is refused: ends of
/// calls and of recordings, rotated logins, the log that is folded into its file (threat-model F3).
constexpr std::uint64_t kDiskReserve = 64ULL * 1024 * 1024;  // bytes

/// What the disk under `path`, a file or a folder, has free for us, in bytes; all there can be when
/// that cannot be told, since a write will tell.
[[nodiscard]] std::uint64_t free_disk_bytes(const std::string& path);
/// The same by an open file or folder.
[[nodiscard]] std::uint64_t free_disk_bytes(int descriptor);

}  // namespace vv
