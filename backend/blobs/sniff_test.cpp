#include "blobs/sniff.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vv::blobs {
namespace {

using std::string_literals::operator""s;

// covers H18
TEST(Sniff, SaysWhatTheBytesAreWhateverTheyAreCalled) {
  const std::pair<std::string, std::string_view> files[] = {
      {"\x89PNG\r\n\x1a\n...", "image/png"},
      {"\xff\xd8\xff\xe0", "image/jpeg"},
      {"GIF89a<script>", "image/gif"},
      {"RIFF\x10\0\0\0WEBPVP8 "s, "image/webp"},
      {"RIFF\x10\0\0\0WAVEfmt "s, "audio/wav"},
      {"\0\0\0\x1c"
       "ftypavif"s,
       "image/avif"},
      {"\0\0\0\x18"
       "ftypmif1\0\0\0\0mif1avif"s,
       "image/avif"},
      {"\0\0\0\x18"
       "ftypisom\0\0\0\0isommp41"s,
       "video/mp4"},
      {"%PDF-1.7", "application/pdf"},
      {"PK\x03\x04", "application/zip"},
      {"", "application/octet-stream"},
      {"RIFF", "text/plain"},
      {"\x7f"
       "ELF",
       "application/octet-stream"},
      {"\xff\xfe", "application/octet-stream"},
      {"Épée", "text/plain"},
  };
  for (const auto& [bytes, type] : files) EXPECT_EQ(sniff(as_bytes(bytes)), type) << bytes;
}

// covers H18: what a browser would run as a page is text to everybody
TEST(Sniff, NeverNamesWhatABrowserWouldRun) {
  for (const std::string_view page :
       {"<!doctype html><script>", "<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        "<?xml version='1.0'?><html/>", "alert(1)"}) {
    EXPECT_EQ(sniff(as_bytes(page)), "text/plain");
  }
}

TEST(Sniff, TextMayBeCutInTheMiddleOfACharacter) {
  std::string text(kSniffBytes - 1, 'a');
  text += "é and more";
  EXPECT_EQ(sniff(as_bytes(text)), "text/plain");
}

}  // namespace
}  // namespace vv::blobs
