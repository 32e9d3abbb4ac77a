#include "server/push_service.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/private_file.hpp"
#include "push/message_encryption.hpp"
#include "push/sender.hpp"

namespace vv::server {
namespace {

/// RFC 8292 §2.1: whom a push service may write to when something goes wrong.
std::string contact_of(const Config& config) {
  if (!config.push.contact.empty()) return config.push.contact;
  return config.public_url.starts_with("https://") ? config.public_url : "";
}

Result<ByteVector> key_of(const std::string& text, std::size_t size, const std::string& field) {
  // Both are shorter than a hundred letters in any alphabet.
  std::optional<ByteVector> bytes;
  if (text.size() < 100) bytes = base64_decode(text);
  if (!bytes || bytes->size() != size) return invalid("this is no key of a subscription", field);
  return *std::move(bytes);
}

}  // namespace

PushService::PushService() = default;
PushService::~PushService() = default;

Result<std::unique_ptr<PushService>> PushService::open(net::EventLoop& loop, const Config& config,
                                                       std::function<void(std::string)> on_gone) {
  VV_ASSIGN_OR_RETURN(
      const std::string pem,
      read_or_make_private_file(config.in_data("push-key.pem"), []() -> Result<std::string> {
        VV_ASSIGN_OR_RETURN(const push::P256Key key, push::P256Key::generate());
        return key.pem();
      }));
  VV_ASSIGN_OR_RETURN(push::P256Key key, push::P256Key::from_pem(pem));
  std::unique_ptr<PushService> service(new PushService());
  service->public_key_ = base64url_encode(key.point());
  service->reach_ = config.dev ? push::Reach::Any : push::Reach::Public;
  service->services_ = config.push.services;
  service->sender_ = std::make_unique<push::Sender>(
      loop, std::move(key),
      push::Sender::Options{
          .contact = contact_of(config), .reach = service->reach_, .on_gone = std::move(on_gone)});
  return service;
}

Result<push::Endpoint> PushService::endpoint_of(const std::string& url) const {
  VV_ASSIGN_OR_RETURN(push::Endpoint endpoint, push::parse_endpoint(url, reach_));
  if (reach_ == push::Reach::Public && !push::is_push_service(endpoint.host, services_)) {
    return invalid("this is none of the push services that this server knows", "endpoint");
  }
  return endpoint;
}

Status PushService::check(const std::string& endpoint, const std::string& p256dh,
                          const std::string& auth) const {
  VV_TRY(endpoint_of(endpoint));
  VV_ASSIGN_OR_RETURN(const ByteVector receiver, key_of(p256dh, push::kPointSize, "p256dh"));
  VV_TRY(key_of(auth, push::kAuthSize, "auth"));
  if (!push::is_point(receiver)) return invalid("this is no point of P-256", "p256dh");
  return {};
}

void PushService::send(market::PushMessage message) {
  auto endpoint = endpoint_of(message.endpoint);  // the settings may have changed since
  auto receiver = base64_decode(message.p256dh);
  auto auth = base64_decode(message.auth);
  if (!endpoint || !receiver || !auth) return;
  sender_->send({.device = std::move(message.device),
                 .endpoint = *std::move(endpoint),
                 .receiver = *std::move(receiver),
                 .auth = *std::move(auth),
                 .text = std::move(message.text),
                 .topic = std::move(message.topic),
                 .is_urgent = message.is_urgent,
                 .until = monotonic_now() + message.lasts});
}

}  // namespace vv::server
