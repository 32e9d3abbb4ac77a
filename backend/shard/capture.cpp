#include "shard/capture.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vv::shard {
namespace {

constexpr std::uint32_t kMagic = 0xA1B2C3D4;  // microseconds; its byte order is the file's
constexpr std::uint32_t kLinkRaw = 101;       // IPv4 or IPv6 at once
constexpr std::uint32_t kSnapLength = 65'535;
constexpr std::size_t kRecordHead = 16;
constexpr std::size_t kIpv4 = 20;
constexpr std::size_t kIpv6 = 40;
constexpr std::size_t kUdp = 8;
constexpr std::uint8_t kProtocolUdp = 17;

std::uint16_t be16(std::size_t value) { return static_cast<std::uint16_t>(value); }

/// IP and UDP headers as they were, or would have been over UDP; without checksums.
std::size_t write_addresses(MutableBytes out, const rtc::TransportAddress& from,
                            const rtc::TransportAddress& to, std::size_t datagram) {
  const bool v4 = from.is_v4() && to.is_v4();
  const std::size_t ip = v4 ? kIpv4 : kIpv6;
  if (v4) {
    out[0] = 0x45;
    store_be16(&out[2], be16(kIpv4 + kUdp + datagram));
    out[8] = 64;
    out[9] = kProtocolUdp;
    std::copy_n(from.ip().data(), 4, &out[12]);
    std::copy_n(to.ip().data(), 4, &out[16]);
  } else {
    out[0] = 0x60;
    store_be16(&out[4], be16(kUdp + datagram));
    out[6] = kProtocolUdp;
    out[7] = 64;
    std::copy_n(from.mapped_ip().data(), 16, &out[8]);
    std::copy_n(to.mapped_ip().data(), 16, &out[24]);
  }
  store_be16(&out[ip], from.port());
  store_be16(&out[ip + 2], to.port());
  store_be16(&out[ip + 4], be16(kUdp + datagram));
  return ip + kUdp;
}

}  // namespace

ByteVector Capture::file_header() {
  ByteVector out(24);
  store_be32(&out[0], kMagic);
  store_be16(&out[4], 2);
  store_be16(&out[6], 4);
  store_be32(&out[16], kSnapLength);
  store_be32(&out[20], kLinkRaw);
  return out;
}

std::size_t Capture::header_of(Bytes datagram) {
  if (datagram.empty()) return 0;
  std::size_t header = 0;
  if (datagram[0] <= 3) {
    header = 20;  // STUN: what follows has names
  } else if (datagram[0] < 128) {
    header = 13;  // one DTLS record's
  } else if (datagram.size() < 2 || (datagram[1] >= 192 && datagram[1] <= 223)) {
    header = 8;  // RTCP: kind, length and sender; the rest is encrypted
  } else {
    header = 12 + 4 * std::size_t{datagram[0] & 0x0FU};
    const bool extended = (datagram[0] & 0x10) != 0 && datagram.size() >= header + 4;
    if (extended) header += 4 + 4 * std::size_t{load_be16(&datagram[header + 2])};
  }
  return std::min(header, datagram.size());
}

void Capture::add(Instant now, const rtc::TransportAddress& from, const rtc::TransportAddress& to,
                  Bytes datagram) {
  std::array<std::uint8_t, kRecordHead + kIpv6 + kUdp> head{};
  const std::size_t kept = header_of(datagram);
  if (written_ + head.size() + kept > kMaxBytes) return;
  const std::size_t addresses =
      write_addresses(MutableBytes{head}.subspan(kRecordHead), from, to, datagram.size());
  const auto micros = static_cast<std::uint64_t>(start_wall_.value) * 1000 +
                      static_cast<std::uint64_t>((now - start_).as_nanos() / 1000);
  store_be32(head.data(), static_cast<std::uint32_t>(micros / 1'000'000));
  store_be32(&head[4], static_cast<std::uint32_t>(micros % 1'000'000));
  store_be32(&head[8], static_cast<std::uint32_t>(addresses + kept));
  store_be32(&head[12], static_cast<std::uint32_t>(addresses + datagram.size()));
  const Bytes used = Bytes{head}.first(kRecordHead + addresses);
  records_.insert(records_.end(), used.begin(), used.end());
  records_.insert(records_.end(), datagram.begin(),
                  datagram.begin() + static_cast<std::ptrdiff_t>(kept));
  written_ += used.size() + kept;
}

ByteVector Capture::take() { return std::exchange(records_, {}); }

}  // namespace vv::shard
