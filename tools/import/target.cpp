#include "tools/import/target.hpp"

#include <array>
#include <utility>

namespace muster::import {

namespace {

using nlohmann::json;

constexpr std::size_t points_in_request = 500;

json device_body(const device_record& device) {
  json body{{"name", device.name}};
  if (!device.profile.empty()) {
    body["type"] = device.profile;
  }
  if (!device.label.empty()) {
    body["label"] = device.label;
  }
  if (!device.additional_info.is_null()) {
    body["additionalInfo"] = device.additional_info;
  }
  return body;
}

result<json> create(const device_record& device, api& to) {
  if (!device.credentials.is_null()) {
    return to.post("/api/device-with-credentials",
                   {{"device", device_body(device)}, {"credentials", device.credentials}});
  }
  const std::string token =
      device.token.empty() ? std::string() : "?accessToken=" + url_encoded(device.token);
  return to.post("/api/device" + token, device_body(device));
}

std::string id_in(const json& entity) {
  const json id = entity.is_object() ? entity.value("id", json{}) : json{};
  return id.is_object() ? id.value("id", std::string()) : std::string();
}

/// Whether the device that is there can be known by what the source's device uses.
bool same_credentials(const device_record& device, const json& there) {
  if (!device.credentials.is_null()) {
    return there.value("credentialsType", json{}) == device.credentials["credentialsType"] &&
           there.value("credentialsId", json{}) == device.credentials["credentialsId"];
  }
  return device.token.empty() || (there.value("credentialsType", json{}) == "ACCESS_TOKEN" &&
                                  there.value("credentialsId", json{}) == device.token);
}

/// A creation that was refused because something is taken: is it this very device?
result<imported_device> recognise(const device_record& device, const error& refusal, api& to) {
  auto id = find_device(device.name, to);
  if (!id) {
    // The name is free, so it is the token that another device has.
    return tl::unexpected(id.error().code == error_code::not_found ? refusal : id.error());
  }
  const auto access = to.get("/api/device/" + *id + "/credentials");
  if (!access) {
    return tl::unexpected(access.error());
  }
  if (!access->is_object() || !same_credentials(device, *access)) {
    return fail(error_code::already_exists,
                "a device of this name is there with other credentials");
  }
  return imported_device{std::move(*id), true};
}

result<void> save_attributes(const device_record& device, const std::string& id, api& to) {
  const std::string base = "/api/plugins/telemetry/DEVICE/" + id;
  const std::array<std::pair<std::string, const json*>, 3> saves{
      std::pair{base + "/attributes/SHARED_SCOPE", &device.shared},
      std::pair{base + "/attributes/SERVER_SCOPE", &device.server},
      std::pair{base + "/timeseries/ANY", &device.telemetry}};
  for (const auto& [path, values] : saves) {
    if (!values->empty()) {
      if (auto saved = to.post(path, *values); !saved) {
        return tl::unexpected(saved.error());
      }
    }
  }
  if (device.client.empty()) {
    return {};
  }
  // Only the device itself may write them.
  if (device.token.empty()) {
    return fail(error_code::invalid, "client attributes need the device's access token");
  }
  return to.post_as_device("/api/v1/" + url_encoded(device.token) + "/attributes", device.client)
      .map([](const auto&) {});
}

/// Leaves out what names entities of the other installation.
json without_identity(json entity) {
  for (const char* member :
       {"id", "tenantId", "createdTime", "version", "externalId", "firmwareId", "softwareId",
        "defaultRuleChainId", "defaultDashboardId", "defaultEdgeRuleChainId", "ownerId"}) {
    entity.erase(member);
  }
  return entity;
}

} // namespace

result<std::string> customers::id_of(const std::string& title, api& to) {
  // Held while asking, so that two threads do not make one customer twice; it happens once a title.
  const std::lock_guard lock{mutex_};
  if (const auto known = ids_.find(title); known != ids_.end()) {
    return known->second;
  }
  auto customer = to.get("/api/tenant/customers?customerTitle=" + url_encoded(title));
  if (!customer && customer.error().code == error_code::not_found) {
    customer = to.post("/api/customer", {{"title", title}});
  }
  if (!customer) {
    return tl::unexpected(customer.error());
  }
  return ids_[title] = id_in(*customer);
}

result<imported_device> import_device(const device_record& device, customers& known, api& to) {
  imported_device made;
  auto created = create(device, to);
  if (created) {
    made.id = id_in(*created);
  } else if (created.error().code != error_code::already_exists) {
    return tl::unexpected(created.error());
  } else {
    auto same = recognise(device, created.error(), to);
    if (!same) {
      return same;
    }
    made = std::move(*same);
  }
  if (!device.customer.empty()) {
    const auto customer = known.id_of(device.customer, to);
    if (!customer) {
      return tl::unexpected(customer.error());
    }
    if (auto given = to.post("/api/customer/" + *customer + "/device/" + made.id, json{}); !given) {
      return tl::unexpected(given.error());
    }
  }
  if (auto saved = save_attributes(device, made.id, to); !saved) {
    return tl::unexpected(saved.error());
  }
  return made;
}

result<void> import_history(const std::string& device, const json& points, api& to) {
  for (std::size_t start = 0; start < points.size(); start += points_in_request) {
    json part = json::array();
    for (std::size_t i = start; i < points.size() && part.size() < points_in_request; ++i) {
      part.push_back(points[i]);
    }
    const auto saved = to.post("/api/plugins/telemetry/DEVICE/" + device + "/timeseries/ANY", part);
    if (!saved) {
      return tl::unexpected(saved.error());
    }
  }
  return {};
}

result<std::string> find_device(const std::string& name, api& to) {
  return to.get("/api/tenant/devices?deviceName=" + url_encoded(name)).map(&id_in);
}

result<std::vector<std::string>> import_profiles(const std::vector<json>& profiles, api& to) {
  std::vector<std::string> made;
  for (const auto& profile : profiles) {
    json body = without_identity(profile);
    // The target has its own default.
    body["default"] = false;
    const auto saved = to.post("/api/deviceProfile", body);
    if (saved) {
      made.push_back(profile.value("name", std::string()));
    } else if (saved.error().code != error_code::already_exists) {
      return fail(saved.error().code, "device profile " + profile.value("name", std::string()) +
                                          ": " + saved.error().message);
    }
  }
  return made;
}

result<void> import_customers(const std::vector<json>& customers, api& to) {
  for (const auto& customer : customers) {
    const json more = customer.value("additionalInfo", json{});
    if (more.is_object() && more.value("isPublic", false)) {
      continue;
    }
    const auto saved = to.post("/api/customer", without_identity(customer));
    if (!saved && saved.error().code != error_code::already_exists) {
      return fail(saved.error().code, "customer " + customer.value("title", std::string()) + ": " +
                                          saved.error().message);
    }
  }
  return {};
}

} // namespace muster::import
