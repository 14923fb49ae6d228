#include "http/server/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <string_view>

namespace muster::http {

namespace {

std::string last_tls_error() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

/// A client may show a certificate. Nobody need have signed it: whoever asks compares it with what
/// he knows, and the handshake has proven that the client holds the key.
void ask_for_certificate(SSL_CTX* context) {
  constexpr long longest_chain = 32 * 1024;
  constexpr long most_sessions = 2000;
  static constexpr std::string_view name = "muster";
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(
      context,
      [](X509_STORE_CTX* shown, void*) {
        X509_STORE_CTX_set_error(shown, X509_V_OK);
        return 1;
      },
      nullptr);
  SSL_CTX_set_max_cert_list(context, longest_chain);
  // A session goes on with its own client's certificate: its ticket is sealed, and nobody else has
  // its secret. Sessions of clients without tickets are kept here, certificates included.
  SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(name.data()),
                                 static_cast<unsigned int>(name.size()));
  SSL_CTX_sess_set_cache_size(context, most_sessions);
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
  ask_for_certificate(fresh.get());
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
