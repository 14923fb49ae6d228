#include "actors/cluster/links/tls_files.hpp"

#include "actors/cluster/links/reachable.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

namespace muster {

namespace {

tl::unexpected<error> unusable(const std::string& file) {
  const unsigned long problem = ERR_peek_last_error();
  const char* why = ERR_reason_error_string(problem);
  ERR_clear_error();
  return fail(error_code::invalid, file + ": " + (why != nullptr ? why : "can't be used"));
}

} // namespace

result<void> check_tls_files(const caf_transport_options& options) {
  const bool any =
      !options.certificate.empty() || !options.key.empty() || !options.authority.empty();
  if (!any && is_loopback(options.host)) {
    return {};
  }
  if (options.certificate.empty() || options.key.empty() || options.authority.empty()) {
    return fail(error_code::invalid,
                any ? "certificate, key and authority must be given together"
                    : options.host + " is not loopback: nodes need certificates there");
  }
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()),
                                                                  &SSL_CTX_free);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context.get(), options.certificate.c_str()) != 1) {
    return unusable(options.certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return unusable(options.key);
  }
  if (SSL_CTX_load_verify_locations(context.get(), options.authority.c_str(), nullptr) != 1) {
    return unusable(options.authority);
  }
  return {};
}

} // namespace muster
