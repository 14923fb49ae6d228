#include "actors/queries/answering.hpp"
#include "actors/queries/history.hpp"
#include "actors/queries/visible.hpp"

#include <algorithm>
#include <utility>

namespace muster {

reply answering::operator()(const list_devices& what) {
  if (!what.who.tenant || what.who.role == authority::system_administrator) {
    return forbidden();
  }
  std::optional<customer_id> customer = what.customer;
  if (what.who.role == authority::customer_user) {
    if (!what.who.customer || (customer && customer != what.who.customer)) {
      return forbidden();
    }
    customer = what.who.customer;
  } else if (customer) {
    if (auto foreign = foreign_customer(rows_, *what.who.tenant, *customer)) {
      return std::move(*foreign);
    }
  }
  return whole(rows_.list_devices(
      {*what.who.tenant, customer, what.type, what.profile, what.active, what.with_fields},
      what.link));
}

reply answering::operator()(const get_activity& what) {
  auto active = rows_.are_active(what.devices);
  for (std::size_t i = 0; active && i < what.devices.size(); ++i) {
    if ((*active)[i]) {
      const auto info = rows_.read_device_info(what.devices[i]);
      if (!info) {
        return info.error();
      }
      (*active)[i] = *info && may_see(what.who, **info);
    }
  }
  return whole(std::move(active));
}

reply answering::operator()(const find_device_by_name& what) {
  if (!what.who.tenant) {
    return forbidden();
  }
  const auto id = rows_.find_device_by_name(*what.who.tenant, what.name);
  if (!id) {
    return id.error();
  }
  if (!*id) {
    return error{error_code::not_found, {}};
  }
  return whole(visible_device(rows_, what.who, **id));
}

reply answering::operator()(const get_devices& what) {
  std::vector<device_info> devices;
  for (const device_id& id : what.ids) {
    auto info = rows_.read_device_info(id);
    if (!info) {
      return std::move(info.error());
    }
    if (*info && may_see(what.who, **info)) {
      devices.push_back(std::move(**info));
    }
  }
  return devices;
}

reply answering::operator()(const get_rpc& what) {
  auto rpc = rows_.read_rpc(what.id);
  if (!rpc) {
    return std::move(rpc.error());
  }
  if (!*rpc) {
    return error{error_code::not_found, {}};
  }
  auto device = visible_device(rows_, what.who, (*rpc)->first);
  if (!device) {
    return std::move(device.error());
  }
  return rpc_of_device{std::move((*rpc)->second), std::move(*device)};
}

reply answering::operator()(const list_rpcs& what) {
  if (auto device = visible_device(rows_, what.who, what.device); !device) {
    return std::move(device.error());
  }
  return whole(rows_.list_rpcs(what.device, what.status, what.link));
}

reply answering::operator()(const read_history& what) {
  // A position was only ever given to one who may see the device.
  if (!what.from) {
    if (auto device = visible_device(rows_, what.who, what.device); !device) {
      return std::move(device.error());
    }
  }
  return whole(read_history_page(rows_, clock_, history_limits{}, what));
}

reply answering::operator()(const get_target_package& what) {
  const auto of = [&](const auto& entity) {
    return what.type == package_type::firmware ? entity.firmware : entity.software;
  };
  const error none{error_code::not_found, {}};
  const auto device = rows_.read_device_info(what.device);
  if (!device) {
    return device.error();
  }
  if (!*device) {
    // It went after its token was found.
    return error{error_code::unauthorized, {}};
  }
  auto package = of(**device);
  if (!package) {
    const auto profile = rows_.read_profile((*device)->profile);
    if (!profile || !*profile) {
      return profile ? none : profile.error();
    }
    package = of(**profile);
  }
  return package ? found(rows_.read_package(*package)) : none;
}

} // namespace muster
