#pragma once

#include "http/rest_api/device_body.hpp"
#include "http/rest_api/rest_call.hpp"

#include <optional>
#include <string>

namespace muster::http::rest {

/// What to do when a new device's name is taken.
struct name_policy {
  bool uniquify = false;
  std::string separator = "_";
  /// Append 1, 2, ...; else random letters and digits.
  bool incremental = false;
};

/// Creates a device or changes it, as the body's `id` says.
class save_device_call : public device_call {
public:
  explicit save_device_call(rest_api& api) : device_call{api, {}, true} {}

protected:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override;
  void run(exchange& request) override;
  response shape(const error& what) const override;

  /// Starts the work on what the body said.
  void save(device_body body);
  /// To be saved with the device; absent: those it has, or new ones for a new device.
  std::optional<credentials> access_;

private:
  [[nodiscard]] bool creates() const { return !body_.id; }
  void check_customer(const std::optional<customer_id>& old, void (save_device_call::*next)());
  void create();
  void try_name();
  void update();
  void commit_update();
  /// The device's profile was changed while it was written: then it is to be written again.
  bool profile_changed(const error* problem);
  /// The device is durable.
  void saved(const device_info& device);

  /// For a new device.
  std::optional<std::string> access_token_;
  device_body body_;
  device_info old_;
  name_policy policy_;
  std::string wanted_name_;
  std::uint32_t tries_ = 0;
  int conflicts_ = 0;
};

} // namespace muster::http::rest
