#include "rtc/dtls/dtls_transport.hpp"

#include <openssl/err.h>
#include <openssl/srtp.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "rtc/dtls/datagram_bio.hpp"
#include "rtc/dtls/openssl.hpp"
#include "rtc/dtls/record_filter.hpp"
#include "rtc/peer.hpp"

namespace vv::rtc {
namespace {

// RFC 6347 §4.2.4.1 starts at 1 s and doubles; like the reference (livekit-wire D-15) we start where
// a lost datagram costs a caller little. A spurious flight is 2 KB, once a call.
constexpr Duration kFirstRetransmit = milliseconds(100);
constexpr Duration kLongestRetransmit = seconds(2);
// What OpenSSL is told, so that its own clock never fires (35 minutes, past every deadline of ours).
constexpr unsigned int kOpensslTimerMicros = 0x7FFFFFFF;

}  // namespace

struct DtlsTransport::Connection {
  DatagramBio bio;  // before the SSL, which lets go of it last
  RecordFilter filter;
  SslPtr ssl;
  CertificateVerdict certificate;
};

DtlsTransport::DtlsTransport(const DtlsIdentity& identity, DtlsRole role, const Fingerprint& remote)
    : identity_(identity), role_(role), remote_(remote) {}
DtlsTransport::~DtlsTransport() = default;

void DtlsTransport::start(Instant now) noexcept {
  if (state_ != State::Idle) return;
  deadline_ = now + kHandshakeDeadline;
  state_ = State::Handshaking;
  begin_handshake(now);
}

void DtlsTransport::begin_handshake(Instant now) noexcept {
  ++handshakes_;
  retransmit_at_ = Instant::never();
  connection_ = std::make_unique<Connection>();
  connection_->certificate.expected = remote_;
  connection_->ssl.reset(SSL_new(identity_.context().ssl.get()));
  SSL* ssl = connection_->ssl.get();
  BIO* bio = ssl != nullptr ? connection_->bio.make() : nullptr;
  if (bio == nullptr) {  // out of memory
    state_ = State::Failed;
    return;
  }
  SSL_set_bio(ssl, bio, bio);
  SSL_set_ex_data(ssl, verdict_index(), &connection_->certificate);
  SSL_set_mtu(ssl, kMaxSentDatagram);
  DTLS_set_timer_cb(ssl, [](SSL*, unsigned int) { return kOpensslTimerMicros; });
  if (role_ == DtlsRole::Client) {
    SSL_set_connect_state(ssl);
    advance(now);
  } else {
    SSL_set_accept_state(ssl);
  }
}

bool DtlsTransport::handle_datagram(Instant now, Bytes datagram) noexcept {
  if (state_ != State::Handshaking && state_ != State::Connected) return false;
  if (!connection_->filter.admits(datagram, state_ == State::Connected)) return false;
  connection_->bio.offer(datagram);
  if (state_ == State::Handshaking) advance(now);
  return true;  // once connected, poll_data reads it
}

void DtlsTransport::advance(Instant now) noexcept {
  ERR_clear_error();
  SSL* ssl = connection_->ssl.get();
  const int result = SSL_do_handshake(ssl);
  if (result == 1) return on_established();
  if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ) return on_broken(now);
  arm(now);
}

void DtlsTransport::on_established() noexcept {
  retransmit_at_ = Instant::never();
  deadline_ = Instant::never();
  // The callback has judged already; a handshake that never showed a certificate stops here.
  state_ = connection_->certificate.matched ? State::Connected : State::FingerprintMismatch;
  if (state_ == State::Connected && !export_keys()) state_ = State::Failed;
}

void DtlsTransport::on_broken(Instant now) noexcept {
  if (connection_->certificate.seen && !connection_->certificate.matched) {
    state_ = State::FingerprintMismatch;
  } else if (handshakes_ >= kMaxHandshakes) {
    state_ = State::Failed;
  } else {
    begin_handshake(now);
    return;
  }
  retransmit_at_ = Instant::never();
  deadline_ = Instant::never();
}

/// Mirrors OpenSSL's timer into ours: a new flight starts at kFirstRetransmit.
void DtlsTransport::arm(Instant now) noexcept {
  if (connection_->bio.take_timer_started()) {
    retransmit_after_ = kFirstRetransmit;
    retransmit_at_ = now + retransmit_after_;
  }
  if (!connection_->bio.timer_armed()) retransmit_at_ = Instant::never();
}

void DtlsTransport::handle_timeout(Instant now) noexcept {
  if (state_ != State::Handshaking) return;
  if (now >= deadline_) {
    state_ = State::TimedOut;
    retransmit_at_ = deadline_ = Instant::never();
    return;
  }
  if (now < retransmit_at_) return;
  ERR_clear_error();
  connection_->bio.expire_timer();
  if (DTLSv1_handle_timeout(connection_->ssl.get()) < 0) return on_broken(now);
  static_cast<void>(connection_->bio.take_timer_started());
  retransmit_after_ = std::min(retransmit_after_ * 2, kLongestRetransmit);
  retransmit_at_ = now + retransmit_after_;
}

Instant DtlsTransport::next_timeout() const noexcept { return std::min(deadline_, retransmit_at_); }

std::optional<std::size_t> DtlsTransport::poll_transmit(MutableBytes out) noexcept {
  if (!connection_) return std::nullopt;
  return connection_->bio.poll(out);
}

std::optional<std::size_t> DtlsTransport::poll_data(MutableBytes out) noexcept {
  if (state_ != State::Connected) return std::nullopt;
  ERR_clear_error();
  SSL* ssl = connection_->ssl.get();
  const int size = SSL_read(ssl, out.data(), static_cast<int>(out.size()));
  if (size > 0) return static_cast<std::size_t>(size);
  connection_->bio.offer({});
  const int error = SSL_get_error(ssl, size);
  // Anything but "no more" is the peer's goodbye, or an authenticated record that makes no sense.
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) state_ = State::Closed;
  return std::nullopt;
}

bool DtlsTransport::send_data(Bytes message) noexcept {
  if (state_ != State::Connected || !connection_->bio.has_room()) return false;
  ERR_clear_error();
  return SSL_write(connection_->ssl.get(), message.data(), static_cast<int>(message.size())) > 0;
}

void DtlsTransport::close() noexcept {
  if (state_ != State::Connected) return;
  ERR_clear_error();
  SSL_shutdown(connection_->ssl.get());
  state_ = State::Closed;
}

/// RFC 5764 §4.2: client key, server key, client salt, server salt.
std::optional<SrtpKeys> DtlsTransport::export_keys() const noexcept {
  if (state_ != State::Connected) return std::nullopt;
  SSL* ssl = connection_->ssl.get();
  const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(ssl);
  if (chosen == nullptr) return std::nullopt;
  const SrtpProfile profile = chosen->id == SRTP_AEAD_AES_128_GCM ? SrtpProfile::AeadAes128Gcm
                                                                  : SrtpProfile::Aes128CmSha1_80;
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  const std::size_t salt_size = master_salt_size(profile);
  std::array<std::uint8_t, 2 * (kSrtpMasterKeySize + 14)> material{};
  if (SSL_export_keying_material(ssl, material.data(), 2 * (kSrtpMasterKeySize + salt_size), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1) {
    return std::nullopt;
  }
  const auto take = [&](std::size_t half) {
    SrtpMaster master{.profile = profile};
    std::memcpy(master.key.data(), &material[half * kSrtpMasterKeySize], kSrtpMasterKeySize);
    std::memcpy(master.salt.data(), &material[2 * kSrtpMasterKeySize + half * salt_size], salt_size);
    return master;
  };
  const std::size_t ours = role_ == DtlsRole::Client ? 0 : 1;
  SrtpKeys keys{.send = take(ours), .receive = take(1 - ours)};
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

}  // namespace vv::rtc
