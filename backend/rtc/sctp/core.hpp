#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rtc/sctp/association.hpp"
#include "rtc/sctp/dcep.hpp"
#include "rtc/sctp/packet.hpp"
#include "rtc/sctp/receive_queue.hpp"
#include "rtc/sctp/retransmission_timer.hpp"
#include "rtc/sctp/send_queue.hpp"

namespace vv::rtc::sctp {

/// The association's states and what they answer; the queues do the rest.
/// core.cpp: packets in. core_output.cpp: packets out, timers. core_channels.cpp: channels and
/// resets.
class SctpAssociation::Core {
 public:
  explicit Core(const Options& options);

  void connect(Instant now);
  [[nodiscard]] bool is_connected() const { return state_ == State::Established; }
  void handle_packet(Instant now, Bytes bytes);
  void handle_timeout(Instant now);
  [[nodiscard]] Instant next_timeout() const;
  [[nodiscard]] std::optional<std::size_t> poll_packet(Instant now, MutableBytes out);
  [[nodiscard]] std::optional<Event> poll_event();

  [[nodiscard]] Result<std::uint16_t, SendError> open(std::string_view label,
                                                      const ChannelOptions& options);
  [[nodiscard]] Result<void, SendError> send(std::uint16_t stream, Bytes message, bool binary);
  void close(std::uint16_t stream);
  [[nodiscard]] std::size_t buffered(std::uint16_t stream) const { return out_.buffered(stream); }
  void abort();

 private:
  enum class State : std::uint8_t {
    Idle,
    CookieWait,
    CookieEchoed,
    Established,
    ShuttingDown,
    Ended
  };
  enum class ChannelState : std::uint8_t {
    Opening,  ///< announced by us, not acknowledged: everything goes in order (RFC 8832 §6)
    Open,
    Closing,     ///< our direction is to be reset
    HalfClosed,  ///< our direction is reset, the peer's not yet
  };
  struct Channel {
    ChannelState state = ChannelState::Open;
    bool peer_has_reset = false;
    std::string label;  ///< until acknowledged
    ChannelOptions options;
  };
  struct Peer {
    std::uint32_t tag = 0;
    std::uint32_t initial_tsn = 0;
    std::uint32_t window = 0;
    std::uint16_t streams = 0;  ///< that we may use
    bool forward_tsn = false;
    bool reconfig = false;
    bool operator==(const Peer&) const = default;
  };

  // core.cpp
  void handle_chunk(Instant now, const Chunk& chunk);
  void on_init(const Chunk& chunk);
  void on_init_ack(Instant now, const Chunk& chunk);
  void on_cookie_echo(const Chunk& chunk);
  void on_cookie_ack();
  void on_data(const Chunk& chunk);
  void on_forward_tsn(const Chunk& chunk);
  void on_heartbeat(const Chunk& chunk);
  void on_shutdown();
  void on_received(Instant now);
  void establish();
  void adopt(const Peer& peer);
  void end(std::string_view reason);
  [[nodiscard]] static Peer peer_of(const InitChunk& init);

  // core_output.cpp
  [[nodiscard]] std::size_t write_own_packet(MutableBytes out);
  void write_control(Instant now, PacketWriter& packet);
  void write_sack(PacketWriter& packet);
  void write_resets(Instant now, PacketWriter& packet);
  [[nodiscard]] ByteVector init_body(bool with_cookie, const Peer& peer) const;

  // core_channels.cpp
  void on_message(InMessage message);
  void on_dcep(const InMessage& message);
  void on_reconfig(const Chunk& chunk);
  void on_outgoing_reset(Bytes parameter);
  void on_reset_response(Bytes parameter);
  void on_stream_reset_by_peer(std::uint16_t stream);
  void finish_close(std::uint16_t stream);
  void push_dcep(std::uint16_t stream, ByteVector message);
  [[nodiscard]] std::vector<std::uint16_t> streams_to_reset() const;

  Options options_;
  Instant latest_{};  ///< the last `now`; for calls that bring none
  State state_ = State::Idle;
  std::uint32_t own_tag_ = 0;
  std::uint32_t own_initial_tsn_ = 0;
  std::uint64_t cookie_key_ = 0;  ///< tells our cookies from others
  Peer peer_;
  RetransmissionTimer handshake_timer_;
  unsigned handshake_attempts_ = 0;

  // To be sent.
  bool init_due_ = false;
  bool cookie_echo_due_ = false;
  bool cookie_ack_due_ = false;
  bool abort_due_ = false;
  bool shutdown_ack_due_ = false;
  bool sack_due_ = false;
  std::optional<Peer> init_ack_due_;
  ByteVector cookie_;     ///< the peer's, to echo
  ByteVector heartbeat_;  ///< to answer
  Instant sack_at_ = Instant::never();
  unsigned unacknowledged_packets_ = 0;
  std::vector<std::uint32_t> duplicates_;

  ReceiveQueue in_;
  SendQueue out_;

  std::map<std::uint16_t, Channel> channels_;
  std::uint32_t next_reset_sequence_ = 0;       ///< of our requests
  std::vector<std::uint16_t> reset_in_flight_;  ///< streams of our request that awaits its response
  std::uint32_t reset_last_tsn_ = 0;
  bool reset_due_ = false;
  RetransmissionTimer reset_timer_;
  std::uint32_t peer_reset_sequence_ = 0;  ///< the next we expect
  struct ResetResponse {
    std::uint32_t sequence = 0;
    ResetResult result = ResetResult::NothingToDo;
  };
  std::optional<ResetResponse> reset_response_due_;
  std::optional<ResetResponse> last_reset_response_;

  std::deque<Event> events_;
};

}  // namespace vv::rtc::sctp
