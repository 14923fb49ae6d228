#include "actors/inspection/inspector.hpp"
#include "actors/inspection/oldest_rows.hpp"
#include "actors/inspection/report_gather.hpp"
#include "actors/inspection/report_parts.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

namespace muster {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t usual_waiting = 1'000;
/// So many devices' answers are in memory at the same time.
constexpr std::size_t asked_at_once = 1'000;

json row_of(const json& device) {
  return {{"device", device["device"]}, {"name", device["name"]}};
}

void add_rpcs(json& device, oldest_rows& to) {
  const bool polled = std::any_of(device["polls"].begin(), device["polls"].end(),
                                  [](const json& one) { return one["kind"] == "rpc"; });
  for (auto& rpc : device["rpcs"]) {
    const bool queued = rpc["state"] == "queued";
    json one = row_of(device);
    one["reason"] = !queued  ? "delivered, waits for the device's reply"
                    : polled ? "goes out with the poll that is there"
                             : "waits for the device's next poll";
    one.update(rpc);
    to.add(std::move(one));
  }
}

void add_polls(json& device, oldest_rows& to) {
  for (auto& poll : device["polls"]) {
    json one = row_of(device);
    one.update(poll);
    to.add(std::move(one));
  }
}

} // namespace

/// What waits at many devices: they are asked some at a time, so that a node with very many answers
/// within little memory.
struct inspector::waiting_question {
  /// What the rows are called.
  const char* name = "";
  void (*add)(json& device, oldest_rows& to) = nullptr;
  reply_handle to;
  oldest_rows rows{0};
  /// Those to be asked still.
  std::vector<device_id> devices{};
};

void inspector::gather_rpcs(const inspect& what, reply_handle to) {
  begin_waiting({"rpcs", add_rpcs, std::move(to)}, what, &resident_facts::has_rpcs);
}

void inspector::gather_polls(const inspect& what, reply_handle to) {
  begin_waiting({"polls", add_polls, std::move(to)}, what, &resident_facts::pinned);
}

void inspector::begin_waiting(waiting_question&& what, const inspect& asked,
                              bool resident_facts::*which) {
  const auto most = rows_wanted(asked, usual_waiting);
  if (!most) {
    return what.to.answer(most.error());
  }
  what.rows = oldest_rows(*most);
  for (const auto& one : needs_.devices.residents()) {
    if (one.*which) {
      what.devices.push_back(one.device);
    }
  }
  ask_waiting(std::make_shared<waiting_question>(std::move(what)));
}

void inspector::ask_waiting(const std::shared_ptr<waiting_question>& what) {
  auto& left = what->devices;
  if (left.empty()) {
    json out{{"total", what->rows.total()}};
    out[what->name] = what->rows.take();
    return what->to.answer(as_inspected(out));
  }
  const auto count = std::min(left.size(), asked_at_once);
  const std::vector<device_id> some(left.end() - static_cast<std::ptrdiff_t>(count), left.end());
  left.resize(left.size() - count);
  auto handles = report_gather::begin(count, [this, what](std::vector<json>&& reports) {
    auto told = std::make_shared<std::vector<json>>(std::move(reports));
    const bool queued = needs_.read([this, what, told] {
      for (auto& device : *told) {
        if (device.contains("polls")) {
          what->add(device, what->rows);
        }
      }
      ask_waiting(what);
    });
    if (!queued) {
      what->to.answer(error{error_code::overloaded, {}});
    }
  });
  for (std::size_t at = 0; at < count; ++at) {
    ask_actor(some[at], {inspect_device::wish::waiting}, std::move(handles[at]));
  }
}

} // namespace muster
