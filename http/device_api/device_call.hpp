#pragma once

#include "actors/model/command.hpp"
#include "actors/service/service.hpp"
#include "http/api/call.hpp"
#include "http/api/query.hpp"
#include "http/json/reader.hpp"

#include <string>
#include <string_view>

namespace muster::http {

/// A request of a device: parameters are checked first, then the token in the path, or in
/// `X-Authorization` when the path says `me`. A token that the cache does not know is looked up
/// while nothing of the body is read.
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

  /// Only after the token was found: in `on_request` and later.
  [[nodiscard]] const device_id& device() const { return owner_.device; }
  void send(command_body body);
  void refuse(const error& what);
  [[nodiscard]] json::reader_rules rules() const;

private:
  verdict judge(const result<std::optional<token_owner>>& found);

  token_owner owner_;
  /// Kept for the case that the cache was wrong about it.
  std::string token_;
};

} // namespace muster::http
