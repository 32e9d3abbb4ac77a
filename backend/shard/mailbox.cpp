#include "shard/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace vv::shard {

Result<std::unique_ptr<Mailbox>> Mailbox::create() {
  auto mailbox = std::make_unique<Mailbox>();
  mailbox->event_ = net::FileDescriptor{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  if (!mailbox->event_.valid()) return unavailable("cannot make an eventfd");
  return mailbox;
}

bool Mailbox::post(sfu::Command command) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kCapacity) return false;
    first = waiting_.empty();
    waiting_.push_back(std::move(command));
  }
  if (first) wake();
  return true;
}

bool Mailbox::post(TcpArrival arrival) {
  {
    const std::lock_guard lock(mutex_);
    if (arrivals_.size() >= kMaxArrivals) return false;
    arrivals_.push_back(std::move(arrival));
  }
  wake();
  return true;
}

void Mailbox::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
}

void Mailbox::take(std::vector<sfu::Command>& into) {
  eventfd_t count = 0;
  eventfd_read(event_.get(), &count);
  into.clear();
  const std::lock_guard lock(mutex_);
  into.swap(waiting_);
}

std::vector<TcpArrival> Mailbox::take_arrivals() {
  const std::lock_guard lock(mutex_);
  return std::exchange(arrivals_, {});
}

bool Mailbox::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Mailbox::wake() { eventfd_write(event_.get(), 1); }

}  // namespace vv::shard
