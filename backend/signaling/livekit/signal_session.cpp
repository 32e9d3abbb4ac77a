#include "signaling/livekit/signal_session.hpp"

#include <google/protobuf/util/json_util.h>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace vv::signaling {
namespace {

constexpr std::uint16_t kNormal = 1000;
constexpr std::uint16_t kBadData = 1007;

Moment moment() { return {.now = monotonic_now(), .wall = wall_now()}; }

}  // namespace

SignalSession::SignalSession(Rooms& rooms, identity::RoomClaims claims, JoinOptions options)
    : rooms_(rooms), claims_(std::move(claims)), options_(std::move(options)) {}

void SignalSession::on_open(net::WebSocket& socket) {
  socket_ = &socket;
  seat_ = rooms_.join(moment(), std::move(claims_), options_, *this);
  options_ = {};
}

void SignalSession::on_binary(Bytes message) {
  json_ = false;
  pb::SignalRequest request;
  if (!request.ParseFromArray(message.data(), static_cast<int>(message.size()))) return refuse();
  if (seat_) rooms_.on_request(moment(), *seat_, request);
}

void SignalSession::on_text(std::string_view message) {
  json_ = true;
  pb::SignalRequest request;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const std::string text(message);
  if (!google::protobuf::util::JsonStringToMessage(text, &request, options).ok()) return refuse();
  if (seat_) rooms_.on_request(moment(), *seat_, request);
}

void SignalSession::refuse() {
  log::debug("signal message cannot be read");
  if (socket_ != nullptr) socket_->close(kBadData, "cannot read message");
}

void SignalSession::on_closed(std::uint16_t, std::string_view) {
  socket_ = nullptr;
  if (seat_) rooms_.on_sink_closed(moment(), *seat_, *this);
}

void SignalSession::send(const pb::SignalResponse& message) {
  if (socket_ == nullptr) return;
  std::string out;
  if (json_) {
    if (google::protobuf::util::MessageToJsonString(message, &out).ok())
      socket_->send_text(std::move(out));
  } else if (message.SerializeToString(&out)) {
    socket_->send_binary(std::move(out));
  }
}

void SignalSession::send_shared(const SharedMessage& message) {
  if (socket_ == nullptr) return;
  const std::string& bytes = json_ ? message.json() : message.binary();
  if (bytes.empty()) return;
  if (json_)
    socket_->send_text(bytes);
  else
    socket_->send_binary(bytes);
}

void SignalSession::close() {
  if (socket_ != nullptr) socket_->close(kNormal, "");
}

}  // namespace vv::signaling
