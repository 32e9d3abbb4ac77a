#include "base/check.hpp"
#include "rtc/stun/stun_message.hpp"
#include "rtc/stun/stun_writer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv::rtc::stun;
  const auto message = parse({data, size});
  if (!message) return 0;
  static_cast<void>(message->is_authentic("password"));

  // What was read survives being written and read again.
  std::array<std::uint8_t, 2048> out{};
  MessageWriter writer{out, message->type, message->transaction};
  if (!message->username.empty()) writer.username(message->username);
  if (message->priority) writer.priority(*message->priority);
  if (message->use_candidate) writer.use_candidate();
  if (message->controlling) writer.controlling(*message->controlling);
  if (message->controlled) writer.controlled(*message->controlled);
  if (message->mapped_address) writer.xor_mapped_address(*message->mapped_address);
  const std::size_t written = writer.finish("password");
  VV_CHECK(written != 0, "the buffer has room for every attribute");
  const auto again = parse(vv::Bytes{out}.first(written));
  VV_CHECK(again.has_value(), "we write what we read");
  VV_CHECK(again->is_authentic("password"), "we signed it");
  VV_CHECK(again->username == message->username && again->priority == message->priority &&
               again->use_candidate == message->use_candidate &&
               again->controlling == message->controlling &&
               again->controlled == message->controlled &&
               again->mapped_address == message->mapped_address,
           "attributes survive");
  return 0;
}
