#pragma once

#include "http/server/exchange.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

struct ssl_st;

namespace muster::http {

enum class io_status : std::uint8_t { done, again, ended, failed };

/// The outcome of one read or write: how far it came, and why not further.
struct io_result {
  io_status status = io_status::done;
  std::size_t count = 0;
};

/// An accepted, non-blocking connection, plain or TLS. Owns descriptor and TLS state.
/// Reactor's thread only.
class socket {
public:
  /// `tls` may be null; its ownership passes to the socket.
  socket(int descriptor, ssl_st* tls) : descriptor_{descriptor}, tls_{tls} {}
  ~socket();
  socket(socket&& other) noexcept
      : descriptor_{std::exchange(other.descriptor_, -1)}, tls_{std::exchange(other.tls_,
                                                                              nullptr)} {}
  socket& operator=(socket&&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool secure() const { return tls_ != nullptr; }
  /// What the peer has shown in the handshake, or in the one that this session goes on from.
  [[nodiscard]] std::optional<peer_certificate> certificate() const;

  /// One step of the TLS handshake.
  io_result handshake();
  /// Reads once. `ended`: the peer has sent FIN or a TLS closure.
  io_result read(std::span<char> into);
  /// Writes `first`, then `second`, as far as the kernel takes them.
  io_result write(std::string_view first, std::string_view second);
  /// Says that nothing more will be sent.
  void end_output();
  /// Whether the peer has sent FIN or RST, also behind bytes not read yet.
  [[nodiscard]] bool peer_gone() const;
  /// Bytes written that the peer has not acknowledged yet.
  [[nodiscard]] std::size_t held() const;
  /// Closing will send RST instead of FIN.
  void reset_on_close() const;

private:
  io_result tls_result(int returned) const;

  int descriptor_;
  ssl_st* tls_;
};

} // namespace muster::http
