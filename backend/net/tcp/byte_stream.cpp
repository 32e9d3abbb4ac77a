#include "net/tcp/byte_stream.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "net/tls/tls_layer.hpp"

namespace vv::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kTlsRecord = 16 * 1024;  // bytes

/// Reads and drops until the peer has closed.
class Drain {
 public:
  Drain(tcp::socket& socket, Completion done) : socket_(socket), done_(std::move(done)) {}

  void operator()(error_code error, std::size_t) {
    if (error) return done_({});
    const auto into = asio::buffer(sink_);
    socket_.async_read_some(into, std::move(*this));
  }

 private:
  tcp::socket& socket_;
  Completion done_;
  std::vector<char> sink_ = std::vector<char>(4096);
};

/// Several buffers as one record's worth of bytes.
std::vector<char> joined(const std::array<asio::const_buffer, 4>& buffers) {
  std::vector<char> out(std::min(asio::buffer_size(buffers), kTlsRecord));
  asio::buffer_copy(asio::buffer(out), buffers);
  return out;
}

}  // namespace

struct ByteStream::State {
  State(EventLoop& l, tcp::socket s) : loop(l), socket(std::move(s)) {}
  State(EventLoop& l, tcp::socket s, asio::ssl::context& context)
      : loop(l), socket(std::move(s)), tls(std::in_place, socket, context) {}

  EventLoop& loop;
  tcp::socket socket;
  std::optional<TlsLayer> tls;
  std::optional<Timer> deadline;

  // What `send_now` began and the kernel had no room for, and the write that came meanwhile.
  struct Rest {
    std::string bytes;
    std::size_t sent = 0;
    Gathered parked;
    std::optional<Completion> parked_done;
  };
  std::unique_ptr<Rest> rest;
  int writes = 0;  // under way

  void write_plain(const Gathered& buffers, Completion done) {
    ++writes;
    socket.async_write_some(
        buffers, [this, last = std::move(done)](error_code error, std::size_t count) mutable {
          --writes;
          last(error, count);
        });
  }

  void flush(Completion done) {
    const auto left = asio::buffer(rest->bytes) + rest->sent;
    socket.async_write_some(
        asio::const_buffer(left),
        [this, last = std::move(done)](error_code error, std::size_t count) mutable {
          rest->sent += count;
          if (!error && rest->sent < rest->bytes.size()) return flush(std::move(last));
          const std::unique_ptr<Rest> flushed = std::move(rest);
          if (flushed->parked_done && error) {
            (*flushed->parked_done)(error);
          } else if (flushed->parked_done) {
            write_plain(flushed->parked, *std::move(flushed->parked_done));
          }
          last(error);
        });
  }
};

ByteStream::ByteStream(EventLoop& loop, tcp::socket socket)
    : state_(std::make_unique<State>(loop, std::move(socket))) {}
ByteStream::ByteStream(EventLoop& loop, tcp::socket socket, asio::ssl::context& tls)
    : state_(std::make_unique<State>(loop, std::move(socket), tls)) {}
ByteStream::~ByteStream() = default;
ByteStream::ByteStream(ByteStream&&) noexcept = default;
ByteStream& ByteStream::operator=(ByteStream&&) noexcept = default;

ByteStream::executor_type ByteStream::get_executor() { return state_->socket.get_executor(); }
bool ByteStream::is_tls() const { return state_->tls.has_value(); }

void ByteStream::expires_after(Duration limit) {
  State* state = state_.get();
  if (!state->deadline) state->deadline.emplace(state->loop);
  state->deadline->start(limit, [state] {
    error_code ignored;
    state->socket.close(ignored);
  });
}

void ByteStream::expires_never() { state_->deadline.reset(); }

void ByteStream::close() {
  error_code ignored;
  state_->socket.close(ignored);
}

void ByteStream::read(asio::mutable_buffer into, Completion done) {
  if (!state_->tls) return state_->socket.async_read_some(into, std::move(done));
  if (into.size() == 0) return complete(std::move(done));
  state_->tls->read(into, std::move(done));
}

void ByteStream::write(const Gathered& buffers, Completion done) {
  if (state_->rest != nullptr) {
    VV_CHECK(!state_->rest->parked_done, "one write at a time");
    state_->rest->parked = buffers;
    state_->rest->parked_done = std::move(done);
    return;
  }
  if (!state_->tls) return state_->write_plain(buffers, std::move(done));
  if (buffers[0].size() == 0) return complete(std::move(done));
  if (buffers[1].size() == 0) return state_->tls->write(buffers[0], std::move(done));
  // One by one, a frame's head would be a record of its own.
  std::vector<char> record = joined(buffers);
  const auto bytes = asio::buffer(record);
  state_->tls->write(
      bytes, Completion([kept = std::move(record), last = std::move(done)](
                            error_code error, std::size_t count) mutable { last(error, count); }));
}

bool ByteStream::send_now(asio::const_buffer head, asio::const_buffer body) {
  if (state_->tls || state_->writes > 0 || state_->rest != nullptr) return false;
  std::array<iovec, 2> pieces{{{const_cast<void*>(head.data()), head.size()},
                               {const_cast<void*>(body.data()), body.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  const ssize_t taken =
      ::sendmsg(state_->socket.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (taken <= 0) return false;  // a broken connection is found by the usual write
  const auto sent = static_cast<std::size_t>(taken);
  if (sent == head.size() + body.size()) return true;
  state_->rest = std::make_unique<State::Rest>();
  std::string& bytes = state_->rest->bytes;
  bytes.resize(head.size() + body.size() - sent);
  const std::array<asio::const_buffer, 2> left{head + sent,
                                               body + (sent - std::min(sent, head.size()))};
  asio::buffer_copy(asio::buffer(bytes), left);
  return true;
}

bool ByteStream::has_unsent() const { return state_->rest != nullptr; }

void ByteStream::flush(Completion done) {
  if (state_->rest == nullptr) return complete(std::move(done));
  state_->flush(std::move(done));
}

void ByteStream::shake_hands(Completion done) {
  if (!state_->tls) return complete(std::move(done));
  state_->tls->shake_hands(std::move(done));
}

void ByteStream::finish(Completion done) {
  auto end = [socket = &state_->socket, last = std::move(done)](error_code, std::size_t) mutable {
    error_code ignored;
    socket->shutdown(asio::socket_base::shutdown_send, ignored);
    Drain(*socket, std::move(last))({}, 0);
  };
  if (state_->tls) return state_->tls->say_goodbye(Completion(std::move(end)));
  end({}, 0);
}

/// There is nothing to do, which is said a turn later as of every asynchronous call.
void ByteStream::complete(Completion done) {
  asio::post(get_executor(), [last = std::move(done)]() mutable { last({}); });
}

}  // namespace vv::net
