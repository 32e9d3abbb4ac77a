#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/dtls/datagram_queue.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/dtls/fingerprint.hpp"
#include "rtc/dtls/record_filter.hpp"
#include "rtc/srtp/srtp_profile.hpp"

namespace vv::rtc {

/// threat-model M8.
constexpr Duration kHandshakeDeadline = seconds(30);
/// threat-model M6: the first try and three more.
constexpr int kMaxHandshakes = 4;

class RecordLayer;

struct SrtpKeys {
  SrtpMaster send;
  SrtpMaster receive;
};

/// One DTLS 1.2 association (RFC 6347) that keys SRTP (RFC 5764) and carries data: OpenSSL over
/// memory, datagram by datagram.
///
/// OpenSSL makes the handshake; after it, under the one cipher that everybody has, our RecordLayer
/// takes over and OpenSSL's 74 KiB go.
///
/// Owns:    the OpenSSL connection, the retransmission timer (OpenSSL's own reads the clock; ours
/// is
///          fed), restarts of a failed handshake, the verdict on the peer's certificate.
/// Not its: who may send us DTLS at all (Peer), what the data means.
/// Bounds:  RecordFilter's 32 KiB of handshake; DatagramQueue's 16 KiB going out;
/// kHandshakeDeadline.
class DtlsTransport {
 public:
  enum class State : std::uint8_t {
    Idle,
    Handshaking,
    Connected,
    Closed,
    Failed,
    FingerprintMismatch,
    TimedOut
  };

  DtlsTransport(const DtlsIdentity& identity, DtlsRole role, const Fingerprint& remote);
  ~DtlsTransport();
  DtlsTransport(const DtlsTransport&) = delete;
  DtlsTransport& operator=(const DtlsTransport&) = delete;

  /// Begins: as the client the first flight is there to be polled at once. The deadline counts from
  /// here.
  void start(Instant now) noexcept;
  /// One datagram of first byte 20 to 63. False when it was refused. Data in it waits for
  /// `poll_data`, which borrows it: take it all before the next datagram, and while its memory
  /// stands.
  bool handle_datagram(Instant now, Bytes datagram) noexcept;
  void handle_timeout(Instant now) noexcept;
  [[nodiscard]] Instant next_timeout() const noexcept;

  /// The next datagram to send, at most kMaxSentDatagram bytes. @return its size
  [[nodiscard]] std::optional<std::size_t> poll_transmit(MutableBytes out) noexcept;
  /// The next decrypted message of the peer. @return its size
  [[nodiscard]] std::optional<std::size_t> poll_data(MutableBytes out) noexcept;
  /// Encrypts one message into one datagram. False before Connected, or when the queue is full.
  bool send_data(Bytes message) noexcept;
  /// Largest message that `send_data` fits into one datagram of `datagram` bytes.
  static constexpr std::size_t max_data(std::size_t datagram) { return datagram - 13 - 24; }
  /// Says goodbye (close_notify).
  void close() noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  /// The keys for SRTP: there once, from Connected on.
  [[nodiscard]] std::optional<SrtpKeys> take_keys() noexcept {
    return std::exchange(keys_, std::nullopt);
  }

 private:
  struct Connection;  // OpenSSL's half

  void begin_handshake(Instant now) noexcept;
  void advance(Instant now) noexcept;
  void on_established() noexcept;
  void on_broken(Instant now) noexcept;
  void arm(Instant now) noexcept;
  void take_over() noexcept;
  [[nodiscard]] std::optional<std::size_t> read_openssl(MutableBytes out) noexcept;
  [[nodiscard]] std::optional<std::size_t> read_records(MutableBytes out) noexcept;

  const DtlsIdentity& identity_;
  const DtlsRole role_;
  const Fingerprint remote_;
  State state_ = State::Idle;
  int handshakes_ = 0;
  Instant deadline_ = Instant::never();
  Instant retransmit_at_ = Instant::never();
  Duration retransmit_after_;
  std::optional<SrtpKeys> keys_;
  RecordFilter filter_;
  DatagramQueue queue_;
  Bytes incoming_;
  std::unique_ptr<Connection> connection_;  // until the handshake is done
  std::unique_ptr<RecordLayer> records_;    // after it
  ByteVector final_flight_;                 // what the peer may ask for again (RFC 6347 §4.2.4)
};

}  // namespace vv::rtc
