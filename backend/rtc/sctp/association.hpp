#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::rtc::sctp {

/// Which half of the stream numbers is ours (RFC 8832 §6): the DTLS client's are even.
enum class Role : std::uint8_t { DtlsClient, DtlsServer };

struct Options {
  Role role = Role::DtlsServer;
  std::uint16_t local_port = 5000;
  std::uint16_t remote_port = 5000;
  /// Bytes of one SCTP packet, header included; what fits a DTLS record in a 1,280-byte path.
  std::size_t max_packet = 1'190;
  Random* random = nullptr;  ///< must outlive the association
};

/// How one channel delivers (RFC 8832 §5.1). At most one of the two limits is set.
struct ChannelOptions {
  bool ordered = true;
  std::optional<std::uint16_t> max_retransmits;
  std::optional<std::uint16_t> max_lifetime_ms;
  std::string protocol;
};

struct ChannelOpened {  ///< usable now: announced by the peer, or opened by us and acknowledged
  std::uint16_t stream = 0;
  std::string label;
  ChannelOptions options;
  bool by_peer = false;
};
struct ChannelMessage {
  std::uint16_t stream = 0;
  bool binary = true;
  ByteVector bytes;
};
struct ChannelClosed {
  std::uint16_t stream = 0;
};
struct Closed {             ///< the association is over; nothing follows
  std::string_view reason;  ///< a constant
};
using Event = std::variant<ChannelOpened, ChannelMessage, ChannelClosed, Closed>;

// threat-model.md M18
inline constexpr std::size_t kMaxMessageIn = 64 * 1024;
inline constexpr std::size_t kMaxMessageOut = 256 * 1024;
inline constexpr std::size_t kMaxStreams = 1'024;
inline constexpr std::size_t kMaxBuffered =
    2 * 1024 * 1024;  ///< outgoing bytes waiting, all channels

enum class SendError : std::uint8_t { NoChannel, TooBig, BufferFull, NotConnected };

/// Data channels over one DTLS connection: SCTP (RFC 9260 as RFC 8831 profiles it, with RFC 3758
/// partial reliability and RFC 6525 stream reset) and DCEP (RFC 8832), as bytes and time.
///
/// Owns:    streams, what waits to be sent or acknowledged, what waits for its missing pieces.
/// Not its: DTLS; paths (there is one); what messages mean.
/// Bounds:  kMaxStreams, kMaxBuffered; received and undelivered ≤ 1 MiB and 2,048 chunks.
///
/// After every call drain `poll_packet` and `poll_event` until they yield nothing.
class SctpAssociation {
 public:
  [[nodiscard]] static SctpAssociation create(const Options& options);
  ~SctpAssociation();
  SctpAssociation(SctpAssociation&&) noexcept;
  SctpAssociation& operator=(SctpAssociation&&) noexcept;

  /// Sends INIT. Both sides may; a collision ends in one association (RFC 9260 §5.2).
  void connect(Instant now) noexcept;
  [[nodiscard]] bool is_connected() const noexcept;

  void handle_packet(Instant now, Bytes packet) noexcept;
  void handle_timeout(Instant now) noexcept;
  [[nodiscard]] Instant next_timeout() const noexcept;
  /// Writes one packet into `out` (at least `Options::max_packet` bytes) and returns its size.
  [[nodiscard]] std::optional<std::size_t> poll_packet(Instant now, MutableBytes out) noexcept;
  [[nodiscard]] std::optional<Event> poll_event() noexcept;

  /// Announces a channel and returns its stream; messages may be sent at once, `ChannelOpened`
  /// follows when the peer has acknowledged. Before the association stands it waits for it.
  [[nodiscard]] Result<std::uint16_t, SendError> open(std::string_view label,
                                                      const ChannelOptions& options) noexcept;
  [[nodiscard]] Result<void, SendError> send(std::uint16_t stream, Bytes message,
                                             bool binary) noexcept;
  /// Resets our direction of the stream (RFC 6525); `ChannelClosed` follows when the peer has too.
  void close(std::uint16_t stream) noexcept;
  /// Bytes accepted for a stream and not yet acknowledged.
  [[nodiscard]] std::size_t buffered(std::uint16_t stream) const noexcept;
  /// Tells the peer that it is over (ABORT) and ends.
  void abort() noexcept;

 private:
  class Core;
  explicit SctpAssociation(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace vv::rtc::sctp
