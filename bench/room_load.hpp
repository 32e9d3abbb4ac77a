#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/room_tokens.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "testing/socket_browser.hpp"

namespace vv::bench {

class RoomLoad;

/// One participant of a room as a client is one: a signal socket, a transport, data channels, and
/// packets that count as a voice and a picture. Nothing is encoded or decoded.
class RoomClient {
 public:
  struct Options {
    std::string room;
    std::string identity;
    bool publishes = false;  ///< a voice and a picture
  };
  /// When each step was reached; never before.
  struct Times {
    Instant asked = Instant::never();
    Instant told = Instant::never();          ///< who is there
    Instant connected = Instant::never();     ///< ICE and DTLS
    Instant active = Instant::never();        ///< others see it as such
    Instant first_packet = Instant::never();  ///< of anybody
    Instant first_frame = Instant::never();   ///< the last packet of a first whole key frame
  };
  ~RoomClient();
  RoomClient(const RoomClient&) = delete;
  RoomClient& operator=(const RoomClient&) = delete;

  [[nodiscard]] const Times& times() const { return times_; }
  [[nodiscard]] std::size_t messages() const { return messages_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t answer_bytes() const { return answer_bytes_; }
  [[nodiscard]] std::size_t packets() const { return packets_; }
  /// From now on the kernel drops what comes, which costs the server what it costs towards another
  /// machine: nothing for waking somebody here.
  void stop_listening();
  /// Says goodbye.
  void leave();

 private:
  friend class RoomLoad;
  RoomClient(RoomLoad& load, Options options);
  void read();
  void on_frame(std::uint8_t opcode, std::string_view payload);
  void on_message(std::string_view payload);
  void on_answer(const std::string& sdp);
  void on_rtp(Bytes packet);
  void send_frame(std::uint8_t opcode, std::string_view payload);
  void send_media(Instant now);
  void step();
  [[nodiscard]] std::string join_request() const;
  [[nodiscard]] std::string offer() const;

  RoomLoad& load_;
  Options options_;
  rtc::IceCredentials ice_;
  Times times_;
  int file_ = -1;
  bool upgraded_ = false;
  bool left_ = false;
  std::string in_;
  std::string sid_;
  std::unique_ptr<testing::SocketBrowser> browser_;
  bool channels_asked_ = false;
  bool listening_ = true;
  std::size_t messages_ = 0;
  std::size_t bytes_ = 0;
  std::size_t answer_bytes_ = 0;
  std::size_t packets_ = 0;
  std::optional<std::uint32_t> key_frame_;  // its timestamp, while it comes

  // What a publisher sends.
  Instant next_voice_;
  Instant next_picture_;
  std::uint16_t voice_seq_ = 0;
  std::uint16_t picture_seq_ = 0;
  std::uint16_t picture_ = 0;
  bool key_wanted_ = true;
};

/// Any number of participants on the calling thread.
class RoomLoad {
 public:
  explicit RoomLoad(std::uint16_t port);
  ~RoomLoad();
  RoomLoad(const RoomLoad&) = delete;
  RoomLoad& operator=(const RoomLoad&) = delete;

  /// Begins to join.
  RoomClient& open(RoomClient::Options options);
  void close(RoomClient& client);
  /// Ends the program when that takes longer than a minute.
  void run_until(const std::function<bool()>& done);
  void run_for(Duration length);

 private:
  friend class RoomClient;
  void turn();
  void watch(int file, void* tagged) const;

  std::uint16_t port_;
  int epoll_ = -1;
  SystemRandom random_;
  identity::RoomTokens tokens_;
  std::unique_ptr<rtc::DtlsIdentity> identity_;
  std::string scratch_;
  Instant next_sweep_;
  std::vector<std::unique_ptr<RoomClient>> clients_;
};

}  // namespace vv::bench
