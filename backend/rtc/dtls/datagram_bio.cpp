#include "rtc/dtls/datagram_bio.hpp"

#include <openssl/opensslv.h>

#include <algorithm>
#include <cstring>

#include "base/check.hpp"
#include "rtc/peer.hpp"

namespace vv::rtc {
namespace {
DatagramBio& self(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }
}  // namespace

const BIO_METHOD* DatagramBio::method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams in memory");
    VV_CHECK(m != nullptr, "OpenSSL has memory at start");
    BIO_meth_set_write(m, &DatagramBio::write);
    BIO_meth_set_read(m, &DatagramBio::read);
    BIO_meth_set_ctrl(m, &DatagramBio::control);
    BIO_meth_set_create(m, [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return m;
  }();
  return kMethod;
}

BIO* DatagramBio::make() {
  BIO* bio = BIO_new(method());
  if (bio != nullptr) BIO_set_data(bio, this);
  return bio;
}

int DatagramBio::write(BIO* bio, const char* data, int size) {
  DatagramBio& s = self(bio);
  BIO_clear_retry_flags(bio);
  if (size <= 0) return size;
  const Bytes datagram{reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
  s.note_sequences(datagram);
  const MutableBytes room = s.out_.append(datagram.size());
  if (!room.empty()) std::memcpy(room.data(), datagram.data(), datagram.size());
  return size;
}

void DatagramBio::note_sequences(Bytes datagram) {
  ByteReader reader{datagram};
  while (reader.remaining() > 0) {
    reader.skip(3);  // type, version
    const std::uint16_t epoch = reader.u16();
    const std::uint64_t sequence = (std::uint64_t{reader.u16()} << 32) | reader.u32();
    reader.skip(reader.u16());
    if (!reader.ok()) return;
    if (epoch == 1) next_sequence_ = std::max(next_sequence_, sequence + 1);
  }
}

int DatagramBio::read(BIO* bio, char* out, int size) {
  DatagramBio& s = self(bio);
  BIO_clear_retry_flags(bio);
  if (s.incoming_.empty() || size <= 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(s.incoming_.size(), static_cast<std::size_t>(size));
  std::memcpy(out, s.incoming_.data(), count);
  s.incoming_ = {};  // as recv does, the rest of a datagram is gone
  return static_cast<int>(count);
}

long DatagramBio::control(BIO* bio, int command, long, void* pointer) {
  DatagramBio& s = self(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_PENDING:
      return static_cast<long>(s.incoming_.size());
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return kMaxSentDatagram;
    case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT:
      // OpenSSL 3.0 and 3.1 hand out the address of the connection's own deadline here, zero when
      // no flight waits. It lives as long as the connection.
      s.timer_ = static_cast<timeval*>(pointer);
      s.timer_armed_ = s.timer_->tv_sec != 0 || s.timer_->tv_usec != 0;
      s.timer_started_ = s.timer_started_ || s.timer_armed_;
      return 1;
    default:
      return 0;
  }
}

void DatagramBio::expire_timer() {
#if OPENSSL_VERSION_NUMBER >= 0x30200000L
#error "OpenSSL 3.2 passes a copy of its deadline: find another way to feed it our time"
#endif
  if (timer_ != nullptr && timer_armed_) *timer_ = {.tv_sec = 1, .tv_usec = 0};
}

}  // namespace vv::rtc
