#include "blobs/blob_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/disk_space.hpp"
#include "base/encoding.hpp"
#include "base/format.hpp"
#include "blobs/sniff.hpp"

namespace vv::blobs {
namespace {

constexpr std::size_t kMaxId = 64;  // characters

Error failed(std::string_view what) {
  return unavailable(format("a file cannot be {}: {}", what, std::strerror(errno)));
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

struct FreeHash {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Hash = std::unique_ptr<EVP_MD_CTX, FreeHash>;

Hash new_hash() {
  Hash hash(EVP_MD_CTX_new());
  VV_CHECK(hash != nullptr && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1,
           "SHA-256 is part of every OpenSSL");
  return hash;
}

/// What is not whole yet hides behind a dot, which no id begins with.
std::string unfinished(std::string_view id) { return "." + std::string(id); }

/// Removes what a crash left half-written.
Status remove_unfinished(int folder) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* listing = copy < 0 ? nullptr : ::fdopendir(copy);
  if (listing == nullptr) {
    if (copy >= 0) ::close(copy);
    return failed("listed");
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(listing)) {
    const std::string_view name = entry->d_name;
    if (name.starts_with('.') && name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(listing);
  for (const std::string& name : names) ::unlinkat(folder, name.c_str(), 0);
  return {};
}

}  // namespace

struct BlobFolder::Handle {
  explicit Handle(int fd) : folder(fd) {}
  ~Handle() { ::close(folder); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  int folder;
};

struct BlobWriter::State {
  std::shared_ptr<BlobFolder::Handle> handle;
  int file;
  std::string id;
  std::int64_t size = 0;
  std::string head;  // at most kSniffBytes
  Hash hash = new_hash();
  bool kept = false;
};

BlobWriter::BlobWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobWriter::~BlobWriter() {
  ::close(state_->file);
  if (!state_->kept) ::unlinkat(state_->handle->folder, unfinished(state_->id).c_str(), 0);
}

Status BlobWriter::append(std::string_view bytes) {
  if (free_disk_bytes(state_->file) < kDiskReserve + bytes.size()) {
    return unavailable("the disk is nearly full");
  }
  const std::size_t wanted = kSniffBytes - state_->head.size();
  state_->head += bytes.substr(0, wanted);
  while (!bytes.empty()) {
    const ssize_t n = ::write(state_->file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("written");
    EVP_DigestUpdate(state_->hash.get(), bytes.data(), static_cast<std::size_t>(n));
    state_->size += n;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Status BlobWriter::commit() {
  VV_CHECK(!state_->kept, "a file is finished once");
  const std::string partial = unfinished(state_->id);
  const int folder = state_->handle->folder;
  // The bytes first, then the name, then the folder that holds the name.
  if (::fsync(state_->file) != 0) return failed("written");
  if (::renameat(folder, partial.c_str(), folder, state_->id.c_str()) != 0) {
    return failed("named");
  }
  state_->kept = true;
  if (::fsync(folder) != 0) return failed("named");
  return {};
}

std::int64_t BlobWriter::size() const { return state_->size; }
std::string BlobWriter::sha256() const {
  const Hash ended = new_hash();
  ByteVector digest(32);
  const bool done = EVP_MD_CTX_copy_ex(ended.get(), state_->hash.get()) == 1 &&
                    EVP_DigestFinal_ex(ended.get(), digest.data(), nullptr) == 1;
  VV_CHECK(done, "what was begun can be ended");
  return hex_encode(digest);
}
std::string_view BlobWriter::type() const { return sniff(as_bytes(state_->head)); }

struct BlobReader::State {
  int file;
  std::int64_t size;
};

BlobReader::BlobReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlobReader::~BlobReader() { ::close(state_->file); }

std::int64_t BlobReader::size() const { return state_->size; }

Result<std::string> BlobReader::read(std::size_t most) {
  std::string out(most, '\0');
  ssize_t n = 0;
  do {
    n = ::read(state_->file, out.data(), out.size());
  } while (n < 0 && errno == EINTR);
  if (n < 0) return failed("read");
  out.resize(static_cast<std::size_t>(n));
  return out;
}

Result<std::unique_ptr<BlobFolder>> BlobFolder::open(const std::string& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return invalid(format("the folder {} cannot be made: {}", path, std::strerror(errno)));
  }
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return invalid(format("the folder {} cannot be opened: {}", path, std::strerror(errno)));
  }
  std::unique_ptr<BlobFolder> opened(new BlobFolder(std::make_shared<Handle>(folder)));
  VV_TRY(remove_unfinished(folder));
  return opened;
}

BlobFolder::BlobFolder(std::shared_ptr<Handle> folder) : folder_(std::move(folder)) {}
BlobFolder::~BlobFolder() = default;

Result<std::unique_ptr<BlobWriter>> BlobFolder::create(std::string_view id) {
  if (!is_id(id)) return invalid("this names no file");
  const int file =
      ::openat(folder_->folder, unfinished(id).c_str(),
               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) return failed("made");
  auto state = std::make_unique<BlobWriter::State>(
      BlobWriter::State{.handle = folder_, .file = file, .id = std::string(id), .head = {}});
  return std::unique_ptr<BlobWriter>(new BlobWriter(std::move(state)));
}

Result<std::unique_ptr<BlobReader>> BlobFolder::read(std::string_view id) {
  if (!is_id(id)) return not_found("there is no such file");
  const int file =
      ::openat(folder_->folder, std::string(id).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno == ENOENT) return not_found("there is no such file");
    return failed("opened");
  }
  struct stat about{};
  const bool known = ::fstat(file, &about) == 0;
  auto state = std::make_unique<BlobReader::State>(
      BlobReader::State{.file = file, .size = std::int64_t{about.st_size}});
  std::unique_ptr<BlobReader> reader(new BlobReader(std::move(state)));
  if (!known) return failed("opened");
  return reader;
}

Status BlobFolder::remove(std::string_view id) {
  if (!is_id(id)) return {};
  if (::unlinkat(folder_->folder, std::string(id).c_str(), 0) != 0 && errno != ENOENT) {
    return failed("removed");
  }
  return {};
}

}  // namespace vv::blobs
