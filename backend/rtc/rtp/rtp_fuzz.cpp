#include <array>

#include "base/check.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "rtc/rtp/rtx.hpp"

using namespace vv;
using namespace vv::rtc::rtp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto view = parse_rtp({data, size});
  if (!view) return 0;
  VV_CHECK(view->header_size() + view->payload().size() + view->padding_size() == size,
           "the parts make the packet");

  ExtensionIds ids;
  for (std::size_t i = 1; i < kExtensionCount; ++i) {
    ids.map(static_cast<std::uint8_t>(i), static_cast<Extension>(i));
  }
  const ExtensionValues values = read_extensions(*view, ids);
  VV_CHECK(values.mid.size() <= 16 && values.rid.size() <= 32, "names keep their bounds");

  std::array<ExtensionElement, kMaxExtensionElements> elements{};
  std::size_t count = 0;
  ExtensionWalker walker{*view};
  while (const auto element = walker.next()) {
    if (count < elements.size()) elements[count++] = *element;
  }
  std::array<std::uint8_t, 8'192> out{};
  const std::size_t written = write_rtp_header(out,
                                               {.ssrc = view->ssrc(),
                                                .timestamp = view->timestamp(),
                                                .sequence = view->sequence(),
                                                .payload_type = view->payload_type(),
                                                .marker = view->marker()},
                                               std::span{elements}.first(count));
  const auto again = parse_rtp(Bytes{out}.first(written));
  VV_CHECK(again && again->ssrc() == view->ssrc() && again->header_size() == written,
           "what parses is written and read again");
  ExtensionWalker second{*again};
  for (std::size_t i = 0; i < count; ++i) {
    const auto element = second.next();
    VV_CHECK(element && element->id == elements[i].id &&
                 as_text(element->value) == as_text(elements[i].value),
             "every element survives");
  }

  ByteVector copy{data, data + size};
  const auto copied = parse_rtp(copy);
  if (const auto media = decapsulate_rtx(copy, *copied, 96, 7)) {
    const auto original = parse_rtp(*media);
    VV_CHECK(original && original->ssrc() == 7 && original->payload_type() == 96,
             "what was inside a retransmission is a packet");
  }
  return 0;
}
