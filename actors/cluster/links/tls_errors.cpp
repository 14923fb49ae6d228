#include "actors/cluster/links/tls_errors.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/thread_hook.hpp>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace muster {

namespace {

/// Other connections of the process are none of our business.
thread_local bool thread_of_caf = false;

class mark_threads final : public caf::thread_hook {
public:
  void init(caf::actor_system& /*of*/) override {}
  void thread_started() override { thread_of_caf = true; }
  void thread_terminates() override {}
};

/// A handshake's step is over: CAF asks then only whether it goes on, which is not in the queue.
void step_over(const SSL* /*of*/, int where, int /*result*/) {
  if ((where & SSL_CB_EXIT) != 0) {
    ERR_clear_error();
  }
}

/// CAF makes a context for each connection, and gives nobody a chance to set it up.
void context_made(void* context, void* /*value*/, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                  long /*number*/, void* /*given*/) {
  if (thread_of_caf) {
    auto* const made = static_cast<SSL_CTX*>(context);
    SSL_CTX_set_info_callback(made, step_over);
    // A peer that was killed says no goodbye.
    SSL_CTX_set_options(made, SSL_OP_IGNORE_UNEXPECTED_EOF);
  }
}

/// What is left of a connection that failed later on.
void connection_over(void* /*of*/, void* /*value*/, CRYPTO_EX_DATA* /*data*/, int /*index*/,
                     long /*number*/, void* /*given*/) {
  if (thread_of_caf) {
    ERR_clear_error();
  }
}

} // namespace

void keep_tls_errors_apart(caf::actor_system_config& config) {
  static const bool once = [] {
    return SSL_CTX_get_ex_new_index(0, nullptr, context_made, nullptr, nullptr) >= 0 &&
           SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, connection_over) >= 0;
  }();
  static_cast<void>(once);
  config.add_thread_hook<mark_threads>();
}

} // namespace muster
