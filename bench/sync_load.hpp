#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vv::bench {

class SyncLoad;

/// One sync socket, speaking the Convex protocol (docs/protocols/convex.md) as the client does.
class SyncClient {
 public:
  ~SyncClient();
  SyncClient(const SyncClient&) = delete;
  SyncClient& operator=(const SyncClient&) = delete;

  /// Every message, as text.
  std::function<void(std::string_view)> on_text;

  /// Asks for live queries. @param arguments  JSON of the one argument, one a query
  void watch(std::string_view path, const std::vector<std::string>& arguments);
  /// @return its request id; ids count from 0
  std::uint64_t mutate(std::string_view path, std::string_view argument);
  void close();

 private:
  friend class SyncLoad;
  SyncClient() = default;
  void send(std::string_view text);
  void flush();
  void take(std::string_view bytes);

  int file_ = -1;
  std::string in_;   // of a frame that has not come whole
  std::string out_;  // sent together when the bytes that came have been handled
  bool handling_ = false;
  std::uint64_t next_request_ = 0;
};

/// Any number of sockets on the calling thread: the load generator.
class SyncLoad {
 public:
  explicit SyncLoad(std::uint16_t port);
  ~SyncLoad();
  SyncLoad(const SyncLoad&) = delete;
  SyncLoad& operator=(const SyncLoad&) = delete;

  /// Connects and says who it is; nobody, without a token.
  SyncClient& open(const std::string& token = {});
  /// Handles what comes until `done` says so. Ends the program when that takes half a minute.
  void run_until(const std::function<bool()>& done);
  void run_for(Duration length);
  [[nodiscard]] const std::vector<std::unique_ptr<SyncClient>>& clients() const { return clients_; }

 private:
  void poll(Duration wait);

  std::uint16_t port_;
  int epoll_ = -1;
  std::string scratch_;
  std::vector<std::unique_ptr<SyncClient>> clients_;
};

}  // namespace vv::bench
