#pragma once

#include <openssl/bio.h>
#include <sys/time.h>

#include <utility>

#include "base/bytes.hpp"
#include "rtc/dtls/datagram_queue.hpp"

namespace vv::rtc {

/// What OpenSSL reads from and writes to instead of a socket: one datagram in, a few out, each kept
/// apart. Also where its retransmission timer shows, and which sequence numbers it has used.
class DatagramBio {
 public:
  explicit DatagramBio(DatagramQueue& out) : out_(out) {}

  /// A BIO on this object, owned by the caller (SSL_set_bio takes it).
  [[nodiscard]] BIO* make();

  /// The datagram that the next read gives; borrowed until then.
  void offer(Bytes datagram) { incoming_ = datagram; }
  /// The first sequence number of epoch 1 that was not written yet.
  [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }

  /// OpenSSL has a flight under way that wants repeating if nothing comes.
  [[nodiscard]] bool timer_armed() const { return timer_armed_; }
  /// Whether a flight was sent since the last call.
  [[nodiscard]] bool take_timer_started() { return std::exchange(timer_started_, false); }
  /// Makes OpenSSL believe that its timer ran out, whatever the clock says.
  void expire_timer();

 private:
  static const BIO_METHOD* method();
  static int write(BIO* bio, const char* data, int size);
  static int read(BIO* bio, char* out, int size);
  static long control(BIO* bio, int command, long number, void* pointer);

  void note_sequences(Bytes datagram);

  DatagramQueue& out_;
  Bytes incoming_;
  std::uint64_t next_sequence_ = 0;
  timeval* timer_ = nullptr;
  bool timer_armed_ = false;
  bool timer_started_ = false;
};

}  // namespace vv::rtc
