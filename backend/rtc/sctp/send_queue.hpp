#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/sctp/packet.hpp"
#include "rtc/sctp/retransmission_timer.hpp"

namespace vv::rtc::sctp {

struct OutMessage {
  std::uint32_t ppid = 0;
  bool unordered = false;
  std::optional<std::uint16_t> max_retransmits;
  Instant expires = Instant::never();
  ByteVector bytes;  ///< not empty
};

/// What one association sends: messages waiting, pieces not yet acknowledged, and how fast they may
/// go (RFC 9260 §6 and §7, RFC 3758).
///
/// Owns:    TSNs, stream sequence numbers, the congestion window, the retransmission timer.
/// Bounds:  kMaxOutstanding pieces in flight; the owner bounds what is pushed.
class SendQueue {
 public:
  static constexpr std::size_t kMaxOutstanding = 2'048;

  struct Start {
    std::uint32_t initial_tsn = 0;
    std::uint32_t peer_window = 0;  ///< bytes
    std::size_t max_payload = 0;    ///< bytes of the largest DATA payload
    bool may_give_up = false;  ///< the peer knows FORWARD TSN; else all is sent until it arrives
  };
  void start(const Start& start);

  void push(std::uint16_t stream, OutMessage message);
  [[nodiscard]] std::size_t buffered() const { return buffered_; }
  [[nodiscard]] std::size_t buffered(std::uint16_t stream) const;
  /// Whether messages of this stream still wait for their first transmission.
  [[nodiscard]] bool has_unsent(std::uint16_t stream) const;
  /// Drops what waits and starts its numbers at 0 again.
  void reset_stream(std::uint16_t stream);
  [[nodiscard]] std::uint32_t last_assigned_tsn() const {
    return static_cast<std::uint32_t>(next_tsn_ - 1);
  }

  /// The next piece to send now that fits `room` bytes of chunk body, counted as sent; its payload
  /// is borrowed until the next call.
  [[nodiscard]] std::optional<DataChunk> next(Instant now, std::size_t room);
  void on_sack(Instant now, const SackChunk& sack);

  /// Body of a FORWARD TSN that is due, into `out`; 0 when none is.
  [[nodiscard]] std::size_t take_forward_tsn(Instant now, MutableBytes out);

  [[nodiscard]] Instant next_timeout() const { return timer_.deadline(); }
  void handle_timeout(Instant now);
  /// Timeouts in a row without a word from the peer.
  [[nodiscard]] unsigned silent_timeouts() const { return silent_timeouts_; }

 private:
  enum class State : std::uint8_t { InFlight, Lost, Acknowledged, Abandoned };
  struct Piece {
    DataChunk head;  ///< its payload is unset
    ByteVector bytes;
    std::uint64_t message = 0;
    std::optional<std::uint16_t> max_retransmits;
    Instant expires = Instant::never();
    Instant sent_at{};
    std::uint16_t times_sent = 0;
    std::uint8_t missing_reports = 0;
    State state = State::InFlight;
  };
  struct Queued {
    OutMessage message;
    std::uint64_t id = 0;
    std::size_t offset = 0;
    std::uint16_t ssn = 0;
  };
  struct Stream {
    std::deque<Queued> queue;
    std::uint16_t next_ssn = 0;
    std::size_t buffered = 0;
  };

  [[nodiscard]] std::uint64_t widen(std::uint32_t tsn) const;
  [[nodiscard]] std::optional<DataChunk> next_lost(Instant now, std::size_t room);
  [[nodiscard]] std::optional<DataChunk> next_new(Instant now, std::size_t room);
  [[nodiscard]] std::map<std::uint16_t, Stream>::iterator next_stream(Instant now);
  DataChunk cut(Instant now, std::uint16_t id, Stream& stream, std::size_t size);
  void release(const Piece& piece);
  void drop_front(Stream& stream);
  void on_lost(Instant now, std::size_t index);
  void abandon(std::size_t index);
  std::size_t acknowledge_to(Instant now, std::uint64_t cumulative);
  std::size_t apply_gaps(const SackChunk& sack, std::size_t& highest_new);
  void unacknowledge(Piece& piece);
  void grow_window(std::size_t acknowledged, std::size_t in_flight_before);
  void enter_fast_recovery();
  [[nodiscard]] std::size_t abandoned_prefix() const;
  void update_timer(Instant now, bool restart);

  std::map<std::uint16_t, Stream> streams_;
  std::deque<Piece> outstanding_;  ///< consecutive TSNs from acknowledged_ + 1
  std::uint64_t acknowledged_ = 0;
  std::uint64_t next_tsn_ = 1;
  std::uint64_t next_message_ = 0;
  std::size_t max_payload_ = 0;
  bool may_give_up_ = false;
  std::size_t buffered_ = 0;
  std::size_t queued_messages_ = 0;
  std::size_t in_flight_ = 0;  ///< bytes
  std::size_t lost_ = 0;       ///< pieces
  std::size_t window_ = 0;     ///< congestion window, bytes
  std::size_t threshold_ = 0;  ///< of slow start, bytes
  std::size_t partial_acknowledged_ = 0;
  std::size_t peer_window_ = 0;
  std::optional<std::uint64_t> recovery_end_;
  std::optional<std::uint16_t> current_;  ///< whose message is half sent
  std::uint16_t last_stream_ = 0;
  bool forward_due_ = false;
  unsigned silent_timeouts_ = 0;
  RetransmissionTimer timer_;
};

}  // namespace vv::rtc::sctp
