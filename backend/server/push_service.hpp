#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "market/push_port.hpp"
#include "push/endpoint.hpp"

namespace vv::net {
class EventLoop;
}
namespace vv::push {
class Sender;
}

namespace vv::server {

/// The market's port to browsers, carried by push.
class PushService final : public market::PushPort {
 public:
  /// Its key is made at the first start and kept in the data directory: with another one, every
  /// browser would have to subscribe anew.
  /// @param on_gone  a browser has let go of its subscription; front loop
  static Result<std::unique_ptr<PushService>> open(net::EventLoop& loop, const Config& config,
                                                   std::function<void(std::string)> on_gone);
  ~PushService() override;

  [[nodiscard]] std::string public_key() const override { return public_key_; }
  [[nodiscard]] Status check(const std::string& endpoint, const std::string& p256dh,
                             const std::string& auth) const override;
  void send(market::PushMessage message) override;

 private:
  PushService();
  [[nodiscard]] Result<push::Endpoint> endpoint_of(const std::string& url) const;

  std::string public_key_;
  push::Reach reach_ = push::Reach::Public;
  std::vector<std::string> services_;
  std::unique_ptr<push::Sender> sender_;
};

}  // namespace vv::server
