#include "http/rest_api/rules_body.hpp"

#include "actors/rules/device_rules.hpp"
#include "http/codec/codec.hpp"
#include "http/rest_api/member_reader.hpp"

namespace muster::http::rest {

namespace {

/// A century: beyond it, sums of times could overflow.
constexpr std::int64_t longest_seconds = std::int64_t{100} * 366 * 86'400;

std::int64_t span(member_reader& from, std::string_view name, std::int64_t longest) {
  const std::int64_t read = from.integer(name).value_or(0);
  if (read < 0 || read > longest) {
    from.refuse(std::string{name} + " must be from 0 to " + std::to_string(longest));
  }
  return read;
}

template <class Rules>
result<Rules> checked(const member_reader& from, Rules&& read) {
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (auto good = check(read); !good) {
    return tl::unexpected{std::move(good.error())};
  }
  return std::forward<Rules>(read);
}

} // namespace

result<profile_rules> read_profile_rules(const body_members& body) {
  profile_rules read;
  member_reader from{body};
  read.codec = from.text("codec").value_or("");
  if (!read.codec.empty() && !is_codec_name(read.codec)) {
    from.refuse("Unknown codec '" + read.codec + "'");
  }
  read.default_ttl_seconds = span(from, "defaultTtlSeconds", longest_seconds);
  read.inactivity_timeout = span(from, "inactivityTimeoutMs", longest_seconds * 1000);
  read.device_rate_limit = from.text("deviceRateLimit").value_or("");
  read.device_telemetry_rate_limit = from.text("deviceTelemetryRateLimit").value_or("");
  return checked(from, std::move(read));
}

result<tenant_limits> read_tenant_limits(const body_members& body) {
  tenant_limits read;
  member_reader from{body};
  const auto limit = [&](std::string_view name) { return from.text(name).value_or(""); };
  read.tenant_messages = limit("transportTenantMsgRateLimit");
  read.tenant_telemetry_messages = limit("transportTenantTelemetryMsgRateLimit");
  read.tenant_data_points = limit("transportTenantTelemetryDataPointsRateLimit");
  read.device_messages = limit("transportDeviceMsgRateLimit");
  read.device_telemetry_messages = limit("transportDeviceTelemetryMsgRateLimit");
  read.device_data_points = limit("transportDeviceTelemetryDataPointsRateLimit");
  return checked(from, std::move(read));
}

} // namespace muster::http::rest
