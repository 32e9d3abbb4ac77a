#pragma once

#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::market {

/// One message for one browser, however far away.
struct PushMessage {
  std::string device;    ///< its row in `pushDevices`: forgotten when the browser has let go of it
  std::string endpoint;  ///< where its push service takes messages
  std::string p256dh;    ///< base64url
  std::string auth;      ///< base64url
  std::string text;      ///< JSON for its service worker
  std::string topic;     ///< a newer one of the same takes its place; at most 32 characters
  Duration lasts;        ///< of no use afterwards
  bool is_urgent = false;
};

/// What carries messages to browsers (Web Push; bound by server).
class PushPort {
 public:
  virtual ~PushPort() = default;
  /// What browsers subscribe with: a point of P-256, base64url. Any thread.
  [[nodiscard]] virtual std::string public_key() const = 0;
  /// Whether messages can be sent there. Any thread. refuses: invalid, naming the field
  [[nodiscard]] virtual Status check(const std::string& endpoint, const std::string& p256dh,
                                     const std::string& auth) const = 0;
  /// Front loop.
  virtual void send(PushMessage message) = 0;
};

}  // namespace vv::market
