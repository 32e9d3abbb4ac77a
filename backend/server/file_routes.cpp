#include "server/file_routes.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/encoding.hpp"
#include "base/format.hpp"
#include "base/worker_pool.hpp"
#include "blobs/blob_folder.hpp"
#include "identity/file_links.hpp"
#include "market/file_keeper.hpp"
#include "net/gate.hpp"
#include "net/http/router.hpp"
#include "net/http/uri.hpp"

namespace vv::server {
namespace {

using identity::FileLinks;
using net::HttpRequest;
using net::HttpResponse;

constexpr Duration kPatience = seconds(30);  // for the disk, or the store's writer

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Unauthenticated:
      return 401;
    case ErrorCode::Forbidden:
      return 403;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::Invalid:
      return 400;
    case ErrorCode::Conflict:
      return 409;
    case ErrorCode::RateLimited:
      return 429;
    case ErrorCode::Unavailable:
      return 503;
    case ErrorCode::Internal:
      return 500;
  }
  return 500;
}

HttpResponse refusal(const Error& error) {
  const bool ours = error.code == ErrorCode::Internal;
  boost::json::object body{{"code", std::string(to_string(error.code))},
                           {"message", ours ? "internal error" : error.message}};
  HttpResponse response = HttpResponse::json(
      status_of(error.code), boost::json::serialize(boost::json::object{{"error", body}}));
  response.headers.set("Cache-Control", "no-store");
  if (response.status == 429) response.headers.set("Retry-After", "3600");
  if (response.status == 503) response.headers.set("Retry-After", "1");
  return response;
}

Error too_slow() { return unavailable("try again in a moment"); }

/// Runs `job`, which waits for the disk, on the pool. `R` is a Result.
template <class R>
Task<R> on_pool(const FilePorts& ports, std::function<R()> job) {
  WorkerPool& pool = ports.pool;
  std::optional<R> answer =
      co_await net::await_callback<R>(ports.loop, kPatience, [&](std::function<void(R)> done) {
        if (!pool.try_post([job, done] { done(job()); })) done(too_slow());
      });
  if (!answer) co_return R(too_slow());
  co_return std::move(*answer);
}

std::string id_in(const HttpRequest& request, std::string_view prefix) {
  return request.path.substr(prefix.size());
}

/// Takes one upload to the disk.
class UploadSink final : public net::BodySink {
 public:
  UploadSink(FilePorts ports, std::string upload, market::FileId file,
             std::shared_ptr<blobs::BlobWriter> writer)
      : ports_(std::move(ports)),
        upload_(std::move(upload)),
        file_(std::move(file)),
        writer_(std::move(writer)) {}
  ~UploadSink() override {
    if (!ended_) ports_.keeper->abandon(upload_, received_);
  }

  Task<std::optional<HttpResponse>> write(std::string piece) override {
    received_ += static_cast<std::int64_t>(piece.size());
    const auto bytes = std::make_shared<const std::string>(std::move(piece));  // the job's copies
    const std::function<Status()> append = [writer = writer_, bytes] {
      return writer->append(*bytes);
    };
    const Status written = co_await on_pool<Status>(ports_, append);
    if (!written) co_return refusal(written.error());
    co_return std::nullopt;
  }

  Task<HttpResponse> finish() override {
    const std::function<Status()> commit = [writer = writer_] { return writer->commit(); };
    const Status kept = co_await on_pool<Status>(ports_, commit);
    if (!kept) co_return refusal(kept.error());
    ended_ = true;
    const market::UploadedFile uploaded{.upload = Id<market::Upload>(upload_),
                                        .type = std::string(writer_->type()),
                                        .taille = writer_->size(),
                                        .sha256 = writer_->sha256()};
    const std::optional<Status> recorded = co_await net::await_callback<Status>(
        ports_.loop, kPatience, [&](std::function<void(Status)> done) {
          ports_.keeper->finish(uploaded, std::move(done));
        });
    // Bytes whose row did not come are removed by the sweep: it may yet come.
    if (!recorded) co_return refusal(too_slow());
    if (!*recorded) co_return refusal(recorded->error());
    HttpResponse response = HttpResponse::json(
        200, boost::json::serialize(boost::json::object{{"storageId", file_.str()}}));
    response.headers.set("Cache-Control", "no-store");
    co_return response;
  }

 private:
  FilePorts ports_;
  std::string upload_;
  market::FileId file_;
  std::shared_ptr<blobs::BlobWriter> writer_;  // also held by the job that runs
  std::int64_t received_ = 0;
  bool ended_ = false;
};

/// What the client says it sends; all that it may when it does not.
std::int64_t declared_size(const HttpRequest& request) {
  const std::string_view text = request.headers.get("Content-Length").value_or("");
  std::int64_t size = market::kMaxFile;
  std::from_chars(text.data(), text.data() + text.size(), size);
  return size;
}

Task<net::Receipt> receive(FilePorts ports, HttpRequest request) {
  const std::string upload = id_in(request, market::kUploadsPath);
  const auto link =
      ports.links.verify(FileLinks::Purpose::Upload, upload, request.query, ports.now());
  if (!link) co_return refusal(link.error());
  const std::int64_t bytes = declared_size(request);
  const std::optional<Result<market::FileId>> begun =
      co_await net::await_callback<Result<market::FileId>>(
          ports.loop, kPatience, [&](market::FileKeeper::Begun done) {
            ports.keeper->begin(upload, bytes, std::move(done));
          });
  if (!begun) co_return refusal(too_slow());
  if (!*begun) co_return refusal(begun->error());
  using Writer = std::shared_ptr<blobs::BlobWriter>;
  const std::function<Result<Writer>()> create = [&blobs = ports.blobs,
                                                  id = (*begun)->str()]() -> Result<Writer> {
    VV_ASSIGN_OR_RETURN(std::unique_ptr<blobs::BlobWriter> made, blobs.create(id));
    return Writer(std::move(made));
  };
  Result<Writer> writer = co_await on_pool<Result<Writer>>(ports, create);
  if (!writer) co_return refusal(writer.error());
  co_return std::make_unique<UploadSink>(ports, upload, **begun, *std::move(writer));
}

/// One file from the disk.
class BlobSource final : public net::BodySource {
 public:
  BlobSource(FilePorts ports, std::shared_ptr<blobs::BlobReader> reader)
      : ports_(std::move(ports)), reader_(std::move(reader)) {}
  [[nodiscard]] std::uint64_t size() const override {
    return static_cast<std::uint64_t>(reader_->size());
  }
  Task<std::string> read(std::size_t most) override {
    const std::function<Result<std::string>()> next = [reader = reader_, most] {
      return reader->read(most);
    };
    Result<std::string> piece = co_await on_pool<Result<std::string>>(ports_, next);
    co_return piece ? *std::move(piece) : std::string();
  }

 private:
  FilePorts ports_;
  std::shared_ptr<blobs::BlobReader> reader_;  // also held by the job that runs
};

struct Opened {
  market::ReadableFile file;
  std::shared_ptr<blobs::BlobReader> reader;
};

/// Nothing of a file may run as ours (H18): its type is what its bytes show, only pictures are
/// shown in place, and even they without a right to anything.
void describe(HttpResponse& response, const market::ReadableFile& file) {
  const bool is_text = file.type == "text/plain";
  response.headers.set("Content-Type", is_text ? "text/plain; charset=utf-8" : file.type);
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  std::string disposition = market::is_picture(file.type) ? "inline" : "attachment";
  if (!file.nom.empty()) disposition += "; filename*=UTF-8''" + net::percent_encode(file.nom);
  response.headers.set("Content-Disposition", disposition);
  // RFC 3230, as Convex's own storage says it.
  if (const auto digest = hex_decode(file.sha256); digest && !digest->empty()) {
    response.headers.set("Digest", "sha-256=" + base64_encode(*digest));
  }
}

Task<HttpResponse> download(FilePorts ports, HttpRequest request) {
  const std::string id = id_in(request, market::kFilesPath);
  const UnixMillis now = ports.now();
  const auto link = ports.links.verify(FileLinks::Purpose::Read, id, request.query, now);
  if (!link) co_return refusal(link.error());
  const std::function<Result<Opened>()> open = [&blobs = ports.blobs, keeper = ports.keeper, id,
                                                reader = link->reader]() -> Result<Opened> {
    VV_ASSIGN_OR_RETURN(market::ReadableFile file, keeper->may_read(id, reader));
    VV_ASSIGN_OR_RETURN(std::unique_ptr<blobs::BlobReader> bytes, blobs.read(id));
    return Opened{.file = std::move(file), .reader = std::move(bytes)};
  };
  Result<Opened> opened = co_await on_pool<Result<Opened>>(ports, open);
  if (!opened) co_return refusal(opened.error());
  HttpResponse response;
  describe(response, opened->file);
  // A file never changes, so its id is its version.
  const std::string etag = "\"" + id + "\"";
  const std::int64_t seconds_left = (link->expires_at - now).as_millis() / 1000;
  response.headers.set("ETag", etag);
  response.headers.set("Cache-Control", format("private, max-age={}, immutable", seconds_left));
  if (request.headers.get("If-None-Match") == etag) {
    response.status = 304;
    co_return response;
  }
  response.source = std::make_shared<BlobSource>(ports, std::move(opened->reader));
  co_return response;
}

}  // namespace

void mount_file_routes(net::Router& router, FilePorts ports) {
  router.receive(
      std::string(market::kUploadsPath) + "*",
      [ports](HttpRequest request) { return receive(ports, std::move(request)); },
      {.max_body = static_cast<std::size_t>(market::kMaxFile), .cors = net::Cors::Listed});
  router.handle("GET", std::string(market::kFilesPath) + "*",
                [ports](HttpRequest request) { return download(ports, std::move(request)); },
                {.cors = net::Cors::Listed});
}

}  // namespace vv::server
