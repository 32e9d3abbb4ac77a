#include "testing/test_client.hpp"

#include <algorithm>
#include <array>

#include "rtc/stun/stun_writer.hpp"

namespace vv::testing {

TestClient::TestClient(Instant now, const TestClientOptions& options)
    : agent_(options.ice),
      peer_(now, {.local = options.ice.local,
                  .dtls_role = options.dtls_role,
                  .identity = options.identity,
                  .random = options.random}),
      random_(options.ice.seed + 1) {
  peer_.set_remote(now, options.remote);
}

void TestClient::handle_datagram(Instant now, const rtc::Path& path, MutableBytes datagram) {
  const bool is_stun = !datagram.empty() && datagram[0] <= 3;
  if (!is_stun) return peer_.handle_datagram(now, path, datagram);
  if (const auto proven = agent_.handle_answer(path, datagram)) show(now, *proven);
}

void TestClient::show(Instant now, const rtc::Path& path) {
  using namespace rtc::stun;
  const rtc::Path* selected = agent_.selected();
  TransactionId transaction{};
  random_.fill(transaction);
  std::array<std::uint8_t, 256> check{};
  MessageWriter writer{check, MessageType::BindingRequest, transaction};
  writer.username(peer_.local_credentials().ufrag + ":server");
  writer.priority(1);
  if (selected != nullptr && *selected == path) writer.use_candidate();
  const std::size_t size = writer.finish(peer_.local_credentials().password);
  peer_.handle_datagram(now, path, MutableBytes{check}.first(size));
}

void TestClient::handle_timeout(Instant now) {
  agent_.handle_timeout(now);
  if (now >= peer_.next_timeout()) peer_.handle_timeout(now);
}

Instant TestClient::next_timeout() const {
  return std::min(agent_.next_timeout(), peer_.next_timeout());
}

void TestClient::flush(Instant now, VirtualNetwork& network) {
  while (const auto check = agent_.poll_check()) {
    network.send(now, check->path.local, check->path.remote, check->bytes);
  }
  std::array<std::uint8_t, rtc::kMaxSentDatagram> out{};
  while (const auto transmit = peer_.poll_transmit(now, out)) {
    if (out[0] <= 3) continue;  // the answer to a check of show()
    network.send(now, transmit->path.local, transmit->path.remote,
                 Bytes{out}.first(transmit->size));
  }
}

}  // namespace vv::testing
