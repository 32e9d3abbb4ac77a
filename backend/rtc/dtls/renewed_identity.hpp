#pragma once

#include <memory>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::rtc {

class DtlsIdentity;

/// The certificate that transports begin with, another one each day (threat-model M8). Whoever
/// began with one holds it for as long as they live, so its fingerprint stays theirs.
///
/// On one thread; what it gives may go to any.
class RenewedIdentity {
 public:
  static constexpr Duration kLife = days(1);

  /// The first one, which is needed to serve at all.
  static Result<std::unique_ptr<RenewedIdentity>> create(Instant now);

  /// For a transport that begins now. Made anew by who asks first after a day, which takes well
  /// under a millisecond; when OpenSSL cannot, the old one serves on and the next one asks again.
  [[nodiscard]] const std::shared_ptr<const DtlsIdentity>& at(Instant now);

 private:
  RenewedIdentity(std::shared_ptr<const DtlsIdentity> first, Instant now);

  std::shared_ptr<const DtlsIdentity> current_;
  Instant made_;
};

}  // namespace vv::rtc
