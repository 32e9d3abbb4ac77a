#include "blobs/blob_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace vv::blobs {
namespace {

namespace fs = std::filesystem;

class BlobFolderTest : public testing::Test {
 protected:
  BlobFolderTest()
      : path_(fs::path(testing::TempDir()) /
              (std::string("vv_blobs_") +
               testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(path_);
    reopen();
  }
  ~BlobFolderTest() override { fs::remove_all(path_); }

  void reopen() {
    folder_.reset();
    auto opened = BlobFolder::open(path_.string());
    ASSERT_TRUE(opened) << opened.error().message;
    folder_ = std::move(opened).value();
  }
  void put(std::string_view id, std::string_view bytes) {
    auto writer = folder_->create(id);
    ASSERT_TRUE(writer);
    EXPECT_TRUE((*writer)->append(bytes));
    EXPECT_TRUE((*writer)->commit());
    hash_ = (*writer)->sha256();
  }
  std::string read(std::string_view id) {
    auto reader = folder_->read(id);
    if (!reader) return std::string(to_string(reader.error().code));
    std::string out;
    while (true) {
      const Result<std::string> piece = (*reader)->read(3);
      if (!piece || piece->empty()) break;
      out += *piece;
    }
    EXPECT_EQ(static_cast<std::int64_t>(out.size()), (*reader)->size());
    return out;
  }

  fs::path path_;
  std::unique_ptr<BlobFolder> folder_;
  std::string hash_;  // of what was put last
};

TEST_F(BlobFolderTest, WhatIsFinishedIsReadBackAlsoAfterARestart) {
  put("abc", "twelve bytes");
  EXPECT_EQ(read("abc"), "twelve bytes");
  reopen();
  EXPECT_EQ(read("abc"), "twelve bytes");
  EXPECT_TRUE(folder_->remove("abc"));
  EXPECT_TRUE(folder_->remove("abc"));
  EXPECT_EQ(read("abc"), "not_found");
}

TEST_F(BlobFolderTest, ItsHashIsThatOfAllItsBytes) {
  put("abc", "abc");  // FIPS 180-2, appendix B.1
  EXPECT_EQ(hash_, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  put("none", "");
  EXPECT_EQ(hash_, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_F(BlobFolderTest, WhatIsNotFinishedWasNeverThere) {
  {
    auto writer = folder_->create("abc");
    ASSERT_TRUE(writer);
    EXPECT_TRUE((*writer)->append("half"));
    EXPECT_EQ(read("abc"), "not_found");
  }
  EXPECT_TRUE(fs::is_empty(path_));
  std::ofstream(path_ / ".crashed") << "half";
  reopen();
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(BlobFolderTest, SizeAndTypeAreOfTheBytes) {
  auto writer = folder_->create("abc");
  ASSERT_TRUE(writer);
  EXPECT_TRUE((*writer)->append("GIF"));
  EXPECT_TRUE((*writer)->append("89a" + std::string(10'000, '\0')));
  EXPECT_EQ((*writer)->size(), 10'006);
  EXPECT_EQ((*writer)->type(), "image/gif");
}

TEST_F(BlobFolderTest, AReaderFinishesWhatSomebodyRemoves) {
  put("abc", "still here");
  auto reader = folder_->read("abc");
  ASSERT_TRUE(reader);
  EXPECT_TRUE(folder_->remove("abc"));
  EXPECT_EQ(*(*reader)->read(100), "still here");
}

// covers H18
TEST_F(BlobFolderTest, NothingOutsideTheFolderHasAName) {
  std::ofstream(path_.string() + "_secret") << "secret";
  fs::create_symlink(path_.string() + "_secret", path_ / "link");
  for (const std::string_view id :
       {"../vv_blobs_secret", "..", ".", "", "/etc/passwd", "a/b", "A", "a.b"}) {
    EXPECT_FALSE(folder_->create(id)) << id;
    EXPECT_EQ(read(id), "not_found") << id;
  }
  EXPECT_EQ(read("link"), "unavailable");
  EXPECT_FALSE(folder_->create(std::string(65, 'a')));
  fs::remove(path_.string() + "_secret");
}

}  // namespace
}  // namespace vv::blobs
