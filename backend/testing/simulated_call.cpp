#include "testing/simulated_call.hpp"

#include <utility>
#include <vector>

#include "rtc/rtcp/compound.hpp"

namespace vv::testing {
namespace {

// How often the two ends look at their clocks: what happens between is seen up to so much later.
constexpr Duration kStep = milliseconds(5);
constexpr Duration kHandshake = seconds(1);

void step(SimulatedCall::Person& person) {
  for (ByteVector& packet : std::exchange(person.client->rtp, {})) {
    person.listener->on_rtp(packet);
  }
  for (const ByteVector& packet : std::exchange(person.client->rtcp, {})) {
    auto compound = rtc::rtcp::Compound::parse(packet);
    if (!compound) continue;
    while (const auto block = compound->next()) {
      person.speaker->on_block(*block);
      person.listener->on_block(*block);
    }
  }
  person.speaker->step();
  person.listener->step();
}

}  // namespace

SimulatedCall::SimulatedCall(Options options) : world(options.seed) {
  amina.client = &world.join();
  bruno.client = &world.join();
  world.run_for(kHandshake);
  options.amina.voice = sfu::TrackId{1};
  options.amina.picture = sfu::TrackId{2};
  options.bruno.voice = sfu::TrackId{3};
  options.bruno.picture = sfu::TrackId{4};
  amina.speaker = std::make_unique<CallSpeaker>(world, *amina.client, options.amina);
  bruno.speaker = std::make_unique<CallSpeaker>(world, *bruno.client, options.bruno);
  amina.listener = std::make_unique<CallListener>(world, *amina.client, *bruno.speaker, 1);
  bruno.listener = std::make_unique<CallListener>(world, *bruno.client, *amina.speaker, 2,
                                                  options.bruno_takes_red);
}

void SimulatedCall::set_link(const Person& person, const LinkConditions& both) {
  world.network().set_link(person.client->address, both);
  world.network().set_uplink(person.client->address, both);
}

void SimulatedCall::move(Person& person, const rtc::TransportAddress& address) {
  world.network().set_unplugged(person.client->address, true);
  person.client->address = address;
  person.client->browser->agent().move(world.now(), {{address, world.server()}});
}

void SimulatedCall::run_for(Duration duration) {
  for (const Instant end = world.now() + duration; world.now() < end;) {
    world.run_for(kStep);
    step(amina);
    step(bruno);
  }
}

void SimulatedCall::start_counting() {
  amina.listener->start_counting();
  bruno.listener->start_counting();
}

}  // namespace vv::testing
