#pragma once

#include <memory>

#include "base/result.hpp"
#include "rtc/dtls/fingerprint.hpp"

namespace vv::rtc {

/// A certificate of ours: a self-signed P-256 key, kept in memory alone (threat-model M8).
///
/// Shared by the peers that began with it, on any thread. RenewedIdentity says which begin with
/// which.
class DtlsIdentity {
 public:
  static Result<std::unique_ptr<DtlsIdentity>> create();
  ~DtlsIdentity();
  DtlsIdentity(const DtlsIdentity&) = delete;
  DtlsIdentity& operator=(const DtlsIdentity&) = delete;

  /// For `a=fingerprint`.
  [[nodiscard]] const Fingerprint& fingerprint() const { return fingerprint_; }

  struct Context;  // OpenSSL's, seen by dtls/*.cpp alone
  [[nodiscard]] const Context& context() const { return *context_; }

 private:
  DtlsIdentity(std::unique_ptr<Context> context, Fingerprint fingerprint);
  std::unique_ptr<Context> context_;
  Fingerprint fingerprint_;
};

}  // namespace vv::rtc
