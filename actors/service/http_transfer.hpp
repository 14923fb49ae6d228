#pragma once

#include "actors/device/work_carrier.hpp"
#include "actors/rules/http_allowed.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace muster {

/// One request under way, with what libcurl has of it. Of one thread; stays where it is.
class http_transfer {
public:
  http_transfer(const http_allowed& allowed, std::string key, std::shared_ptr<const left_work> what,
                work_carrier::report done);
  ~http_transfer();
  http_transfer(const http_transfer&) = delete;
  http_transfer& operator=(const http_transfer&) = delete;

  CURL* handle() const noexcept { return handle_; }
  const node_place& node() const noexcept { return what_->place.at; }
  /// Tells what became of it.
  void finish(CURLcode how);

private:
  const http_work& work() const { return std::get<http_work>(what_->what); }
  void prepare();
  void prepare_body();
  work_outcome outcome(CURLcode how) const;

  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype kind, curl_sockaddr* address);

  const http_allowed& allowed_;
  std::string key_;
  std::shared_ptr<const left_work> what_;
  work_carrier::report done_;
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  std::string host_;
  http_answer answer_;
  std::size_t header_bytes_ = 0;
  bool forbidden_ = false;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> problem_{};
};

} // namespace muster
