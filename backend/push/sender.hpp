#pragma once

#include <functional>
#include <memory>
#include <string>

#include "push/p256_key.hpp"
#include "push/push_queue.hpp"

namespace vv::net {
class EventLoop;
}

namespace vv::push {

/// Hands messages to the push services of browsers (RFC 8030), sealed for each (RFC 8291) and
/// signed by this server (RFC 8292); again until they are taken or of no use (push_queue.hpp).
///
/// Owns:    the queue. Lives in memory: what waits is lost with the process, and so is a ring's
/// use. Thread:  the front loop.
class Sender {
 public:
  struct Options {
    std::string contact;  ///< `mailto:` or `https:` of whoever runs this server; may be empty
    Reach reach = Reach::Public;
    std::function<void(std::string device)> on_gone;  ///< its subscription is to be forgotten
  };
  Sender(net::EventLoop& loop, P256Key key, Options options);
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  void send(Order order);

 private:
  struct State;
  std::shared_ptr<State> state_;  // also of what is on its way
};

}  // namespace vv::push
