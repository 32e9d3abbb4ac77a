#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace vv::reactive {

/// Turns positions in an index into cursors that only we can make and read: they hold keys of rows,
/// which are user data, and a client must not be able to ask for a place of its choosing.
///
/// A synthetic-IV construction: the tag, an HMAC over scope and text, is also the counter block of
/// the encryption, so that equal positions give equal cursors and results stay comparable.
class CursorSealer {
 public:
  /// `key`: at least 32 bytes, kept over restarts, else clients start their lists over.
  explicit CursorSealer(const Secret& key);

  /// URL-safe text. It opens under the same `scope` only.
  [[nodiscard]] std::string seal(std::string_view scope, std::string_view text) const;
  [[nodiscard]] std::optional<std::string> open(std::string_view scope,
                                                std::string_view sealed) const;

 private:
  Secret mac_key_;
  Secret cipher_key_;
};

}  // namespace vv::reactive
