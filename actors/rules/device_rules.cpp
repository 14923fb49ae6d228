#include "actors/rules/device_rules.hpp"

#include <spdlog/spdlog.h>

#include <initializer_list>
#include <string_view>

namespace muster {

namespace {

result<void> check_all(std::initializer_list<std::string_view> limits) {
  for (const auto text : limits) {
    if (auto read = rate_limit::parse(text); !read) {
      return tl::unexpected(std::move(read.error()));
    }
  }
  return {};
}

rate_limit read(std::string_view text) {
  auto limit = rate_limit::parse(text);
  if (!limit) {
    spdlog::error("a stored rate limit does not hold: {}", limit.error().message);
    return {};
  }
  return *limit;
}

rate_limit first_of(std::string_view own, std::string_view tenants) {
  const auto limit = read(own);
  return limit.empty() ? read(tenants) : limit;
}

} // namespace

result<void> check(const profile_rules& rules) {
  return check_all({rules.device_rate_limit, rules.device_telemetry_rate_limit});
}

result<void> check(const tenant_limits& limits) {
  return check_all({limits.tenant_messages, limits.tenant_telemetry_messages,
                    limits.tenant_data_points, limits.device_messages,
                    limits.device_telemetry_messages, limits.device_data_points});
}

device_rules compose(const profile_rules& profile, const tenant_limits& tenant) {
  device_rules made;
  made.codec = profile.codec;
  made.default_ttl_seconds = profile.default_ttl_seconds;
  made.inactivity_timeout = profile.inactivity_timeout;
  made.device_messages = first_of(profile.device_rate_limit, tenant.device_messages);
  made.device_telemetry_messages =
      first_of(profile.device_telemetry_rate_limit, tenant.device_telemetry_messages);
  made.device_data_points = read(tenant.device_data_points);
  made.tenant_messages = read(tenant.tenant_messages);
  made.tenant_telemetry_messages = read(tenant.tenant_telemetry_messages);
  made.tenant_data_points = read(tenant.tenant_data_points);
  return made;
}

} // namespace muster
