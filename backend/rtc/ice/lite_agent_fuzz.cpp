#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "rtc/ice/lite_agent.hpp"
#include "rtc/stun/stun_writer.hpp"

namespace {

using namespace vv;
using namespace vv::rtc;

Path path_of(std::uint8_t which) {
  return {TransportAddress::v4({192, 0, 2, 1}, 7882),
          TransportAddress::v4({198, 51, 100, which}, 5000)};
}

/// A check that a peer (or somebody who recorded one) may send.
std::size_t write_check(MutableBytes out, const IceCredentials& credentials,
                        std::uint8_t transaction, std::uint8_t flags) {
  stun::MessageWriter writer{out, stun::MessageType::BindingRequest, {transaction}};
  writer.username(credentials.ufrag + ":x");
  if ((flags & 1U) != 0) writer.use_candidate();
  if ((flags & 2U) != 0) writer.controlled(7);
  return writer.finish((flags & 4U) != 0 ? "wrong" : credentials.password);
}

}  // namespace

// Four bytes a step: what happens, from where, transaction, flags.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const IceCredentials credentials[] = {{"first", "password one"}, {"second", "password two"}};
  std::size_t current = 0;
  Instant now = Instant::from_nanos(1);
  LiteAgent agent{now, credentials[current]};
  std::array<std::uint8_t, LiteAgent::kMaxAnswerSize> answer;
  std::size_t validated = 0;

  for (std::size_t at = 0; at + 4 <= size; at += 4) {
    const std::uint8_t* step = data + at;
    if (step[0] % 8 == 0) {
      now += milliseconds(step[1]);
      continue;
    }
    if (step[0] % 8 == 1) {
      current = 1 - current;
      agent.restart(now, credentials[current]);
      continue;
    }
    ByteVector bytes(256);
    if (step[0] % 8 == 2) {  // anything at all
      bytes.assign(data + at, data + size);
    } else {
      bytes.resize(write_check(bytes, credentials[step[0] % 2], step[2], step[3]));
    }
    const auto message = stun::parse(bytes);
    if (!message) continue;
    const Instant deadline = agent.consent_deadline();
    const auto outcome = agent.handle(now, path_of(step[1]), *message, answer);
    const bool answered = outcome.verdict == LiteAgent::Verdict::Answered;
    VV_CHECK(answered == (outcome.answer_size > 0), "an answer has bytes");
    VV_CHECK(outcome.answer_size <= bytes.size(), "never more bytes than the check had");
    VV_CHECK(answered || !outcome.validated, "only an answered check validates");
    VV_CHECK(answered || agent.consent_deadline() == deadline, "only an answered check is consent");
    if (answered) {
      VV_CHECK(message->is_authentic(credentials[0].password) ||
                   message->is_authentic(credentials[1].password),
               "only authentic checks are answered");
      VV_CHECK(agent.is_validated(path_of(step[1])), "an answered path is validated");
    }
    validated += (outcome.validated ? 1 : 0);
    validated -= (outcome.retired ? 1 : 0);
    VV_CHECK(validated <= kMaxValidatedPaths, "the table is bounded");
    VV_CHECK((agent.selected() != nullptr) == (validated > 0),
             "a validated path is there to send to");
    VV_CHECK(agent.selected() == nullptr || agent.is_validated(*agent.selected()),
             "and it is one of them");
  }
  return 0;
}
