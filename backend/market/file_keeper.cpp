#include "market/file_keeper.hpp"

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "reactive/context.hpp"
#include "store/store.hpp"

namespace vv::market {
namespace {

Status status_of(const Result<store::Commit>& done) {
  if (!done) return done.error();
  return {};
}

/// A mutation of the process's own.
template <class F>
store::Store::WriteBody as_mutation(const FileKeeper::Ports& ports, F body) {
  return [&random = ports.random, now = ports.now, body](store::Writer& db) -> Status {
    MutationContext ctx(db, {.identity = nullptr, .now = now(), .random = &random});
    return body(ctx);
  };
}

}  // namespace

FileKeeper::FileKeeper(Ports ports) : ports_(std::move(ports)) {}

void FileKeeper::begin(std::string upload, std::int64_t bytes, Begun begun) {
  if (closed_) return begun(unavailable("the server is stopping"));
  // Shared by the body, which fills it anew each time it runs, and the answer.
  const auto file = std::make_shared<FileId>();
  ports_.store.write(as_mutation(ports_,
                                 [id = Id<Upload>(std::move(upload)), bytes, rates = ports_.rates,
                                  file](MutationContext& ctx) -> Status {
                                   VV_ASSIGN_OR_RETURN(*file, begin_upload(ctx, id, bytes, rates));
                                   return {};
                                 }),
                     [file, begun = std::move(begun)](const Result<store::Commit>& done) {
                       begun(done ? Result<FileId>(*file) : Result<FileId>(done.error()));
                     });
}

void FileKeeper::finish(UploadedFile file, Done done) {
  if (closed_) return done(unavailable("the server is stopping"));
  ports_.store.write(
      as_mutation(ports_, [file = std::move(file)](
                              MutationContext& ctx) { return finish_upload(ctx, file); }),
      [done = std::move(done)](const Result<store::Commit>& commit) { done(status_of(commit)); });
}

void FileKeeper::abandon(std::string upload, std::int64_t received) {
  if (closed_) return;
  ports_.store.write(
      as_mutation(ports_, [id = Id<Upload>(std::move(upload)), received](
                              MutationContext& ctx) { return abandon_upload(ctx, id, received); }),
      [](const Result<store::Commit>&) {});
}

Result<ReadableFile> FileKeeper::may_read(const std::string& file, const std::string& reader) {
  ReadableFile out;
  VV_TRY(ports_.store.read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(out, readable_file(db, FileId(file), UserId(reader)));
    return {};
  }));
  return out;
}

Status FileKeeper::reset() {
  epoch_began_ = ports_.now();
  return status_of(ports_.store.write_and_wait(as_mutation(ports_, renew_links)));
}

void FileKeeper::tick() {
  const Duration age = ports_.now() - epoch_began_;
  if (age >= Duration() && age < kLinkEpoch) return;
  epoch_began_ = ports_.now();
  ports_.store.write(as_mutation(ports_, renew_links), [](const Result<store::Commit>& done) {
    if (!done) log::warn("links to files were not renewed", {{"reason", done.error().message}});
  });
}

}  // namespace vv::market
