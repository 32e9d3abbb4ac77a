#include <algorithm>

#include "base/check.hpp"
#include "rtc/dtls/record_layer.hpp"

// Steps of (how, length, bytes): sealed by the other end, sealed and then damaged, or raw.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv;
  using namespace vv::rtc;
  const RecordLayer::Direction one{{1, 2, 3}, {4}};
  const RecordLayer::Direction other{{5, 6, 7}, {8}};
  RecordLayer ours{one, other, 1};
  RecordLayer theirs{other, one, 1};
  ByteReader reader{{data, size}};
  std::array<std::uint8_t, 1500> out;
  while (reader.remaining() > 2) {
    const std::uint8_t how = reader.u8();
    const Bytes given = reader.take(std::min<std::size_t>(reader.u8(), reader.remaining()));
    ByteVector datagram(given.begin(), given.end());
    if ((how & 3U) != 0) {
      datagram.resize(given.size() + RecordLayer::kOverhead);
      theirs.seal(ContentType::ApplicationData, given, datagram);
    }
    const bool damaged = (how & 3U) == 2;
    if (damaged) datagram[how % datagram.size()] ^= static_cast<std::uint8_t>((how >> 2) | 1U);
    const bool whole = (how & 3U) == 1 || (how & 3U) == 3;
    Bytes rest = datagram;
    bool opened = false;
    while (!rest.empty()) {
      const std::size_t before = rest.size();
      const auto record = ours.open_next(rest, out);
      VV_CHECK(rest.size() < before, "every call takes something");
      if (record) {
        opened = true;
        VV_CHECK(whole, "only what the other end sealed opens");
        VV_CHECK(std::ranges::equal(Bytes{out}.first(record->size), given),
                 "and it is what went in");
      }
    }
    VV_CHECK(opened == whole, "what was sealed opens");
  }
  return 0;
}
