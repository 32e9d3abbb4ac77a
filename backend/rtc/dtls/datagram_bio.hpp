#pragma once

#include <openssl/bio.h>
#include <sys/time.h>

#include <optional>
#include <utility>

#include "base/bytes.hpp"

namespace vv::rtc {

/// What OpenSSL reads from and writes to instead of a socket: one datagram in, a few out, each kept
/// apart. Also where its retransmission timer shows.
///
/// Bounds: kMaxQueuedBytes going out; what does not fit is lost, as on any network.
class DatagramBio {
 public:
  static constexpr std::size_t kMaxQueuedBytes = 16 * 1024;

  /// A BIO on this object, owned by the caller (SSL_set_bio takes it).
  [[nodiscard]] BIO* make();

  /// The datagram that the next read gives; borrowed until then.
  void offer(Bytes datagram) { incoming_ = datagram; }
  [[nodiscard]] std::optional<std::size_t> poll(MutableBytes out);
  [[nodiscard]] bool has_output() const { return next_ < outgoing_.size(); }
  [[nodiscard]] bool has_room() const { return outgoing_.size() < kMaxQueuedBytes; }

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

  Bytes incoming_;
  ByteVector outgoing_;  // two bytes of length before each datagram
  std::size_t next_ = 0;
  timeval* timer_ = nullptr;
  bool timer_armed_ = false;
  bool timer_started_ = false;
};

}  // namespace vv::rtc
