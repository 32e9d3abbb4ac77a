#include "net/interfaces.hpp"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <cstring>

#include "net/socket_address.hpp"

namespace vv::net {
namespace {

bool is_link_local(const Endpoint& e) {
  if (e.is_v4()) return e.address[12] == 169 && e.address[13] == 254;
  return e.address[0] == 0xFE && (e.address[1] & 0xC0) == 0x80;
}

}  // namespace

std::vector<Endpoint> local_addresses() {
  std::vector<Endpoint> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0) continue;
    const int family = entry->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    sockaddr_storage address{};
    std::memcpy(&address, entry->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    Endpoint endpoint = from_kernel(address);
    endpoint.port = 0;
    if (is_link_local(endpoint)) continue;
    if (std::find(found.begin(), found.end(), endpoint) == found.end()) found.push_back(endpoint);
  }
  freeifaddrs(list);
  std::stable_partition(found.begin(), found.end(),
                        [](const Endpoint& e) { return !e.is_loopback(); });
  return found;
}

}  // namespace vv::net
