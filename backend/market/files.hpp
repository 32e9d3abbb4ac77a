#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/demandes.hpp"

// Whose files are, who may read them, and when they go. Their bytes are elsewhere.
namespace vv::market {

// threat-model.md section 4
constexpr std::int64_t kMaxFile = 25 * 1024 * 1024;           // bytes
constexpr std::int64_t kMaxUploadedADay = 200 * 1024 * 1024;  // bytes, a user
constexpr std::int64_t kMaxAvatar = 5 * 1024 * 1024;          // bytes
constexpr Duration kUploadLifetime = minutes(10);
/// Uploaded and not attached to anything for this long, a file goes (F16).
constexpr Duration kOrphanAge = hours(24);
/// Links are signed afresh this often, so that the newest is always good for six minutes more.
constexpr Duration kLinkEpoch = minutes(4);

/// Where files are read and taken in; an id follows.
constexpr std::string_view kFilesPath = "/api/files/";
constexpr std::string_view kUploadsPath = "/api/uploads/";

/// Whether a browser may show it in place: PNG, JPEG, WebP, GIF and AVIF alone (threat-model H18).
[[nodiscard]] bool is_picture(std::string_view type);

/// `files:generateUploadUrl`: good for one upload and ten minutes.
/// refuses: rate_limited past kUploadsAnHour
[[nodiscard]] Result<std::string> generate_upload_url(MutationContext& ctx, const FileLinks& links,
                                                      Rates rates = Rates::Limited);

// For the neighbours: a file is used once.

/// A file that this person uploaded and nothing shows yet. refuses: not_found; conflict when used
[[nodiscard]] Result<File> unused_file(store::Reader& db, const FileId& id, const UserId& owner);
/// Makes it the user's picture; the one before may go. The caller stores the user.
/// refuses: as unused_file; invalid unless a picture of at most kMaxAvatar
[[nodiscard]] Status change_avatar(store::Writer& db, User& user, const FileId& id);

// For FileKeeper.

/// Begins an upload: marks its permission used and sets `reserve` bytes aside on its owner's day.
/// @return the id of the file it will become
/// refuses: forbidden when it is used, unknown or too old; rate_limited past kMaxUploadedADay
[[nodiscard]] Result<FileId> begin_upload(MutationContext& ctx, const Id<Upload>& id,
                                          std::int64_t reserve, Rates rates);
struct UploadedFile {
  Id<Upload> upload;
  std::string type;
  std::int64_t taille = 0;
  std::string sha256 = {};  ///< hex
};
/// The bytes are on disk: the file exists from here on.
[[nodiscard]] Status finish_upload(MutationContext& ctx, const UploadedFile& file);
/// They are not and will not be; `received` count against the day all the same.
[[nodiscard]] Status abandon_upload(MutationContext& ctx, const Id<Upload>& id,
                                    std::int64_t received);

/// What a reader's browser needs to know.
struct ReadableFile {
  std::string type;
  std::string nom;
  std::string sha256;  ///< hex; empty when it was not kept
};
/// Asked at each use of a link, so that what one may no longer read is gone at once. `reader` is
/// empty for everybody. refuses: not_found unless their own, in their conversation, or a picture
[[nodiscard]] Result<ReadableFile> readable_file(store::Reader& db, const FileId& id,
                                                 const UserId& reader);

/// Takes files that nothing shows, and uploads that never became files, out of the tables when they
/// are of before `before`.
/// @return ids whose bytes may go, some of which never had any
[[nodiscard]] Result<std::vector<std::string>> sweep_files(MutationContext& ctx, UnixMillis before);
/// Takes one file out of the tables; a line stays for a day that names its bytes.
[[nodiscard]] Status let_go(MutationContext& ctx, const File& file);
/// Begins a new epoch of links now.
[[nodiscard]] Status renew_links(MutationContext& ctx);

}  // namespace vv::market
