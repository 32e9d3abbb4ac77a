#include "sfu/layer_selector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace vv::sfu {
namespace {

using rtc::codec::FrameDependencies;

constexpr LayerLimit kEverything{};

/// One packet of one frame; `targets` has a letter for each of S0T0, S0T1, S1T0 and S1T1.
IncomingPacket frame(std::uint16_t number, std::uint8_t spatial, std::uint8_t temporal,
                     std::string_view targets, std::initializer_list<std::uint16_t> references,
                     std::uint32_t active = 0b1111) {
  FrameDependencies d;
  d.start_of_frame = d.end_of_frame = true;
  d.has_structure = spatial == 0 && references.size() == 0;
  d.frame_number = number;
  d.spatial = spatial;
  d.temporal = temporal;
  d.target_count = 4;
  d.targets = {0x00, 0x01, 0x10, 0x11};
  d.active_targets = active;
  for (std::size_t n = 0; n < targets.size(); ++n) {
    const std::uint64_t code = targets[n] == '-'   ? 0
                               : targets[n] == 'D' ? 1
                               : targets[n] == 'S' ? 2
                                                   : 3;
    d.indications |= code << (2 * n);
  }
  for (const std::uint16_t reference : references) d.references[d.reference_count++] = reference;
  IncomingPacket packet;
  packet.frame.keyframe = d.has_structure;
  packet.frame.start_of_frame = true;
  packet.marker = spatial == 1;
  packet.dependencies = d;
  return packet;
}

/// The frames of a stream of two by two layers; which of them were sent, and where pictures ended.
struct Stream {
  LayerSelector selector;
  std::uint16_t next = 100;
  bool full = false;  // upper spatial layers need the lower ones always

  std::string feed(const IncomingPacket& packet, LayerLimit wanted) {
    const LayerSelector::Choice choice = selector.choose(packet, wanted);
    if (!choice.forward) return "-";
    return choice.ends_picture ? "X" : "x";
  }
  std::string key(LayerLimit wanted) {
    std::string sent = feed(frame(next++, 0, 0, "SSSS", {}), wanted);
    return sent + feed(frame(next++, 1, 0, "--SS", {1}), wanted);
  }
  std::string base(LayerLimit wanted) {
    std::string sent = feed(frame(next++, 0, 0, full ? "SSRR" : "SS--", {4}), wanted);
    return sent + (full ? feed(frame(next++, 1, 0, "--SS", {4, 1}), wanted)
                        : feed(frame(next++, 1, 0, "--SS", {4}), wanted));
  }
  std::string upper(LayerLimit wanted) {
    std::string sent = feed(frame(next++, 0, 1, full ? "-D-R" : "-D--", {2}), wanted);
    return sent + feed(frame(next++, 1, 1, "---D", {2}), wanted);
  }
};

TEST(LayerSelector, OfIndependentLayersOnlyTheWantedOneIsSentAfterAKeyPicture) {
  Stream stream;
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.base(kEverything), "-X");
  EXPECT_EQ(stream.selector.spatial(), 1);
  EXPECT_FALSE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, ThePictureEndsWithTheLastLayerThatIsSent) {
  Stream stream;
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(low), "X-");
  EXPECT_EQ(stream.upper(low), "X-");
  EXPECT_EQ(stream.base(low), "X-");
  EXPECT_EQ(stream.selector.spatial(), 0);
}

TEST(LayerSelector, AHigherSpatialLayerBeginsWithAKeyPicture) {
  Stream stream;
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(low), "X-");
  EXPECT_EQ(stream.upper(low), "X-");
  EXPECT_EQ(stream.base(kEverything), "X-");
  EXPECT_TRUE(stream.selector.needs_keyframe());
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_FALSE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, OfLayersThatNeedEachOtherTheUpperMayGoAtAnyPicture) {
  Stream stream;
  stream.full = true;
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "xX");
  EXPECT_EQ(stream.base(low), "X-");
  EXPECT_EQ(stream.upper(low), "X-");
  EXPECT_FALSE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, AKeyFrameIsAskedForOnlyWhenNothingElseLeadsDown) {
  Stream stream;  // independent layers: the lower one was not sent
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.base(kEverything), "-X");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(stream.base(low), "-X");
    EXPECT_EQ(stream.upper(low), "-X");
  }
  EXPECT_TRUE(stream.selector.needs_keyframe());
  EXPECT_EQ(stream.key(low), "X-");
  EXPECT_FALSE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, HalfTheFramesAreLeftOutAndComeBackAtABaseFrame) {
  Stream stream;
  constexpr LayerLimit slow{.spatial = 2, .temporal = 0};
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.base(slow), "-X");
  EXPECT_EQ(stream.upper(slow), "--");
  EXPECT_EQ(stream.base(kEverything), "-X");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_FALSE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, ALayerThatItsPublisherSwitchesOffIsAskedForByAKeyFrameAtOnce) {
  Stream stream;
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.base(kEverything), "-X");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.feed(frame(stream.next++, 0, 0, "SS--", {4}, 0b0011), kEverything), "-");
  EXPECT_TRUE(stream.selector.needs_keyframe());
}

TEST(LayerSelector, RightAfterAKeyPictureTheLowerLayerCanStillBeTaken) {
  Stream stream;  // independent layers, of which the key picture sent both
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(kEverything), "xX");
  EXPECT_EQ(stream.upper(kEverything), "-X");
  EXPECT_EQ(stream.base(low), "X-");
  EXPECT_EQ(stream.upper(low), "X-");
}

TEST(LayerSelector, ALatePacketGoesWhereItsFrameWent) {
  Stream stream;
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  EXPECT_EQ(stream.key(low), "X-");
  const std::uint16_t first = stream.next;
  EXPECT_EQ(stream.upper(low), "X-");
  EXPECT_EQ(stream.feed(frame(first, 0, 1, "-D--", {2}), low), "X");
  EXPECT_EQ(stream.feed(frame(static_cast<std::uint16_t>(first + 1), 1, 1, "---D", {2}), low), "-");
  EXPECT_EQ(stream.feed(frame(static_cast<std::uint16_t>(first - 200), 0, 1, "-D--", {2}), low),
            "-");
}

TEST(LayerSelector, ReceiversAreToldOnceWhichTargetsStillCome) {
  Stream stream;
  constexpr LayerLimit low{.spatial = 0, .temporal = 3};
  stream.key(low);
  EXPECT_EQ(stream.selector.targets_to_tell(), 0b0011U);
  stream.upper(low);
  EXPECT_EQ(stream.selector.targets_to_tell(), 0U);
  stream.key(kEverything);
  stream.base(kEverything);
  EXPECT_EQ(stream.selector.targets_to_tell(), 0U);
}

IncomingPacket vp9(std::uint32_t picture, std::uint8_t spatial, std::uint8_t temporal, bool key,
                   bool switches = false) {
  IncomingPacket packet;
  packet.timestamp = picture * 3'000;
  packet.frame = {.keyframe = key && spatial == 0,
                  .start_of_frame = true,
                  .end_of_frame = true,
                  .switching_point = key || switches,
                  .temporal = temporal,
                  .spatial = spatial,
                  .resolution = {}};
  packet.marker = spatial == 2;
  return packet;
}

TEST(LayerSelector, WithoutADescriptorVp9LayersAreReadFromThePayload) {
  LayerSelector selector;
  const auto picture = [&](std::uint32_t n, std::uint8_t temporal, bool key, LayerLimit wanted,
                           bool switches = false) {
    std::string sent;
    for (std::uint8_t spatial = 0; spatial < 3; ++spatial) {
      const auto choice = selector.choose(vp9(n, spatial, temporal, key, switches), wanted);
      sent += !choice.forward ? "-" : choice.ends_picture ? "X" : "x";
    }
    return sent;
  };
  constexpr LayerLimit middle{.spatial = 1, .temporal = 3};
  constexpr LayerLimit slow{.spatial = 2, .temporal = 0};
  EXPECT_EQ(picture(1, 0, true, kEverything), "xxX");
  EXPECT_EQ(picture(2, 0, false, middle), "xX-");  // down at any picture
  EXPECT_EQ(picture(3, 0, false, kEverything), "xX-");
  EXPECT_TRUE(selector.needs_keyframe());
  EXPECT_EQ(picture(4, 0, true, kEverything), "xxX");
  EXPECT_FALSE(selector.needs_keyframe());
  EXPECT_EQ(picture(5, 2, false, slow), "---");
  EXPECT_EQ(picture(6, 2, false, kEverything), "---");  // may need what was left out
  EXPECT_EQ(picture(7, 0, false, kEverything, true), "xxX");
  EXPECT_EQ(picture(8, 2, false, kEverything), "xxX");
}

TEST(LayerSelector, AVp8FrameOfAHigherTemporalLayerComesBackWhereItNeedsOnlyTheBase) {
  LayerSelector selector;
  const auto feed = [&](std::uint32_t n, std::uint8_t temporal, LayerLimit wanted, bool key = false,
                        bool sync = false) {
    IncomingPacket packet;
    packet.timestamp = n * 3'000;
    packet.frame = {.keyframe = key,
                    .start_of_frame = true,
                    .end_of_frame = true,
                    .switching_point = key,
                    .layer_sync = sync,
                    .temporal = temporal,
                    .resolution = {}};
    return selector.choose(packet, wanted).forward;
  };
  constexpr LayerLimit slow{.spatial = 2, .temporal = 0};
  EXPECT_TRUE(feed(1, 0, kEverything, true));
  EXPECT_TRUE(feed(2, 2, kEverything));
  EXPECT_TRUE(feed(3, 0, slow));
  EXPECT_FALSE(feed(4, 1, slow));
  EXPECT_FALSE(feed(5, 2, kEverything));
  EXPECT_TRUE(feed(6, 0, kEverything));
  EXPECT_TRUE(feed(7, 1, kEverything, false, true));
  EXPECT_FALSE(feed(8, 2, kEverything));
  EXPECT_TRUE(feed(9, 2, kEverything, false, true));
  EXPECT_TRUE(feed(10, 2, kEverything));
}

}  // namespace
}  // namespace vv::sfu
