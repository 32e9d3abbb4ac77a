#pragma once

#include <memory>
#include <string>
#include <vector>

#include "signaling/livekit/event_sink.hpp"

namespace vv::net {
class EventLoop;
}
namespace vv::identity {
class RoomTokens;
}

namespace vv::signaling {

class WebhookOutbox;

/// Tells the operator's servers what happens in rooms (livekit-wire.md 7.3): signed, in order for
/// each room, again until it was taken (webhook_queue.hpp).
///
/// Owns:    the queue. What waits is in the outbox, too, so that the next process tells it.
/// Thread:  the front loop.
class Webhooks final : public EventSink {
 public:
  struct Options {
    std::vector<std::string> urls;
    std::string api_key;     ///< signs them; one of the API keys
    bool app_rooms = false;  ///< that key's reach: otherwise rooms of the marketplace are not told
    std::vector<std::string> include{};  ///< the only events told; empty: all
    std::vector<std::string> exclude{};  ///< not told, where none are included by name
    WebhookOutbox* outbox = nullptr;     ///< null: what waits is lost with the process
  };
  /// Begins with what the outbox holds.
  Webhooks(net::EventLoop& loop, const identity::RoomTokens& tokens, Options options);
  ~Webhooks() override;

  void emit(pb::WebhookEvent event) override;
  /// Whether the filters let an event of that name through.
  [[nodiscard]] static bool is_told(const Options& options, std::string_view event);

 private:
  struct State;
  std::shared_ptr<State> state_;  // also of what is on its way
};

}  // namespace vv::signaling
