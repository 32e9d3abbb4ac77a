#pragma once

#include <memory>

#include "testing/call_listener.hpp"
#include "testing/call_speaker.hpp"
#include "testing/sfu_world.hpp"

namespace vv::testing {

/// Amina and Bruno in a room of our SFU, on a virtual clock and network: both speak and show
/// themselves, both hear and see the other.
class SimulatedCall {
 public:
  struct Options {
    std::uint64_t seed = 1;
    CallSpeaker::Options amina{};
    CallSpeaker::Options bruno{};
    bool bruno_takes_red = true;
  };
  explicit SimulatedCall(Options options);

  struct Person {
    SfuWorld::Client* client = nullptr;
    std::unique_ptr<CallSpeaker> speaker;
    std::unique_ptr<CallListener> listener;
  };
  /// Both ways of one person's link.
  void set_link(const Person& person, const LinkConditions& both);

  /// To another network: from now on this address, and nothing over the old one.
  void move(Person& person, const rtc::TransportAddress& address);

  void run_for(Duration duration);
  void start_counting();

  SfuWorld world;
  Person amina;
  Person bruno;
};

}  // namespace vv::testing
