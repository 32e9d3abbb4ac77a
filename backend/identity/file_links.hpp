#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace vv::identity {

/// What a link says, before anybody believes it.
struct FileLink {
  std::string id;      ///< of the file to read, or of the upload to make
  std::string reader;  ///< the person it was made for; empty: a picture that everybody may see
  UnixMillis expires_at;
  bool operator==(const FileLink&) const = default;
};

/// A link's query as it is written: `e=…&p=…&s=…`, each link in one spelling alone.
struct FileLinkQuery {
  UnixMillis expires_at;
  std::string reader;
  std::string signature;  ///< base64url
};
[[nodiscard]] std::optional<FileLinkQuery> parse_file_link(std::string_view query);
[[nodiscard]] std::string write_file_link(const FileLinkQuery& query);

/// Signs and checks the short links by which files are read and uploaded without a cookie
/// (HMAC-SHA256 over purpose, id, person and expiry).
///
/// Owns:    its key, which signs nothing else.
/// Not its: whether that person may read that file now (market), which is asked again at each use.
/// Bounds:  links of kLifetime; a query of kMaxQuery bytes.
class FileLinks {
 public:
  static constexpr Duration kLifetime = minutes(10);
  static constexpr std::size_t kMaxQuery = 256;  // bytes

  /// Ring: no file but a receipt, by which a push message is answered.
  enum class Purpose : std::uint8_t { Read, Upload, Export, Ring };

  explicit FileLinks(Secret key) : key_(std::move(key)) {}

  /// The URL's query. Any thread.
  [[nodiscard]] std::string sign(Purpose purpose, const FileLink& link) const;
  /// @param id  as the URL's path names it
  /// @return forbidden when it is altered, expired or made for something else
  [[nodiscard]] Result<FileLink> verify(Purpose purpose, std::string_view id,
                                        std::string_view query, UnixMillis now) const;

 private:
  [[nodiscard]] std::string signature_of(Purpose purpose, const FileLink& link) const;
  Secret key_;
};

}  // namespace vv::identity
