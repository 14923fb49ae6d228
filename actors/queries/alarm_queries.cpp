#include "actors/queries/answering.hpp"
#include "actors/queries/visible.hpp"

#include <map>
#include <utility>

namespace muster {

namespace {

/// Adds to alarms what else is shown of them; of a page each device and user is read once.
class info_reader {
public:
  explicit info_reader(persistence::store& rows) : rows_(rows) {}

  result<alarm_info> read(alarm&& one) {
    alarm_info made{std::move(one), {}, std::nullopt};
    auto device = known(devices_, made.what.originator,
                        [&](const device_id& id) { return rows_.read_device_info(id); });
    if (!device) {
      return tl::unexpected(std::move(device.error()));
    }
    // The device may be gone since the alarm was read.
    made.originator = std::move(*device).value_or(device_info{});
    if (made.what.assignee) {
      auto assignee = known(users_, *made.what.assignee,
                            [&](const user_id& id) { return rows_.read_user(id); });
      if (!assignee) {
        return tl::unexpected(std::move(assignee.error()));
      }
      made.assignee = std::move(*assignee);
    }
    return made;
  }

private:
  template <class Id, class Row, class Read>
  static result<std::optional<Row>> known(std::map<Id, std::optional<Row>>& kept, const Id& id,
                                          Read read) {
    if (const auto found = kept.find(id); found != kept.end()) {
      return found->second;
    }
    auto row = read(id);
    if (row) {
      kept.emplace(id, *row);
    }
    return row;
  }

  persistence::store& rows_;
  std::map<device_id, std::optional<device_info>> devices_;
  std::map<user_id, std::optional<user>> users_;
};

bool is_of_tenant(const caller& who) {
  return who.tenant && who.role != authority::system_administrator &&
         (who.role != authority::customer_user || who.customer);
}

/// Nothing: the caller may see the entity's lists.
std::optional<error> hidden(persistence::store& rows, const caller& who, entity_type kind,
                            const uuid& id) {
  switch (kind) {
  case entity_type::device: {
    const auto device = visible_device(rows, who, device_id{id});
    return device ? std::nullopt : std::optional(device.error());
  }
  case entity_type::customer:
    if (who.role == authority::customer_user) {
      return who.customer == customer_id{id}
                 ? std::nullopt
                 : std::optional(error{error_code::forbidden, no_permission});
    }
    return foreign_customer(rows, *who.tenant, customer_id{id});
  case entity_type::tenant:
    return who.tenant == tenant_id{id} ? std::nullopt
                                       : std::optional(error{error_code::forbidden, no_permission});
  default:
    return error{error_code::invalid, "Only devices, customers and tenants have alarms"};
  }
}

result<persistence::alarm_list> list_of(persistence::store& rows, const caller& who,
                                        const alarm_lists_of& entity, const alarm_filter& filter) {
  if (!is_of_tenant(who)) {
    return fail(error_code::forbidden, no_permission);
  }
  persistence::alarm_list which{*who.tenant, std::nullopt, filter};
  which.filter.entity.reset();
  if (who.role == authority::customer_user) {
    which.customer = who.customer;
  }
  if (entity) {
    if (auto why = hidden(rows, who, entity->first, entity->second)) {
      return tl::unexpected(std::move(*why));
    }
    which.filter.entity = entity->second;
  }
  return which;
}

} // namespace

reply answering::operator()(const get_alarm& what) {
  return whole(visible_alarm(rows_, what.who, what.id).and_then([&](alarm&& one) {
    return info_reader(rows_).read(std::move(one));
  }));
}

reply answering::operator()(const list_alarms& what) {
  const auto which = list_of(rows_, what.who, what.entity, what.filter);
  if (!which) {
    return which.error();
  }
  auto found = rows_.list_alarms(*which, what.link);
  if (!found) {
    return std::move(found.error());
  }
  page<alarm_info> shown{{}, found->total, found->has_next};
  info_reader infos(rows_);
  for (auto& one : found->data) {
    auto info = infos.read(std::move(one));
    if (!info) {
      return std::move(info.error());
    }
    shown.data.push_back(std::move(*info));
  }
  return shown;
}

reply answering::operator()(const get_highest_severity& what) {
  return whole(list_of(rows_, what.who, what.entity, what.filter).and_then([&](const auto& which) {
    return rows_.highest_severity(which);
  }));
}

reply answering::operator()(const list_alarm_types& what) {
  return whole(list_of(rows_, what.who, std::nullopt, {}).and_then([&](const auto& which) {
    return rows_.list_alarm_types(which, what.link);
  }));
}

reply answering::operator()(const list_alarm_comments& what) {
  return whole(visible_alarm(rows_, what.who, what.alarm).and_then([&](const alarm&) {
    return rows_.list_alarm_comments(what.alarm, what.link);
  }));
}

} // namespace muster
