#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "store/schema.hpp"
#include "store/store.hpp"

namespace vv::store::postgres {

/// Tells apart schemas whose tables or indexes are numbered otherwise.
[[nodiscard]] std::uint64_t fingerprint_of(const Schema& schema);

/// Commits as the log keeps them for other nodes: which rows and keys they wrote.
[[nodiscard]] ByteVector encode_commits(std::span<const Commit> commits, std::uint64_t fingerprint);
/// Nothing when the bytes are none of ours, or of a node with another schema.
[[nodiscard]] std::optional<std::vector<Commit>> decode_commits(Bytes record,
                                                                std::uint64_t fingerprint);

}  // namespace vv::store::postgres
