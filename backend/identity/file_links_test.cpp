#include "identity/file_links.hpp"

#include <gtest/gtest.h>

namespace vv::identity {
namespace {

using Purpose = FileLinks::Purpose;

constexpr UnixMillis kNow{1'800'000'000'000};

FileLinks links() { return FileLinks(Secret("a key of thirty-two bytes or more.")); }
FileLink link() {
  return {.id = "file1", .reader = "amina", .expires_at = kNow + FileLinks::kLifetime};
}
bool is_refused(std::string_view id, std::string_view query, UnixMillis now = kNow,
                Purpose purpose = Purpose::Read) {
  const Result<FileLink> read = links().verify(purpose, id, query, now);
  return !read && read.error().code == ErrorCode::Forbidden;
}

TEST(FileLinks, WhatWasSignedIsReadBackUntilItExpires) {
  const std::string query = links().sign(Purpose::Read, link());
  const Result<FileLink> read = links().verify(Purpose::Read, "file1", query, kNow);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, link());
  EXPECT_FALSE(is_refused("file1", query, kNow + FileLinks::kLifetime - milliseconds(1)));
  EXPECT_TRUE(is_refused("file1", query, kNow + FileLinks::kLifetime));
}

TEST(FileLinks, AnyOtherFilePersonExpiryPurposeOrKeyIsRefused) {
  const std::string query = links().sign(Purpose::Read, link());
  EXPECT_TRUE(is_refused("file2", query));
  EXPECT_TRUE(is_refused("file1", query, kNow, Purpose::Upload));
  for (std::size_t i = 0; i < query.size(); ++i) {
    std::string altered = query;
    altered[i] = altered[i] == '1' ? '2' : '1';
    EXPECT_TRUE(is_refused("file1", altered)) << altered;
  }
  EXPECT_FALSE(
      FileLinks(Secret("another key")).verify(Purpose::Read, "file1", query, kNow).has_value());
}

TEST(FileLinks, ALinkHasOneSpelling) {
  const std::string query = links().sign(Purpose::Read, link());
  for (const std::string& other :
       {query + "&", query + "&x=1", "&" + query, query + "=", "x=1&" + query, std::string(),
        std::string("e=&p=&s="), "e=0" + query.substr(2), query.substr(0, query.size() - 1)}) {
    EXPECT_TRUE(is_refused("file1", other)) << other;
  }
  EXPECT_TRUE(is_refused("", query));
  EXPECT_TRUE(is_refused("file1\n", query));
}

TEST(FileLinks, APublicPicturesLinkNamesNobody) {
  FileLink open = link();
  open.reader.clear();
  const std::string query = links().sign(Purpose::Read, open);
  const Result<FileLink> read = links().verify(Purpose::Read, "file1", query, kNow);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->reader, "");
}

}  // namespace
}  // namespace vv::identity
