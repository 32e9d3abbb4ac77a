#include "market/files.hpp"

#include <gmock/gmock.h>

#include "market/testing_world.hpp"

namespace vv::market {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class FilesTest : public testing::Test {
 protected:
  std::string avatar_args(const std::string& file) {
    return format(R"({{"avatarStorageId":"{}"}})", file);
  }
  /// Whether the link in `url` is good now, and its reader may read the file.
  std::string fetch(const std::string& url) {
    const std::size_t begin = url.rfind('/') + 1;
    const std::size_t mark = url.find('?');
    const std::string id = url.substr(begin, mark - begin);
    const auto link =
        world.links.verify(FileLinks::Purpose::Read, id, url.substr(mark + 1), world.now());
    if (!link) return std::string(to_string(link.error().code));
    const auto file = world.files->may_read(id, link->reader);
    return file ? file->type : std::string(to_string(file.error().code));
  }
  std::string may_read(const std::string& file, const std::string& reader) {
    const auto read = world.files->may_read(file, reader);
    return read ? "ok" : std::string(to_string(read.error().code));
  }
  std::string avatar_url(const std::string& who) {
    return world.query(who, "users:me", "{}").text("avatarUrl");
  }
  void sweep() { world.sweep_files(); }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
};

TEST_F(FilesTest, AnUploadUrlIsAbsoluteAndGoodForOneUpload) {
  const std::string url = world.upload_url(amina);
  EXPECT_THAT(url, StartsWith("http://localhost:8080/api/uploads/"));
  EXPECT_TRUE(world.upload(url, 10));
  EXPECT_EQ(world.upload(url, 10).error().code, ErrorCode::Forbidden);

  const std::string late = world.upload_url(amina);
  world.advance(kUploadLifetime);
  EXPECT_EQ(world.upload(late, 10).error().code, ErrorCode::Forbidden);
}

TEST_F(FilesTest, APictureIsShownWithEveryNameAndReadByEverybody) {
  const std::string file = world.add_file(amina);
  EXPECT_EQ(may_read(file, ""), "not_found");
  EXPECT_TRUE(world.mutate(amina, "users:update", avatar_args(file)).ok);
  const std::string url = avatar_url(amina);
  EXPECT_THAT(url, StartsWith("http://localhost:8080/api/files/" + file + "?"));
  EXPECT_EQ(fetch(url), "image/png");

  world.add_demande(amina);
  const Answer list = world.query("", "demandes:list", World::page(5));
  EXPECT_EQ(Answer::text_in(*list.item(0).find("demandeur"), "avatarUrl"), url);
  EXPECT_TRUE(world.query(bruno, "users:me", "{}").value.find("avatarUrl")->is_null());
}

TEST_F(FilesTest, ALinkLivesTenMinutesAndQueriesBringTheNextInTime) {
  world.mutate(amina, "users:update", avatar_args(world.add_file(amina)));
  const std::string first = avatar_url(amina);
  world.advance(kLinkEpoch);
  EXPECT_EQ(avatar_url(amina), first);
  world.files->tick();
  world.settle();
  const std::string second = avatar_url(amina);
  EXPECT_NE(second, first);
  world.advance(minutes(10) - kLinkEpoch);
  EXPECT_EQ(fetch(first), "forbidden");
  EXPECT_EQ(fetch(second), "image/png");
}

// covers F12
TEST_F(FilesTest, AClockThatWasSetBackBeginsAnEpochAtOnce) {
  world.mutate(amina, "users:update", avatar_args(world.add_file(amina)));
  const std::string before = avatar_url(amina);
  world.advance(-hours(1));
  world.files->tick();
  world.settle();
  EXPECT_NE(avatar_url(amina), before);
}

TEST_F(FilesTest, OnlyOnesOwnUnusedPictureBecomesOnesPicture) {
  const auto set = [&](const std::string& who, const std::string& file) {
    return world.mutate(who, "users:update", avatar_args(file)).code();
  };
  EXPECT_EQ(set(amina, world.add_file(bruno)), "not_found");
  EXPECT_EQ(set(amina, "nothing"), "not_found");
  EXPECT_EQ(set(amina, world.add_file(amina, "text/plain")), "invalid");
  EXPECT_EQ(set(amina, *world.upload(world.upload_url(amina), kMaxAvatar + 1)), "invalid");
  const std::string file = world.add_file(amina);
  EXPECT_EQ(set(amina, file), "ok");
  EXPECT_EQ(set(amina, file), "ok");  // the same again
}

// covers H18: nothing that can hold a script is shown in place
TEST_F(FilesTest, PicturesAreFiveKinds) {
  for (const auto* type : {"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"}) {
    EXPECT_TRUE(is_picture(type));
  }
  for (const auto* type : {"image/svg+xml", "text/html", "application/pdf", "image/heic", ""}) {
    EXPECT_FALSE(is_picture(type));
  }
}

// covers F16
TEST_F(FilesTest, WhatNothingShowsGoesAfterADayAndTheRestStays) {
  const std::string kept = world.add_file(amina);
  const std::string orphan = world.add_file(amina);
  world.mutate(amina, "users:update", avatar_args(kept));
  world.advance(kOrphanAge - minutes(1));
  const std::string young = world.add_file(amina);
  sweep();
  EXPECT_THAT(world.removed_files(), IsEmpty());
  world.advance(minutes(2));
  sweep();
  EXPECT_THAT(world.removed_files(), ElementsAre(orphan));
  EXPECT_EQ(may_read(orphan, amina), "not_found");
  EXPECT_EQ(may_read(kept, amina), "ok");
  EXPECT_EQ(may_read(young, amina), "ok");

  // Another picture: the one before goes.
  world.mutate(amina, "users:update", avatar_args(young));
  sweep();
  EXPECT_THAT(world.removed_files(), UnorderedElementsAre(orphan, kept));
  EXPECT_EQ(may_read(kept, ""), "not_found");
  EXPECT_EQ(may_read(young, ""), "ok");
}

// covers F16: bytes that came, and then the process died before their row
TEST_F(FilesTest, BytesWithoutARowGoAfterADay) {
  const std::string url = world.upload_url(amina);
  const std::size_t begin = url.rfind('/') + 1;
  FileId file;
  world.files->begin(url.substr(begin, url.find('?') - begin), 10,
                     [&](Result<FileId> begun) { file = *begun; });
  world.settle();
  world.advance(kOrphanAge + minutes(1));
  sweep();
  EXPECT_THAT(world.removed_files(), ElementsAre(file.str()));
  world.advance(kOrphanAge);
  sweep();
  const Status read = world.store->read([](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const std::size_t lines, db.query<Upload>().count(10));
    EXPECT_EQ(lines, 0U);
    return {};
  });
  EXPECT_TRUE(read);
}

}  // namespace
}  // namespace vv::market
