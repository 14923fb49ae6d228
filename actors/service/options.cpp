#include "actors/service/options.hpp"

#include "actors/rules/http_allowed.hpp"

#include <initializer_list>

namespace muster {

namespace {

struct bound {
  const char* name;
  std::int64_t value;
  std::int64_t least;
  std::int64_t most;
};

constexpr std::int64_t day = 24 * 3600;

} // namespace

std::string validate(const service_options& options) {
  if (options.data_dir.empty()) {
    return "data.dir must not be empty";
  }
  constexpr std::int64_t mib = 1 << 20;
  const auto as_int = [](auto number) { return static_cast<std::int64_t>(number); };
  const std::initializer_list<bound> bounds = {
      {"data.memory", as_int(options.data_memory), 8 * mib, std::int64_t{1} << 40},
      {"data.min_free", as_int(options.data_min_free), 0, std::int64_t{1} << 50},
      {"data.retention", options.data_retention, 0, 36'500 * day},
      {"actors.max_resident", as_int(options.max_resident), 1, 100'000'000},
      {"actors.threads", as_int(options.actor_threads), 1, 1'024},
      {"rpc.min_timeout", options.rpc_min_timeout, 0, day * 1'000},
      {"rpc.client_timeout", options.rpc_client_timeout, 1, day * 1'000},
      {"rpc.redelivery_after", options.rpc_redelivery_after, 1, day * 1'000},
      {"claim.duration", options.claim_duration, 1, 36'500 * day * 1'000},
      {"audit.retention", options.audit_retention, 1, 36'500 * day},
      {"rules.event_retention", options.rule_event_retention, 1, 36'500 * day},
      {"rpc.retention", options.rpc_retention, 0, 36'500 * day},
      {"packages.max_size", as_int(options.packages_max_size), 1, std::int64_t{1} << 50},
  };
  for (const bound& b : bounds) {
    if (b.value < b.least || b.value > b.most) {
      return std::string(b.name) + " must be between " + std::to_string(b.least) + " and " +
             std::to_string(b.most) + ", not " + std::to_string(b.value);
    }
  }
  if (const auto read = http_allowed::parse(options.rules_http_allowed); !read) {
    return "rules.http_allowed: " + read.error().message;
  }
  return validate(options.cluster);
}

} // namespace muster
