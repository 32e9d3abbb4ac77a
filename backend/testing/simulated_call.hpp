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
    Instant begins = SfuWorld::kBegins;
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

  /// The server's process ends; `down` later another one is there, and after what a client waits
  /// until it tries again each of the two joins anew.
  void restart_server(Duration down, Duration amina_waits, Duration bruno_waits);
  /// How long after the last of them tried both were connected, then.
  [[nodiscard]] Duration handshakes() const { return handshakes_; }

  void run_for(Duration duration);
  void start_counting();

  SfuWorld world;
  Person amina;
  Person bruno;

 private:
  void publish(Person& person, std::uint32_t first_track);
  void listen(Person& person, const Person& to);

  Options options_;
  std::uint32_t next_number_ = 1;
  Duration handshakes_;
};

}  // namespace vv::testing
