#pragma once

#include "actors/model/error.hpp"

#include <memory>
#include <mutex>
#include <string>

struct ssl_st;
struct ssl_ctx_st;

namespace muster::http {

/// Certificate, key and rules of HTTPS: TLS 1.2 or later. Thread-safe.
class tls_context {
public:
  tls_context(std::string certificate, std::string key)
      : certificate_{std::move(certificate)}, key_{std::move(key)} {}

  /// Reads both files; on error what was loaded before stays in use.
  [[nodiscard]] result<void> load();

  /// The TLS state of a new connection on `descriptor`, or null when memory is short.
  [[nodiscard]] ssl_st* open(int descriptor) const;

private:
  std::string certificate_;
  std::string key_;
  mutable std::mutex mutex_;
  std::shared_ptr<ssl_ctx_st> current_;
};

} // namespace muster::http
