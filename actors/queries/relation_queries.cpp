#include "actors/queries/answering.hpp"
#include "actors/queries/visible.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace muster {

namespace {

result<std::string> customer_title(persistence::store& rows, const caller& who,
                                   const customer_id& id) {
  if (who.role == authority::customer_user && who.customer != id) {
    return fail(error_code::forbidden, no_permission);
  }
  const auto found = rows.read_customer(id);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(error_code::not_found);
  }
  return (*found)->tenant == who.tenant ? result<std::string>((*found)->title)
                                        : fail(error_code::forbidden, no_permission);
}

result<std::string> tenant_title(persistence::store& rows, const caller& who, const tenant_id& id) {
  if (who.tenant != id) {
    return fail(error_code::forbidden, no_permission);
  }
  const auto found = rows.read_tenant(id);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return *found ? result<std::string>((*found)->title) : fail(error_code::not_found);
}

bool is_hidden(const error& why) {
  return why.code == error_code::not_found || why.code == error_code::forbidden;
}

} // namespace

result<std::string> visible_name(persistence::store& rows, const caller& who,
                                 const entity_ref& entity) {
  if (who.role == authority::system_administrator) {
    return fail(error_code::forbidden, no_permission);
  }
  switch (entity.kind) {
  case entity_type::device:
    return visible_device(rows, who, device_id{entity.id}).map([](const device_info& device) {
      return device.name;
    });
  case entity_type::customer:
    return customer_title(rows, who, customer_id{entity.id});
  case entity_type::tenant:
    return tenant_title(rows, who, tenant_id{entity.id});
  default:
    return fail(error_code::not_found);
  }
}

reply answering::operator()(const list_relations& what) {
  if (auto seen = visible_name(rows_, what.who, what.entity); !seen) {
    return std::move(seen.error());
  }
  auto all = what.to ? rows_.relations_to(what.entity) : rows_.relations_from(what.entity);
  if (!all) {
    return std::move(all.error());
  }
  std::vector<named_relation> shown;
  for (auto& one : *all) {
    if (what.type && one.type != *what.type) {
      continue;
    }
    auto name = visible_name(rows_, what.who, what.to ? one.from : one.to);
    if (name) {
      shown.push_back({std::move(one), std::move(*name)});
    } else if (!is_hidden(name.error())) {
      return std::move(name.error());
    }
  }
  return shown;
}

reply answering::operator()(const get_relation& what) {
  for (const auto& end : {what.from, what.to}) {
    if (auto seen = visible_name(rows_, what.who, end); !seen) {
      return std::move(seen.error());
    }
  }
  return found(rows_.find_relation(what.from, what.to, what.type));
}

reply answering::operator()(const get_entity_attributes& what) {
  if (auto seen = visible_name(rows_, what.who, what.entity); !seen) {
    return std::move(seen.error());
  }
  auto stored = rows_.read_entity_attributes(what.entity, what.keys);
  if (!stored || !what.keys) {
    return whole(std::move(stored));
  }
  std::map<std::string_view, attribute*> by_key;
  for (auto& one : *stored) {
    by_key.emplace(one.key, &one);
  }
  std::vector<attribute> ordered;
  for (const auto& key : *what.keys) {
    if (auto one = by_key.extract(key); !one.empty()) {
      ordered.push_back(*one.mapped());
    }
  }
  return ordered;
}

} // namespace muster
