#pragma once

#include <boost/system/error_code.hpp>
#include <concepts>
#include <cstddef>
#include <memory>
#include <utility>

namespace vv::net {

/// Whatever waits for a read or a write: one type for every handler.
class Completion {
 public:
  template <class Handler>
    requires(!std::same_as<Handler, Completion>)
  explicit Completion(Handler handler)
      : held_(std::make_unique<Held<Handler>>(std::move(handler))) {}

  void operator()(boost::system::error_code error, std::size_t count = 0) {
    Base& base = *held_;
    base.finish(std::move(held_), error, count);
  }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual void finish(std::unique_ptr<Base> self, boost::system::error_code error,
                        std::size_t count) = 0;
  };
  template <class Handler>
  struct Held final : Base {
    explicit Held(Handler h) : handler(std::move(h)) {}
    void finish(std::unique_ptr<Base> self, boost::system::error_code error,
                std::size_t count) override {
      Handler last = std::move(handler);
      self.reset();  // before the call, which starts the next one and can have this memory
      last(error, count);
    }
    Handler handler;
  };
  std::unique_ptr<Base> held_;
};

}  // namespace vv::net
