#include "testing/simulated_call.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "rtc/rtcp/compound.hpp"

namespace vv::testing {
namespace {

// How often the two ends look at their clocks: what happens between is seen up to so much later.
constexpr Duration kStep = milliseconds(5);
constexpr Duration kHandshake = seconds(1);

void step(SimulatedCall::Person& person) {
  if (person.client->disconnected) return;
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

SimulatedCall::SimulatedCall(Options options)
    : world(options.seed, options.begins), options_(std::move(options)) {
  amina.client = &world.join();
  bruno.client = &world.join();
  world.run_for(kHandshake);
  publish(amina, 1);
  publish(bruno, 3);
  listen(amina, bruno);
  listen(bruno, amina);
}

void SimulatedCall::publish(Person& person, std::uint32_t first_track) {
  CallSpeaker::Options options = &person == &amina ? options_.amina : options_.bruno;
  options.voice = sfu::TrackId{first_track};
  options.picture = sfu::TrackId{first_track + 1};
  person.speaker = std::make_unique<CallSpeaker>(world, *person.client, std::move(options));
}

void SimulatedCall::listen(Person& person, const Person& to) {
  person.listener =
      std::make_unique<CallListener>(world, *person.client, *to.speaker, next_number_++,
                                     &person == &amina || options_.bruno_takes_red);
}

void SimulatedCall::restart_server(Duration down, Duration amina_waits, Duration bruno_waits) {
  world.restart_server();
  run_for(down);
  const std::uint32_t tracks = next_number_ * 10;
  const bool amina_first = amina_waits <= bruno_waits;
  const Person& first = amina_first ? amina : bruno;
  const Person& last = amina_first ? bruno : amina;
  run_for(std::min(amina_waits, bruno_waits));
  world.join_again(*first.client);
  world.run_for(std::max(amina_waits, bruno_waits) - std::min(amina_waits, bruno_waits));
  world.join_again(*last.client);
  // What was said before the handshakes are done is lost.
  const Instant tried = world.now();
  while (!first.client->connected || !last.client->connected) world.run_for(kStep);
  handshakes_ = world.now() - tried;
  publish(amina, tracks);
  publish(bruno, tracks + 2);
  listen(amina, bruno);
  listen(bruno, amina);
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
