#include "identity/file_links.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/check.hpp"
#include "base/encoding.hpp"
#include "base/format.hpp"

namespace vv::identity {
namespace {

constexpr std::size_t kMaxId = 64;            // characters
constexpr std::size_t kSignatureLength = 43;  // 32 bytes in base64url
constexpr std::size_t kMaxExpiryDigits = 15;  // milliseconds until the year 33658

bool is_url_safe(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// Takes `name=value` off the front, and the `&` behind it.
std::optional<std::string_view> take(std::string_view& query, std::string_view name) {
  if (!query.starts_with(name)) return std::nullopt;
  query.remove_prefix(name.size());
  const std::size_t end = std::min(query.find('&'), query.size());
  const std::string_view value = query.substr(0, end);
  query.remove_prefix(std::min(end + 1, query.size()));
  return value;
}

}  // namespace

std::optional<FileLinkQuery> parse_file_link(std::string_view query) {
  if (query.size() > FileLinks::kMaxQuery || query.ends_with('&')) return std::nullopt;
  const auto expiry = take(query, "e=");
  const auto reader = expiry ? take(query, "p=") : std::nullopt;
  const auto signature = reader ? take(query, "s=") : std::nullopt;
  if (!signature || !query.empty()) return std::nullopt;
  if (expiry->empty() || expiry->size() > kMaxExpiryDigits || expiry->front() == '0' ||
      expiry->front() == '-' || reader->size() > kMaxId || !is_url_safe(*reader) ||
      signature->size() != kSignatureLength || !is_url_safe(*signature)) {
    return std::nullopt;
  }
  FileLinkQuery out{
      .expires_at = {}, .reader = std::string(*reader), .signature = std::string(*signature)};
  const auto read =
      std::from_chars(expiry->data(), expiry->data() + expiry->size(), out.expires_at.value);
  if (read.ec != std::errc() || read.ptr != expiry->data() + expiry->size()) return std::nullopt;
  return out;
}

std::string write_file_link(const FileLinkQuery& query) {
  return format("e={}&p={}&s={}", query.expires_at.value, query.reader, query.signature);
}

namespace {

std::string_view word_of(FileLinks::Purpose purpose) {
  switch (purpose) {
    case FileLinks::Purpose::Read:
      return "read";
    case FileLinks::Purpose::Upload:
      return "upload";
    case FileLinks::Purpose::Export:
      return "export";
    case FileLinks::Purpose::Ring:
      return "ring";
  }
  VV_CHECK(false, "a link has one of the purposes");
  return "";
}

}  // namespace

std::string FileLinks::signature_of(Purpose purpose, const FileLink& link) const {
  VV_CHECK(!key_.empty(), "who signs links was given a key");
  // Ids hold no line break, so that no two links have one text.
  const std::string text =
      format("{}\n{}\n{}\n{}", word_of(purpose), link.id, link.reader, link.expires_at.value);
  std::array<std::uint8_t, 32> mac{};
  unsigned int size = 0;
  const std::string_view key = key_.reveal();
  const Bytes bytes = as_bytes(text);
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(),
       mac.data(), &size);
  return base64url_encode(mac);
}

std::string FileLinks::sign(Purpose purpose, const FileLink& link) const {
  return write_file_link({.expires_at = link.expires_at,
                          .reader = link.reader,
                          .signature = signature_of(purpose, link)});
}

Result<FileLink> FileLinks::verify(Purpose purpose, std::string_view id, std::string_view query,
                                   UnixMillis now) const {
  const std::optional<FileLinkQuery> parsed = parse_file_link(query);
  if (!parsed || id.empty() || id.size() > kMaxId || !is_url_safe(id)) {
    return forbidden("this link is not one of ours");
  }
  FileLink link{.id = std::string(id), .reader = parsed->reader, .expires_at = parsed->expires_at};
  const std::string wanted = signature_of(purpose, link);
  if (!constant_time_equal(as_bytes(wanted), as_bytes(parsed->signature))) {
    return forbidden("this link is not one of ours");
  }
  if (link.expires_at <= now) return forbidden("this link has expired");
  return link;
}

}  // namespace vv::identity
