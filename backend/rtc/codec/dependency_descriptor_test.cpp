#include "rtc/codec/dependency_descriptor.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>
#include <vector>

#include "rtc/codec/bit_reader.hpp"

namespace vv::rtc::codec {
namespace {

struct TemplateText {
  std::string_view targets;  // one letter a decode target
  std::vector<std::uint32_t> references;
  std::uint32_t next;  // layer of the next: 0 the same, 1 next temporal, 2 next spatial, 3 none
};

/// Two spatial layers of two temporal ones, the upper spatial one needing the lower in key pictures
/// alone: what encoders call L2T2_KEY.
const std::vector<TemplateText> kTwoByTwo{
    {"SSSS", {}, 0},  {"SS--", {4}, 1}, {"-D--", {2}, 2},
    {"--SS", {1}, 0}, {"--SS", {4}, 1}, {"---D", {2}, 3},
};

struct Writer {
  std::array<std::uint8_t, 128> bytes{};
  BitWriter out{bytes};

  Writer(bool start, bool end, std::uint32_t template_id, std::uint32_t frame) {
    out.bits(start ? 1 : 0, 1);
    out.bits(end ? 1 : 0, 1);
    out.bits(template_id, 6);
    out.bits(frame, 16);
  }
  void structure(std::uint32_t id_offset) {
    out.bits(id_offset, 6);
    out.bits(3, 5);  // four decode targets
    for (const TemplateText& t : kTwoByTwo) out.bits(t.next, 2);
    for (const TemplateText& t : kTwoByTwo) indications(t.targets);
    for (const TemplateText& t : kTwoByTwo) {
      for (const std::uint32_t reference : t.references) {
        out.bits(1, 1);
        out.bits(reference - 1, 4);
      }
      out.bits(0, 1);
    }
    out.bits(2, 2);  // two chains, of 0 to 4: ns(5)
    for (int target = 0; target < 4; ++target) out.bits(target < 2 ? 0 : 1, 1);  // ns(2)
    for (std::size_t i = 0; i < kTwoByTwo.size() * 2; ++i) out.bits(1, 4);
    out.bits(0, 1);  // no resolutions
  }
  void indications(std::string_view letters) {
    for (const char letter : letters) {
      out.bits(letter == '-' ? 0 : letter == 'D' ? 1 : letter == 'S' ? 2 : 3, 2);
    }
  }
  Bytes done() const { return Bytes{bytes}.first(out.size()); }
};

Writer key_frame(std::uint32_t frame = 100, std::uint32_t id_offset = 10) {
  Writer w(true, false, id_offset, frame);
  w.out.bits(0b10000, 5);
  w.structure(id_offset);
  return w;
}

TEST(DependencyDescriptor, AStructureSaysWhatItsTemplatesAreToEachDecodeTarget) {
  DependencyReader reader;
  const auto key = reader.read(key_frame().done(), 1);
  ASSERT_TRUE(key.has_value());
  EXPECT_TRUE(key->start_of_frame);
  EXPECT_FALSE(key->end_of_frame);
  EXPECT_TRUE(key->has_structure);
  EXPECT_EQ(key->frame_number, 100);
  EXPECT_EQ(key->target_count, 4);
  EXPECT_EQ(key->active_targets, 0b1111U);
  EXPECT_EQ(key->reference_count, 0);
  for (std::size_t target = 0; target < 4; ++target) {
    EXPECT_EQ(key->target_spatial(target), target / 2);
    EXPECT_EQ(key->target_temporal(target), target % 2);
    EXPECT_EQ(key->indication(target), Indication::Switch);
  }

  const auto upper = reader.read(Writer(true, true, 15, 103).done(), 2);
  ASSERT_TRUE(upper.has_value());
  EXPECT_EQ(upper->spatial, 1);
  EXPECT_EQ(upper->temporal, 1);
  EXPECT_EQ(upper->indication(3), Indication::Discardable);
  EXPECT_EQ(upper->indication(2), Indication::NotPresent);
  ASSERT_EQ(upper->reference_count, 1);
  EXPECT_EQ(upper->references[0], 2);
}

TEST(DependencyDescriptor, AFrameMayDifferFromItsTemplate) {
  DependencyReader reader;
  ASSERT_TRUE(reader.read(key_frame().done(), 1));
  Writer w(true, true, 12, 102);
  w.out.bits(0b01110, 5);
  w.out.bits(0b0011, 4);  // only the lower spatial layer is sent from here on
  w.indications("-R--");
  w.out.bits(1, 2);  // a reference in 4 bits
  w.out.bits(1, 4);
  w.out.bits(2, 2);  // one in 8
  w.out.bits(40, 8);
  w.out.bits(0, 2);
  const auto frame = reader.read(w.done(), 2);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->active_targets, 0b0011U);
  EXPECT_EQ(frame->indication(1), Indication::Required);
  ASSERT_EQ(frame->reference_count, 2);
  EXPECT_EQ(frame->references[0], 2);
  EXPECT_EQ(frame->references[1], 41);
  EXPECT_EQ(reader.read(Writer(true, true, 11, 104).done(), 3)->active_targets, 0b0011U);
  EXPECT_EQ(reader.read(key_frame(105).done(), 4)->active_targets, 0b1111U);
}

TEST(DependencyDescriptor, WhatArrivesLateChangesNothing) {
  DependencyReader reader;
  ASSERT_TRUE(reader.read(key_frame(100, 10).done(), 1));
  ASSERT_TRUE(reader.read(key_frame(200, 20).done(), 9));
  ASSERT_TRUE(reader.read(key_frame(100, 10).done(), 1));
  EXPECT_TRUE(reader.read(Writer(true, true, 21, 202).done(), 10));
}

// covers M13
TEST(DependencyDescriptor, ABrokenOneCostsItsPacketAlone) {
  DependencyReader reader;
  EXPECT_FALSE(reader.read(Writer(true, true, 10, 100).done(), 1)) << "no structure yet";
  const Writer key = key_frame();
  for (std::size_t size = 0; size < key.done().size(); ++size) {
    EXPECT_FALSE(reader.read(key.done().first(size), 2)) << size;
  }
  ASSERT_TRUE(reader.read(key.done(), 3));
  EXPECT_FALSE(reader.read(Writer(true, true, 16, 101).done(), 4)) << "no such template";
  EXPECT_TRUE(reader.read(Writer(true, true, 11, 104).done(), 5));
}

TEST(DependencyDescriptor, ANarrowedOneSaysTheSameOfItsFrame) {
  Writer custom(true, true, 12, 102);
  custom.out.bits(0b01010, 5);
  custom.out.bits(0b1111, 4);
  custom.out.bits(1, 2);
  custom.out.bits(1, 4);
  custom.out.bits(0, 2);
  const Writer key = key_frame();
  const Writer plain(true, false, 14, 105);
  for (const Writer* from : std::initializer_list<const Writer*>{&key, &custom, &plain}) {
    DependencyReader original;
    DependencyReader narrowed;
    ASSERT_TRUE(original.read(key_frame().done(), 1));
    ASSERT_TRUE(narrowed.read(key_frame().done(), 1));
    std::array<std::uint8_t, kMaxDependencyDescriptor> out;
    const std::size_t size = narrow_dependency_descriptor(out, from->done(), 4, 0b0011);
    ASSERT_GT(size, 0U);
    const auto before = original.read(from->done(), 2);
    const auto after = narrowed.read(Bytes{out}.first(size), 2);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(after->active_targets, 0b0011U);
    EXPECT_EQ(after->frame_number, before->frame_number);
    EXPECT_EQ(after->indications, before->indications);
    EXPECT_EQ(after->references, before->references);
    EXPECT_EQ(after->start_of_frame, before->start_of_frame);
    EXPECT_EQ(after->end_of_frame, before->end_of_frame);
    EXPECT_EQ(after->has_structure, before->has_structure);
  }
  std::array<std::uint8_t, 8> small;
  EXPECT_EQ(narrow_dependency_descriptor(small, key.done(), 4, 1), 0U);
}

}  // namespace
}  // namespace vv::rtc::codec
