#include <array>
#include <variant>

#include "base/check.hpp"
#include "rtc/rtcp/compound.hpp"
#include "rtc/rtcp/writer.hpp"

using namespace vv;
using namespace vv::rtc;

namespace {

std::uint64_t touched = 0;

template <class List>
void touch(const List& list) {
  for (std::size_t i = 0; i < list.size(); ++i) static_cast<void>(list[i]);
  touched += list.size();
}

struct Toucher {
  void operator()(const rtcp::SenderReport& b) const { touch(b.reports); }
  void operator()(const rtcp::ReceiverReport& b) const {
    for (std::size_t i = 0; i < b.reports.size(); ++i) {
      std::array<std::uint8_t, 64> out{};
      ByteWriter writer{out};
      const std::array one{b.reports[i]};
      VV_CHECK(rtcp::write_receiver_report(writer, b.ssrc, one), "one block fits");
      auto again = rtcp::Compound::parse(writer.written());
      const auto block = again->next();
      VV_CHECK(std::get<rtcp::ReceiverReport>(*block).reports[0] == one[0], "it survives");
    }
  }
  void operator()(const rtcp::SourceDescription& b) const {
    for (const char c : b.cname) touched += static_cast<unsigned char>(c);
  }
  void operator()(const rtcp::Bye& b) const { touch(b.ssrcs); }
  void operator()(const rtcp::Nack& b) const { touch(b.items); }
  void operator()(const rtcp::Pli& b) const { touched += b.media_ssrc; }
  void operator()(const rtcp::Fir& b) const { touch(b.items); }
  void operator()(const rtcp::Remb& b) const { touch(b.ssrcs); }
  void operator()(const rtcp::Twcc& b) const {
    for (const std::uint8_t byte : b.body) touched += byte;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto compound = rtcp::Compound::parse({data, size});
  if (!compound) return 0;
  std::size_t blocks = 0;
  while (const auto block = compound->next()) {
    std::visit(Toucher{}, *block);
    ++blocks;
  }
  VV_CHECK(blocks + compound->skipped() <= rtcp::kMaxBlocks, "bounded");
  return 0;
}
