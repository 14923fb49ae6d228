#pragma once

#include "actors/model/command.hpp"
#include "actors/service/service.hpp"
#include "http/api/call.hpp"
#include "http/api/query.hpp"
#include "http/codec/payload.hpp"
#include "http/json/reader.hpp"
#include "http/limits/rate_limits.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muster::http {

/// A request of a device: parameters are checked first, then the token in the path, or when the
/// path says `me` the one in `X-Authorization`, else the client's certificate. A token that the
/// cache does not know is looked up while nothing of the body is read. What its profile and its
/// tenant say (codec, rate limits) is obeyed before the body is kept.
class device_call : public call {
public:
  verdict on_head(exchange& request, const path_parameters& path) final;
  void on_reply(reply what) final;

protected:
  /// Reads what the call wants of path (from `path[1]` on), query and headers.
  virtual result<void> read_parameters(const exchange& request, const path_parameters& path);
  /// The reply to `send`, no error. Answers 200 without a body if not overridden.
  virtual void on_success(reply& what);
  /// An error instead. Answers it by the device API's table if not overridden.
  virtual void on_failure(const error& what);

  /// Whether what was asked may be missing of a device that is there: then `not_found` is passed
  /// on, else it says that the device has gone.
  [[nodiscard]] virtual bool may_be_missing() const { return false; }

  /// What the request counts as in rate limits.
  [[nodiscard]] virtual counted kind() const { return counted::message; }
  /// Counts the values of a post that `kind()` calls a telemetry message. False: they are too many,
  /// and the request is answered.
  [[nodiscard]] bool admit_points(std::size_t points);

  /// Only after the token was found: in `on_request` and later.
  [[nodiscard]] const device_id& device() const { return owner_.device; }
  void send(command_body body);
  void refuse(const error& what);
  [[nodiscard]] json::reader_rules rules() const;
  /// What body and answer are written in; null is JSON.
  [[nodiscard]] const http::codec* codec() const { return codec_; }

private:
  void look_again();
  std::string show_credentials(const exchange& request, std::string_view named);
  verdict judge(const result<std::optional<token_owner>>& found);
  std::optional<response> obey(std::shared_ptr<const device_rules> rules);
  std::optional<response> spend(counted what, std::uint64_t amount);

  token_owner owner_;
  credentials_type shown_ = credentials_type::access_token;
  /// Set when there are rate limits.
  std::shared_ptr<const device_rules> limits_;
  const http::codec* codec_ = nullptr;
  /// Kept for the case that the cache was wrong about it.
  std::string token_;
};

} // namespace muster::http
