#pragma once

#include "actors/model/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster::http {

/// Where HTTPS listens and with what; names of the options in behind `http.tls.`.
struct tls_options {
  /// `http.tls.port`: absent means 8443 once a certificate is given, 0 lets the system choose.
  std::optional<std::uint16_t> port;
  /// `http.tls.cert`: PEM file, the server's certificate first, then its chain. Empty: no HTTPS.
  std::string certificate;
  /// `http.tls.key`: PEM file of the private key.
  std::string key;
  /// `http.tls.handshake_timeout`: from accept to the end of the handshake.
  milliseconds handshake_timeout = 10'000;
};

/// Everything the server can be told, times in milliseconds; each member stands for the option
/// `http.<name>`.
struct server_options {
  /// `http.address`: the local address, IPv4 or IPv6.
  std::string address = "0.0.0.0";
  /// `http.port`: absent is `off`, 0 lets the system choose.
  std::optional<std::uint16_t> port = 8080;
  /// `http.threads`: reactors; 0 means one for each processor.
  std::size_t threads = 0;
  /// `http.max_connections`: open at a time; further ones are closed at once and counted.
  std::size_t max_connections = 100'000;
  /// `http.body_memory`: bytes of request bodies in flight that are longer than 64 KiB.
  std::size_t body_memory = std::size_t{64} << 20;
  /// `http.trusted_proxies`: networks ("10.0.0.0/8", "::1") whose X-Forwarded-For and -Proto count.
  std::vector<std::string> trusted_proxies;
  /// `http.access_log`: a line for each answer, tokens masked; costs nothing when off.
  bool access_log = false;
  /// `http.head_timeout`: from the first byte of a request to the end of its head; then 408.
  milliseconds head_timeout = 30'000;
  /// `http.body_timeout`: for each 64 KiB of a body, or its end; then 408.
  milliseconds body_timeout = 30'000;
  /// `http.write_timeout`: without a byte of an answer taken by the client; then the end.
  milliseconds write_timeout = 30'000;
  /// `http.idle_timeout`: between two requests. A parked exchange is not idle.
  milliseconds idle_timeout = 75'000;
  tls_options tls;

  /// The first thing wrong with these options in words, or nothing.
  [[nodiscard]] std::optional<std::string> validate() const;
};

} // namespace muster::http
