#include "actors/queries/queries.hpp"

#include "actors/queries/history.hpp"

#include <utility>

namespace muster {

namespace {

tl::unexpected<error> forbidden() {
  return fail(error_code::forbidden, no_permission);
}

bool may_see(const caller& who, const device_info& device) {
  switch (who.role) {
  case authority::tenant_administrator:
    return who.tenant == device.tenant;
  case authority::customer_user:
    return who.tenant == device.tenant && who.customer && who.customer == device.customer;
  case authority::system_administrator:
    return false;
  }
  return false;
}

/// Makes a reply of what the store found.
template <class T>
reply found(result<std::optional<T>> what) {
  if (!what) {
    return std::move(what.error());
  }
  if (!*what) {
    return error{error_code::not_found, {}};
  }
  return std::move(**what);
}

template <class T>
reply whole(result<T> what) {
  if (!what) {
    return std::move(what.error());
  }
  return std::move(*what);
}

class answering {
public:
  answering(persistence::store& rows, const clock_source& clock) : rows_(rows), clock_(clock) {}

  reply operator()(const find_user_by_email& what) {
    return found(rows_.find_user_by_email(what.email));
  }

  reply operator()(const get_user& what) { return found(rows_.read_user(what.id)); }

  reply operator()(const list_devices& what) {
    if (!what.who.tenant || what.who.role == authority::system_administrator) {
      return forbidden().value();
    }
    std::optional<customer_id> customer = what.customer;
    if (what.who.role == authority::customer_user) {
      if (!what.who.customer || (customer && customer != what.who.customer)) {
        return forbidden().value();
      }
      customer = what.who.customer;
    }
    return whole(rows_.list_devices(
        {*what.who.tenant, customer, what.type, what.profile, what.active}, what.link));
  }

  reply operator()(const find_device_by_name& what) {
    if (!what.who.tenant) {
      return forbidden().value();
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

  reply operator()(const get_devices& what) {
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

  reply operator()(const get_profile& what) {
    return of_tenant(what.who, rows_.read_profile(what.id));
  }

  reply operator()(const get_customer& what) {
    if (what.who.role == authority::customer_user && what.who.customer != what.id) {
      return forbidden().value();
    }
    return of_tenant(what.who, rows_.read_customer(what.id));
  }

  reply operator()(const get_rpc& what) {
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

  reply operator()(const list_rpcs& what) {
    if (auto device = visible_device(rows_, what.who, what.device); !device) {
      return std::move(device.error());
    }
    return whole(rows_.list_rpcs(what.device, what.status, what.link));
  }

  template <class Other>
  reply operator()(const Other&) {
    return error{error_code::internal, "Not there yet"};
  }

  reply operator()(const read_history& what) {
    // A position was only ever given to one who may see the device.
    if (!what.from) {
      if (auto device = visible_device(rows_, what.who, what.device); !device) {
        return std::move(device.error());
      }
    }
    return whole(read_history_page(rows_, clock_, history_limits{}, what));
  }

private:
  template <class T>
  reply of_tenant(const caller& who, result<std::optional<T>> what) {
    if (what && *what && (*what)->tenant != who.tenant) {
      return forbidden().value();
    }
    return found(std::move(what));
  }

  persistence::store& rows_;
  const clock_source& clock_;
};

} // namespace

result<device_info> visible_device(persistence::store& rows, const caller& who,
                                   const device_id& id) {
  auto info = rows.read_device_info(id);
  if (!info) {
    return tl::unexpected(std::move(info.error()));
  }
  if (!*info) {
    return fail(error_code::not_found);
  }
  if (!may_see(who, **info)) {
    return forbidden();
  }
  return std::move(**info);
}

reply answer(persistence::store& rows, const clock_source& clock, const query& what) {
  return std::visit(answering(rows, clock), what);
}

} // namespace muster
