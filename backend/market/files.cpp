#include "market/files.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/format.hpp"
#include "market/rates.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

// Of one sweep; the next takes the rest. Well inside a mutation's reading budget.
constexpr std::size_t kMaxSwept = 2'000;

double before(UnixMillis now, Duration age) { return static_cast<double>((now - age).value); }

/// What this person has uploaded, or begun to, within a day.
Result<std::int64_t> uploaded_today(store::Reader& db, const UserId& owner, UnixMillis now) {
  VV_ASSIGN_OR_RETURN(
      const std::vector<Upload> uploads,
      db.query<Upload>("by_owner").eq(owner).at_least(before(now, hours(24))).collect());
  std::int64_t bytes = 0;
  for (const Upload& upload : uploads) bytes += upload.taille;
  return bytes;
}

Result<bool> is_avatar(store::Reader& db, const File& file) {
  VV_ASSIGN_OR_RETURN(const std::optional<User> owner, db.find(file.owner_id));
  return owner && owner->avatar_storage_id == file.id.str();
}

}  // namespace

bool is_picture(std::string_view type) {
  constexpr std::array<std::string_view, 5> kPictures = {"image/png", "image/jpeg", "image/webp",
                                                         "image/gif", "image/avif"};
  return std::ranges::find(kPictures, type) != kPictures.end();
}

Result<std::string> generate_upload_url(MutationContext& ctx, const FileLinks& links, Rates rates) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  if (rates == Rates::Limited) {
    VV_TRY(check_hourly(ctx.db.query<Upload>("by_owner").eq(caller), ctx.now(), kUploadsAnHour));
  }
  Upload upload;
  upload.owner_id = caller;
  upload.expires_at = ctx.now() + kUploadLifetime;
  upload.storage_id = store::new_id(ctx.random());
  VV_ASSIGN_OR_RETURN(const Id<Upload> id, ctx.db.insert(upload));
  return ctx.base_url() + std::string(kUploadsPath) + id.str() + "?" +
         links.sign(FileLinks::Purpose::Upload,
                    {.id = id.str(), .reader = caller.str(), .expires_at = upload.expires_at});
}

Result<File> unused_file(store::Reader& db, const FileId& id, const UserId& owner) {
  VV_ASSIGN_OR_RETURN(std::optional<File> file, db.find(id));
  if (!file || file->owner_id != owner) return not_found("there is no such file");
  if (file->attached) return conflict("this file is used already: upload it again");
  return *std::move(file);
}

Status change_avatar(store::Writer& db, User& user, const FileId& id) {
  if (user.avatar_storage_id == id.str()) return {};
  VV_ASSIGN_OR_RETURN(File file, unused_file(db, id, user.id));
  if (!is_picture(file.type)) {
    return invalid("a picture is PNG, JPEG, WebP, GIF or AVIF", "avatarStorageId");
  }
  if (file.taille > kMaxAvatar) {
    return invalid(format("at most {} bytes", kMaxAvatar), "avatarStorageId");
  }
  file.attached = true;
  VV_TRY(db.replace(file));
  if (user.avatar_storage_id) {
    VV_ASSIGN_OR_RETURN(std::optional<File> earlier, db.find(FileId(*user.avatar_storage_id)));
    if (earlier) {
      earlier->attached = false;
      VV_TRY(db.replace(*earlier));
    }
  }
  user.avatar_storage_id = file.id.str();
  return {};
}

Result<FileId> begin_upload(MutationContext& ctx, const Id<Upload>& id, std::int64_t reserve,
                            Rates rates) {
  VV_ASSIGN_OR_RETURN(std::optional<Upload> upload, ctx.db.find(id));
  if (!upload || upload->used || upload->expires_at <= ctx.now()) {
    return forbidden("this upload URL was used already or has expired");
  }
  if (rates == Rates::Limited) {
    VV_ASSIGN_OR_RETURN(const std::int64_t today,
                        uploaded_today(ctx.db, upload->owner_id, ctx.now()));
    if (today + reserve > kMaxUploadedADay) {
      return rate_limited("too much was uploaded within a day, try again tomorrow");
    }
  }
  upload->used = true;
  upload->taille = reserve;
  VV_TRY(ctx.db.replace(*upload));
  return FileId(upload->storage_id);
}

Status finish_upload(MutationContext& ctx, const UploadedFile& uploaded) {
  VV_ASSIGN_OR_RETURN(Upload upload, ctx.db.get(uploaded.upload));
  upload.taille = uploaded.taille;
  VV_TRY(ctx.db.replace(upload));
  File file;
  file.id = FileId(upload.storage_id);
  file.owner_id = upload.owner_id;
  file.type = uploaded.type;
  file.taille = uploaded.taille;
  if (!uploaded.sha256.empty()) file.sha256 = uploaded.sha256;
  VV_TRY(ctx.db.insert(file));
  return {};
}

Status abandon_upload(MutationContext& ctx, const Id<Upload>& id, std::int64_t received) {
  VV_ASSIGN_OR_RETURN(Upload upload, ctx.db.get(id));
  upload.taille = received;
  return ctx.db.replace(upload);
}

Result<ReadableFile> readable_file(store::Reader& db, const FileId& id, const UserId& reader) {
  VV_ASSIGN_OR_RETURN(const std::optional<File> file, db.find(id));
  if (!file) return not_found("there is no such file");
  VV_ASSIGN_OR_RETURN(bool may, is_avatar(db, *file));
  if (!may && !reader.empty()) {
    may = reader == file->owner_id;
    if (!may && file->offre_id) {
      VV_ASSIGN_OR_RETURN(const Offre offre, db.get(*file->offre_id));
      may = reader == offre.demandeur_id || reader == offre.offreur_id;
    }
  }
  if (!may) return not_found("there is no such file");
  return ReadableFile{
      .type = file->type, .nom = file->nom.value_or(""), .sha256 = file->sha256.value_or("")};
}

Status let_go(MutationContext& ctx, const File& file) {
  VV_TRY(ctx.db.remove(file.id));
  // Should the process die before its bytes are gone, this line still names them.
  Upload line;
  line.owner_id = file.owner_id;
  line.expires_at = ctx.now();
  line.storage_id = file.id.str();
  line.used = true;
  VV_TRY(ctx.db.insert(line));
  return {};
}

Result<std::vector<std::string>> sweep_files(MutationContext& ctx, UnixMillis before_this) {
  std::vector<std::string> gone;
  const double limit = before(before_this, {});
  VV_ASSIGN_OR_RETURN(const std::vector<File> orphans,
                      ctx.db.query<File>("by_attached").eq(false).below(limit).take(kMaxSwept));
  for (const File& file : orphans) {
    VV_TRY(let_go(ctx, file));
    gone.push_back(file.id.str());
  }
  VV_ASSIGN_OR_RETURN(const std::vector<Upload> old,
                      ctx.db.query<Upload>().below(limit).take(kMaxSwept));
  for (const Upload& upload : old) {
    VV_ASSIGN_OR_RETURN(const std::optional<File> file, ctx.db.find(FileId(upload.storage_id)));
    const bool may_have_bytes = upload.used && !file;
    if (may_have_bytes) gone.push_back(upload.storage_id);
    // Removing twice is no error, so a line that names bytes is kept for many sweeps more.
    const bool forget = !may_have_bytes || upload.creation_time < before(before_this, kOrphanAge);
    if (forget) VV_TRY(ctx.db.remove(upload.id));
  }
  std::ranges::sort(gone);
  gone.erase(std::ranges::unique(gone).begin(), gone.end());
  return gone;
}

Status renew_links(MutationContext& ctx) {
  ctx.db.use_reserve();  // a server starts on a full disk too
  VV_ASSIGN_OR_RETURN(std::optional<LinkEpoch> epoch, ctx.db.query<LinkEpoch>().first());
  if (epoch) {
    epoch->began_at = ctx.now();
    return ctx.db.replace(*epoch);
  }
  LinkEpoch first;
  first.began_at = ctx.now();
  VV_TRY(ctx.db.insert(first));
  return {};
}

}  // namespace vv::market
