#include "rtc/dtls/renewed_identity.hpp"

#include <utility>

#include "base/log.hpp"
#include "rtc/dtls/dtls_identity.hpp"

namespace vv::rtc {

Result<std::unique_ptr<RenewedIdentity>> RenewedIdentity::create(Instant now) {
  VV_ASSIGN_OR_RETURN(auto first, DtlsIdentity::create());
  return std::unique_ptr<RenewedIdentity>{new RenewedIdentity{std::move(first), now}};
}

RenewedIdentity::RenewedIdentity(std::shared_ptr<const DtlsIdentity> first, Instant now)
    : current_(std::move(first)), made_(now) {}

const std::shared_ptr<const DtlsIdentity>& RenewedIdentity::at(Instant now) {
  if (now - made_ < kLife) return current_;
  auto next = DtlsIdentity::create();
  if (next) {
    current_ = std::move(*next);
    made_ = now;
  } else {
    log::warn("the media certificate was not renewed", {{"reason", next.error().message}});
  }
  return current_;
}

}  // namespace vv::rtc
