#pragma once

#include "actors/model/entity.hpp"
#include "actors/model/page.hpp"
#include "actors/model/rpc.hpp"
#include "http/api/device_credentials.hpp"

#include <string>
#include <string_view>

namespace muster::http::rest {

// Entities as the application API shows them (reference REST, sections 1.2, 2 and 4): members in a
// fixed order, absent ones null. Each function appends one JSON object.

/// What device info shows beside the device.
struct device_surroundings {
  /// Absent: the device has no customer.
  std::optional<customer> owner;
  std::string profile_name;
  bool active = false;
};

/// `owner_shown`: reads show `ownerId`, answers to changes don't.
void append_device(std::string& out, const device_info& device, bool owner_shown);
void append_device_info(std::string& out, const device_info& device,
                        const device_surroundings& around);
void append_credentials(std::string& out, const credentials& access);
void append_user(std::string& out, const user& who);
void append_rpc(std::string& out, const rpc_record& rpc, const tenant_id& tenant,
                const device_id& device);

std::string_view rpc_status_name(rpc_status status) noexcept;
std::optional<rpc_status> rpc_status_from_name(std::string_view name) noexcept;

/// A page; `append_item(out, item)` appends one entity. `size` is the page size asked for.
template <class T, class Append>
std::string page_json(const page<T>& items, std::uint32_t size, const Append& append_item) {
  std::string out = "{\"data\":[";
  for (const T& item : items.data) {
    if (&item != items.data.data()) {
      out += ',';
    }
    append_item(out, item);
  }
  const std::uint64_t pages = (items.total + size - 1) / size;
  out += "],\"totalPages\":" + std::to_string(pages);
  out += ",\"totalElements\":" + std::to_string(items.total);
  out += items.has_next ? ",\"hasNext\":true}" : ",\"hasNext\":false}";
  return out;
}

} // namespace muster::http::rest
