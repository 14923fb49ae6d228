#include "actors/inspection/diagnosis.hpp"
#include "actors/inspection/inspector.hpp"
#include "actors/inspection/recorder_report.hpp"
#include "actors/inspection/report_gather.hpp"
#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace muster {

namespace {

/// An actor that hangs is no reason to wait for long.
constexpr milliseconds actor_answers_within = 5'000;
constexpr std::uint32_t most_tenants = 10'000;
constexpr std::uint32_t expired_looked_at = 100;

} // namespace

void inspector::ask_device(const device_id& device, reply_handle to) {
  auto handle = std::make_shared<reply_handle>(std::move(to));
  auto asked = report_gather::begin(1, [handle](std::vector<json>&& reports) {
    if (reports.empty() || !reports.front().is_object()) {
      handle->answer(error{error_code::overloaded, "the device's actor does not answer"});
    } else {
      handle->answer(as_inspected(reports.front()));
    }
  });
  ask_actor(device, {}, std::move(asked.front()));
}

void inspector::ask_recorder(const inspect& what, reply_handle to) {
  constexpr std::uint64_t usual = 200;
  const auto most = number(what, "limit", usual);
  if (!most) {
    return to.answer(most.error());
  }
  const auto tell = [this, most = *most](const std::optional<device_id>& device, reply_handle h) {
    h.answer(as_inspected(describe_events(needs_.events, device, most)));
  };
  const std::string device = parameter(what, "device");
  if (device.empty()) {
    return tell(std::nullopt, std::move(to));
  }
  find(device, std::move(to), tell);
}

void inspector::find(std::string meant, reply_handle to, with_device then) {
  if (meant.empty()) {
    return to.answer(error{error_code::invalid, "device is missing: a name, identifier or token"});
  }
  if (const auto id = parse_uuid(meant)) {
    return then(device_id{*id}, std::move(to));
  }
  auto handle = std::make_shared<reply_handle>(std::move(to));
  const bool queued = needs_.read([this, meant = std::move(meant), handle, then = std::move(then)] {
    const auto owner = needs_.rows.find_token(meant);
    if (!owner) {
      return handle->answer(owner.error());
    }
    if (*owner) {
      return then((*owner)->device, std::move(*handle));
    }
    std::vector<device_id> named;
    page_link tenants;
    tenants.size = most_tenants;
    const auto all = needs_.rows.list_tenants(tenants);
    if (!all) {
      return handle->answer(all.error());
    }
    for (const auto& one : all->data) {
      if (const auto device = needs_.rows.find_device_by_name(one.id, meant); device && *device) {
        named.push_back(**device);
      }
    }
    if (named.size() == 1) {
      return then(named.front(), std::move(*handle));
    }
    handle->answer(error{error_code::not_found,
                         named.empty()
                             ? "no device has the identifier, token or name \"" + meant + "\""
                             : "several tenants have a device of that name: give its "
                               "identifier"});
  });
  if (!queued) {
    handle->answer(error{error_code::overloaded, {}});
  }
}

void inspector::ask_actor(const device_id& device, inspect_device what, reply_handle to) {
  needs_.send({device, system_sender{}, needs_.clock.now().steady + actor_answers_within, what},
              std::move(to));
}

void inspector::why(const device_id& device, reply_handle to) {
  auto handle = std::make_shared<reply_handle>(std::move(to));
  auto asked = report_gather::begin(1, [this, device, handle](std::vector<json>&& reports) {
    const bool queued = needs_.read([this, device, handle, reports = std::move(reports)] {
      if (reports.empty()) {
        handle->answer(error{error_code::not_found, "the device is not there, or its actor does "
                                                    "not answer"});
      } else {
        handle->answer(as_inspected(findings(device, reports.front())));
      }
    });
    if (!queued) {
      handle->answer(error{error_code::overloaded, {}});
    }
  });
  ask_actor(device, {}, std::move(asked.front()));
}

nlohmann::ordered_json inspector::findings(const device_id& device, const json& report) {
  diagnosis_facts facts;
  facts.now = needs_.clock.now().wall;
  facts.wrong_credentials = refused_.of(device, refusal::credentials);
  facts.over_limit = refused_.of(device, refusal::rate_limit);
  facts.store_trouble = needs_.rows.health().trouble;
  page_link link;
  link.size = expired_looked_at;
  if (const auto expired = needs_.rows.list_rpcs(device, rpc_status::expired, link)) {
    for (const auto& one : expired->data) {
      if (one.deliveries == 0) {
        ++facts.expired_undelivered;
        facts.last_expired = std::max(facts.last_expired, one.request.expiration);
      }
    }
  }
  auto all = json::array();
  for (const auto& one : diagnose(report, facts)) {
    all.push_back({{"cause", one.cause}, {"text", one.text}});
  }
  return {{"device", to_string(device)},
          {"name", report.value("name", std::string())},
          {"findings", std::move(all)}};
}

} // namespace muster
