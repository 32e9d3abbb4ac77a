#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/bytes.hpp"
#include "rtc/sctp/packet.hpp"

namespace vv::rtc::sctp {

/// A whole message as it came in.
struct InMessage {
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
  ByteVector bytes;
};

/// What one association received: which TSNs, and the messages they make.
///
/// Pieces of a message have consecutive TSNs, so messages are put together in TSN order; one that
/// fits a single chunk and whose turn it is on its stream does not wait for other streams' gaps.
/// Bounds: kMaxBytes and kMaxChunks waiting (threat-model M18), one message in the making.
class ReceiveQueue {
 public:
  static constexpr std::size_t kMaxBytes = 1024 * 1024;
  static constexpr std::size_t kMaxChunks = 2'048;
  static constexpr std::size_t kChunkCost = 64;  ///< what the smallest chunk counts for
  static constexpr std::size_t kMaxGaps = 64;    ///< reported at once

  enum class Outcome : std::uint8_t {
    Accepted,
    Duplicate,
    NoRoom,  ///< dropped; the peer sends it again
    TooBig,  ///< a message past kMaxMessageIn: the association must end
  };

  /// Forgets everything; the peer's first TSN will be `initial_tsn`.
  void start(std::uint32_t initial_tsn);
  [[nodiscard]] Outcome receive(const DataChunk& chunk);
  /// The peer gave up everything up to there (RFC 3758 §3.6).
  void forward(const ForwardTsnChunk& chunk);
  /// The peer starts numbering this stream's messages at 0 again (RFC 6525 §5.2.2).
  void reset_stream(std::uint16_t stream);

  [[nodiscard]] std::optional<InMessage> poll();
  [[nodiscard]] std::uint32_t cumulative_tsn() const {
    return static_cast<std::uint32_t>(cumulative_);
  }
  [[nodiscard]] bool has_gaps() const { return !waiting_.empty(); }
  /// Whether everything up to `tsn` is here.
  [[nodiscard]] bool has_reached(std::uint32_t tsn) const;
  [[nodiscard]] std::uint32_t window() const;
  /// Writes the gap blocks, at most kMaxGaps, into `out`; how many.
  std::size_t gaps(std::array<GapBlock, kMaxGaps>& out) const;

 private:
  struct Waiting {
    DataChunk head;  ///< its payload is unset
    ByteVector bytes;
    bool is_delivered = false;
  };
  [[nodiscard]] std::uint64_t widen(std::uint32_t tsn) const;
  [[nodiscard]] bool is_its_turn(const DataChunk& chunk) const;
  void deliver(const DataChunk& head, ByteVector bytes);
  [[nodiscard]] bool append(const DataChunk& head, Bytes payload);
  [[nodiscard]] bool advance();
  void forget(std::map<std::uint64_t, Waiting>::iterator it);

  std::uint64_t cumulative_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;  ///< beyond the cumulative TSN
  std::size_t waiting_cost_ = 0;
  std::map<std::uint16_t, std::uint16_t> next_ssn_;  ///< absent: 0
  std::deque<InMessage> messages_;
  DataChunk partial_;  ///< head of the message in the making
  ByteVector partial_bytes_;
  bool has_partial_ = false;
};

}  // namespace vv::rtc::sctp
