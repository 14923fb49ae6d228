#include "http/server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace muster::http {

namespace {

std::string last_tls_error() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

} // namespace

result<void> tls_context::load() {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> fresh{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!fresh)
    return fail(error_code::internal, "TLS is not available: " + last_tls_error());
  SSL_CTX_set_min_proto_version(fresh.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(fresh.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                       SSL_OP_IGNORE_UNEXPECTED_EOF |
                                       SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Partial writes and a moving buffer because output is kept in strings that grow; released
  // buffers because a parked connection would keep 34 KB otherwise.
  SSL_CTX_set_mode(fresh.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  if (SSL_CTX_use_certificate_chain_file(fresh.get(), certificate_.c_str()) != 1)
    return fail(error_code::invalid,
                "http.tls.cert: cannot use " + certificate_ + ": " + last_tls_error());
  if (SSL_CTX_use_PrivateKey_file(fresh.get(), key_.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(error_code::invalid, "http.tls.key: cannot use " + key_ + ": " + last_tls_error());
  if (SSL_CTX_check_private_key(fresh.get()) != 1)
    return fail(error_code::invalid, "http.tls.key: does not belong to the certificate");
  const std::lock_guard lock{mutex_};
  current_ = std::move(fresh);
  return {};
}

ssl_st* tls_context::open(int descriptor) const {
  const std::lock_guard lock{mutex_};
  // The connection counts the context itself, so a reload does not take it away.
  SSL* fresh = SSL_new(current_.get());
  if (fresh == nullptr)
    return nullptr;
  if (SSL_set_fd(fresh, descriptor) != 1) {
    SSL_free(fresh);
    return nullptr;
  }
  SSL_set_accept_state(fresh);
  return fresh;
}

} // namespace muster::http
