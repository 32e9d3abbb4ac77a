#include "net/tls/context.hpp"

#include <boost/asio/ssl/context.hpp>

#include "base/format.hpp"

namespace vv::net {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> make_tls_context(const TlsFiles& files) {
  // Shared by the connections, each of which may outlive the server by one turn of the loop.
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(ssl::context::default_workarounds | ssl::context::no_tlsv1 |
                           ssl::context::no_tlsv1_1 | ssl::context::no_compression |
                           SSL_OP_NO_RENEGOTIATION,
                       error);
  if (error) return internal(format("TLS cannot be set up: {}", error.message()));
  context->use_certificate_chain_file(files.certificate, error);
  if (error) {
    return invalid(
        format("the certificate {} cannot be used: {}", files.certificate, error.message()));
  }
  context->use_private_key_file(files.key, ssl::context::pem, error);
  if (error) {
    return invalid(format("the key {} cannot be used: {}", files.key, error.message()));
  }
  return context;
}

}  // namespace vv::net
