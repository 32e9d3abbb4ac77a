#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rtc/transport_address.hpp"
#include "sfu/ids.hpp"

namespace vv::sfu {
class Room;
}

namespace vv::shard {

/// Whose a datagram is.
struct Route {
  sfu::Room* room = nullptr;
  sfu::TransportId transport;
};

/// Finds a transport by the path its datagrams come over, or by the ufrag a check names.
///
/// Owns:    a flat hash table of validated paths (open addressing, one cache line a look-up), and
///          the live ufrags.
/// Bounds:  what live transports have: rtc bounds paths, the room bounds transports.
class RouteTable {
 public:
  RouteTable();

  void add_ufrag(std::string ufrag, const Route& route);
  void add_path(const rtc::Path& path, const Route& route);
  void remove_path(const rtc::Path& path);
  /// All paths and ufrags of a transport.
  void remove_transport(sfu::TransportId transport);

  [[nodiscard]] const Route* find(const rtc::Path& path) const noexcept;
  [[nodiscard]] const Route* find_ufrag(std::string_view ufrag) const noexcept;
  [[nodiscard]] std::size_t paths() const { return used_; }

 private:
  struct Slot {
    rtc::Path path;
    Route route;  // no room: free
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  [[nodiscard]] std::size_t index_of(const rtc::Path& path) const noexcept;
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  std::unordered_map<std::string, Route, TextHash, std::equal_to<>> ufrags_;
};

}  // namespace vv::shard
