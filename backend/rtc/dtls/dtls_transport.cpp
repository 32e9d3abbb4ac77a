#include "rtc/dtls/dtls_transport.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "rtc/dtls/datagram_bio.hpp"
#include "rtc/dtls/openssl.hpp"
#include "rtc/dtls/record_filter.hpp"
#include "rtc/peer.hpp"

namespace vv::rtc {
namespace {

// RFC 6347 §4.2.4.1 starts at 1 s and doubles; like the reference (livekit-wire D-15) we start
// where a lost datagram costs a caller little. A spurious flight is 2 KB, once a call.
constexpr Duration kFirstRetransmit = milliseconds(100);
constexpr Duration kLongestRetransmit = seconds(2);
// What OpenSSL is told, so that its own clock never fires (35 minutes, past every deadline of
// ours).
constexpr unsigned int kOpensslTimerMicros = 0x7FFFFFFF;

// RFC 5246 §7.2
constexpr std::uint8_t kWarningAlert = 1;
constexpr std::uint8_t kFatalAlert = 2;
constexpr std::uint8_t kCloseNotify = 0;

}  // namespace

struct DtlsTransport::Connection {
  explicit Connection(DatagramQueue& out) : bio(out) {}
  DatagramBio bio;  // before the SSL, which lets go of it last
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
  connection_ = std::make_unique<Connection>(queue_);
  filter_.reset();
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
  if (!filter_.admits(datagram, state_ == State::Connected)) return false;
  if (records_) {
    incoming_ = datagram;
    return true;
  }
  connection_->bio.offer(datagram);
  if (state_ == State::Handshaking) {
    advance(now);
    // What the handshake left unread must not outlive the caller's buffer.
    if (state_ == State::Handshaking) connection_->bio.offer({});
  }
  return true;  // once connected, poll_data reads it
}

void DtlsTransport::advance(Instant now) noexcept {
  ERR_clear_error();
  SSL* ssl = connection_->ssl.get();
  const std::size_t mark = queue_.mark();
  const int result = SSL_do_handshake(ssl);
  if (result == 1) {
    const Bytes flight = queue_.queued_since(mark);
    final_flight_.assign(flight.begin(), flight.end());
    return on_established();
  }
  if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ) return on_broken(now);
  arm(now);
}

void DtlsTransport::on_established() noexcept {
  retransmit_at_ = Instant::never();
  deadline_ = Instant::never();
  // The callback has judged already; a handshake that never showed a certificate stops here.
  state_ = connection_->certificate.matched ? State::Connected : State::FingerprintMismatch;
  if (state_ != State::Connected) return;
  keys_ = export_srtp_keys(connection_->ssl.get(), role_);
  if (!keys_) state_ = State::Failed;
}

void DtlsTransport::on_broken(Instant now) noexcept {
  if (connection_->certificate.seen && !connection_->certificate.matched) {
    state_ = State::FingerprintMismatch;
  } else if (handshakes_ >= kMaxHandshakes) {
    state_ = State::Failed;
  } else {
    // OpenSSL's alert stays here: the bytes that broke this try may not be the peer's, and the
    // alert would end the peer's own handshake.
    queue_ = {};
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
  return queue_.poll(out);
}

std::optional<std::size_t> DtlsTransport::poll_data(MutableBytes out) noexcept {
  if (state_ != State::Connected) return std::nullopt;
  if (records_) return read_records(out);
  const auto size = read_openssl(out);
  if (!size) take_over();
  return size;
}

std::optional<std::size_t> DtlsTransport::read_openssl(MutableBytes out) noexcept {
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

std::optional<std::size_t> DtlsTransport::read_records(MutableBytes out) noexcept {
  while (!incoming_.empty()) {
    const auto opened = records_->open_next(incoming_, out);
    if (!opened) continue;
    switch (opened->type) {
      case ContentType::ApplicationData:
        if (opened->size > 0) return opened->size;
        break;
      case ContentType::Alert:  // close_notify, or a fatal one: over either way
        if (opened->size >= 2 && (out[0] == kFatalAlert || out[1] == kCloseNotify)) {
          state_ = State::Closed;
          return std::nullopt;
        }
        break;
      case ContentType::Handshake:  // its Finished again: ours was lost
        queue_.replay(final_flight_);
        break;
      case ContentType::ChangeCipherSpec:
        break;
    }
  }
  return std::nullopt;
}

/// Once OpenSSL has given what it had, we go on without it.
void DtlsTransport::take_over() noexcept {
  if (state_ != State::Connected) return;
  const auto keys = export_record_keys(connection_->ssl.get(), role_);
  if (!keys) return;
  records_ =
      std::make_unique<RecordLayer>(keys->write, keys->read, connection_->bio.next_sequence());
  incoming_ = {};
  connection_.reset();
}

bool DtlsTransport::send_data(Bytes message) noexcept {
  if (state_ != State::Connected || message.size() > max_data(kMaxSentDatagram)) return false;
  const std::size_t sealed = message.size() + RecordLayer::kOverhead;
  if (!queue_.has_room(sealed)) return false;
  if (records_) {
    records_->seal(ContentType::ApplicationData, message, queue_.append(sealed));
    return true;
  }
  ERR_clear_error();
  return SSL_write(connection_->ssl.get(), message.data(), static_cast<int>(message.size())) > 0;
}

void DtlsTransport::close() noexcept {
  if (state_ != State::Connected) return;
  state_ = State::Closed;
  if (records_) {
    const std::array<std::uint8_t, 2> goodbye{kWarningAlert, kCloseNotify};
    const std::size_t sealed = goodbye.size() + RecordLayer::kOverhead;
    if (queue_.has_room(sealed)) records_->seal(ContentType::Alert, goodbye, queue_.append(sealed));
    return;
  }
  ERR_clear_error();
  SSL_shutdown(connection_->ssl.get());
}

}  // namespace vv::rtc
