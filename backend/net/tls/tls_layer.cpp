#include "net/tls/tls_layer.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cerrno>
#include <limits>
#include <new>
#include <utility>

namespace vv::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kMostAtOnce = std::numeric_limits<int>::max();  // bytes

// What OpenSSL reads from and writes to. The handle is asked for at each call: once the socket is
// closed its number may be another's.
int handle_of(BIO* bio) { return static_cast<tcp::socket*>(BIO_get_data(bio))->native_handle(); }

int finish_call(BIO* bio, ssize_t count, int retry_flag) {
  BIO_clear_retry_flags(bio);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(count);
}

int read_socket(BIO* bio, char* into, int size) {
  const auto count = ::recv(handle_of(bio), into, static_cast<std::size_t>(size), MSG_DONTWAIT);
  return finish_call(bio, count, BIO_FLAGS_READ);
}

int write_socket(BIO* bio, const char* from, int size) {
  const auto count =
      ::send(handle_of(bio), from, static_cast<std::size_t>(size), MSG_DONTWAIT | MSG_NOSIGNAL);
  return finish_call(bio, count, BIO_FLAGS_WRITE);
}

long control_socket(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

const BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of the loop");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_create(made, create);
    BIO_meth_set_read(made, read_socket);
    BIO_meth_set_write(made, write_socket);
    BIO_meth_set_ctrl(made, control_socket);
    return made;
  }();
  return method;
}

int clamp_size(std::size_t size) { return static_cast<int>(std::min(size, kMostAtOnce)); }

}  // namespace

void TlsLayer::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsLayer::TlsLayer(tcp::socket& socket, asio::ssl::context& context)
    : socket_(socket), ssl_(SSL_new(context.native_handle())) {
  BIO* bio = ssl_ ? BIO_new(socket_method()) : nullptr;
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &socket_);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
  SSL_set_read_ahead(ssl_.get(), 1);
  SSL_set_accept_state(ssl_.get());
}

template <class Step>
void TlsLayer::drive(Step step, Completion done, bool at_once) {
  ERR_clear_error();
  const int result = step(ssl_.get());
  const int verdict = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
  if (verdict == SSL_ERROR_WANT_READ || verdict == SSL_ERROR_WANT_WRITE) {
    const auto what =
        verdict == SSL_ERROR_WANT_READ ? tcp::socket::wait_read : tcp::socket::wait_write;
    return socket_.async_wait(
        what, [this, step, last = std::move(done)](const error_code& error) mutable {
          if (error) return last(error);
          drive(step, std::move(last), false);
        });
  }
  error_code error;
  if (verdict == SSL_ERROR_ZERO_RETURN) error = asio::error::eof;
  if (verdict == SSL_ERROR_SSL || verdict == SSL_ERROR_SYSCALL) {
    error = asio::error::connection_aborted;
  }
  const std::size_t count = result > 0 ? static_cast<std::size_t>(result) : 0;
  if (!at_once) return done(error, count);
  // As of every asynchronous call, the answer never comes before the call has returned.
  asio::post(socket_.get_executor(),
             [error, count, last = std::move(done)]() mutable { last(error, count); });
}

void TlsLayer::shake_hands(Completion done) {
  drive([](ssl_st* ssl) { return SSL_do_handshake(ssl); }, std::move(done), true);
}

void TlsLayer::read(asio::mutable_buffer into, Completion done) {
  drive([into](ssl_st* ssl) { return SSL_read(ssl, into.data(), clamp_size(into.size())); },
        std::move(done), true);
}

void TlsLayer::write(asio::const_buffer from, Completion done) {
  drive([from](ssl_st* ssl) { return SSL_write(ssl, from.data(), clamp_size(from.size())); },
        std::move(done), true);
}

void TlsLayer::say_goodbye(Completion done) {
  // 0: ours is sent, the peer's has not come.
  drive(
      [](ssl_st* ssl) {
        const int result = SSL_shutdown(ssl);
        return result == 0 ? 1 : result;
      },
      std::move(done), true);
}

}  // namespace vv::net
