#include "blobs/sniff.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.hpp"

namespace vv::blobs {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kBeginnings = {{
    {"\x89PNG\r\n\x1a\n", "image/png"},
    {"\xff\xd8\xff", "image/jpeg"},
    {"GIF87a", "image/gif"},
    {"GIF89a", "image/gif"},
    {"%PDF-", "application/pdf"},
    {"PK\x03\x04", "application/zip"},  // and the office documents made of it
    {"\x1f\x8b", "application/gzip"},
    {"\x1a\x45\xdf\xa3", "video/webm"},  // EBML: Matroska too
    {"OggS", "audio/ogg"},
    {"fLaC", "audio/flac"},
    {"ID3", "audio/mpeg"},
    {"\xff\xfb", "audio/mpeg"},
    {"\xff\xf3", "audio/mpeg"},
    {"\xff\xf2", "audio/mpeg"},
}};

/// ISO base media (ISO/IEC 14496-12 §4.3): a box `ftyp` first, whose brands say what is inside.
std::string_view sniff_boxes(std::string_view head) {
  constexpr std::size_t kMajorBrand = 8;
  constexpr std::size_t kBrands = 16;  // after the major one and its version
  if (head.size() < 12 || head.substr(4, 4) != "ftyp") return {};
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(head[i])}; };
  const std::size_t box = byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  const std::string_view inside = head.substr(0, std::min(box, head.size()));
  const auto has_brand = [&](std::string_view brand) {
    if (head.substr(kMajorBrand, 4) == brand) return true;
    for (std::size_t at = kBrands; at + 4 <= inside.size(); at += 4) {
      if (inside.substr(at, 4) == brand) return true;
    }
    return false;
  };
  if (has_brand("avif") || has_brand("avis")) return "image/avif";
  if (has_brand("heic") || has_brand("heix") || has_brand("mif1")) return "image/heic";
  if (has_brand("qt  ")) return "video/quicktime";
  return has_brand("M4A ") ? "audio/mp4" : "video/mp4";
}

std::string_view sniff_riff(std::string_view head) {
  if (head.size() < 12 || !head.starts_with("RIFF")) return {};
  const std::string_view form = head.substr(8, 4);
  if (form == "WEBP") return "image/webp";
  return form == "WAVE" ? "audio/wav" : std::string_view();
}

bool is_text(std::string_view head) {
  if (head.empty()) return false;
  const bool controls = std::ranges::any_of(head, [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return (code < 0x20 && "\t\n\f\r"sv.find(c) == std::string_view::npos) || code == 0x7f;
  });
  if (controls) return false;
  // The last character may have been cut in two.
  for (std::size_t cut = 0; cut < 4 && cut < head.size(); ++cut) {
    if (is_utf8(head.substr(0, head.size() - cut))) return cut == 0 || head.size() == kSniffBytes;
  }
  return false;
}

}  // namespace

std::string_view sniff(Bytes bytes) {
  const std::string_view head = as_text(bytes.first(std::min(bytes.size(), kSniffBytes)));
  for (const auto& [beginning, type] : kBeginnings) {
    if (head.starts_with(beginning)) return type;
  }
  if (const std::string_view type = sniff_riff(head); !type.empty()) return type;
  if (const std::string_view type = sniff_boxes(head); !type.empty()) return type;
  return is_text(head) ? "text/plain" : "application/octet-stream";
}

}  // namespace vv::blobs
