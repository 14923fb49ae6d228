#include "actors/service/entity_look_up.hpp"

#include "actors/device/latest_values.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace muster {

namespace {

/// Of one question.
constexpr std::size_t most_relations = 10'000;

using texts = std::vector<std::pair<std::string, std::string>>;

void add(texts& to, std::string name, const std::optional<std::string>& text) {
  if (text) {
    to.emplace_back(std::move(name), *text);
  }
}

void add_contact(texts& to, const contact& of) {
  add(to, "country", of.country);
  add(to, "state", of.state);
  add(to, "city", of.city);
  add(to, "address", of.address);
  add(to, "address2", of.address2);
  add(to, "zip", of.zip);
  add(to, "phone", of.phone);
  add(to, "email", of.email);
}

texts fields_of(const customer& one) {
  texts all{{"id", to_string(one.id)},
            {"name", one.title},
            {"title", one.title},
            {"createdTime", std::to_string(one.created)},
            {"additionalInfo", one.additional_info.text}};
  add_contact(all, one.contact);
  return all;
}

texts fields_of(const tenant& one) {
  texts all{{"id", to_string(one.id)},
            {"name", one.title},
            {"title", one.title},
            {"createdTime", std::to_string(one.created)},
            {"additionalInfo", one.additional_info.text}};
  add(all, "region", one.region);
  add_contact(all, one.contact);
  return all;
}

texts fields_of(const device_info& one) {
  texts all{{"id", to_string(one.id)},
            {"name", one.name},
            {"type", one.type},
            {"createdTime", std::to_string(one.created)},
            {"additionalInfo", one.additional_info.text}};
  add(all, "label", one.label);
  return all;
}

/// Only the fields that are asked for.
void keep_wanted(texts&& all, const std::vector<std::string>& wanted, entity_found& into) {
  for (auto& one : all) {
    if (std::find(wanted.begin(), wanted.end(), one.first) != wanted.end()) {
      into.fields.push_back(std::move(one));
    }
  }
}

/// Follows relations, nearer ones first.
class relation_walk {
public:
  relation_walk(persistence::store& rows, const relation_query& query)
      : rows_(rows), query_(query) {}

  /// The other ends of the relations that fit.
  result<std::vector<entity_ref>> run(const entity_ref& start) {
    std::vector<entity_ref> level{start};
    seen_.insert(start);
    for (std::uint32_t depth = 1; !level.empty(); ++depth) {
      std::vector<entity_ref> next;
      const bool deepest = query_.max_level != 0 && depth == query_.max_level;
      for (const auto& at : level) {
        if (auto followed = follow(at, deepest, next); !followed) {
          return tl::unexpected(followed.error());
        }
      }
      level = deepest ? std::vector<entity_ref>() : std::move(next);
    }
    return std::move(found_);
  }

private:
  result<void> follow(const entity_ref& at, bool deepest, std::vector<entity_ref>& next) {
    auto all = query_.from ? rows_.relations_from(at) : rows_.relations_to(at);
    if (!all) {
      return tl::unexpected(all.error());
    }
    followed_ += all->size();
    if (followed_ > most_relations) {
      return fail(error_code::invalid, "more than " + std::to_string(most_relations) +
                                           " relations would have to be followed");
    }
    for (const auto& one : *all) {
      const entity_ref& end = query_.from ? one.to : one.from;
      const bool last = deepest || is_last(end);
      if (fits(one, end) && (!query_.last_level_only || last)) {
        found_.push_back(end);
      }
      if (seen_.insert(end).second) {
        next.push_back(end);
      }
    }
    return {};
  }

  bool is_last(const entity_ref& end) {
    if (!query_.last_level_only) {
      return false;
    }
    const auto all = query_.from ? rows_.relations_from(end) : rows_.relations_to(end);
    return all && all->empty();
  }

  bool fits(const relation& one, const entity_ref& end) const {
    return query_.filters.empty() ||
           std::any_of(query_.filters.begin(), query_.filters.end(), [&](const auto& filter) {
             const auto& kinds = filter.kinds;
             return (filter.type.empty() || filter.type == one.type) &&
                    (kinds.empty() ||
                     std::find(kinds.begin(), kinds.end(), end.kind) != kinds.end());
           });
  }

  persistence::store& rows_;
  const relation_query& query_;
  std::set<entity_ref> seen_;
  std::vector<entity_ref> found_;
  std::size_t followed_ = 0;
};

class entity_reader {
public:
  entity_reader(persistence::store& rows, const entity_work& what) : rows_(rows), what_(what) {}

  result<entity_found> of_customer(const device_info& device) {
    if (!device.customer) {
      return entity_found{};
    }
    return read({entity_type::customer, device.customer->value}, device.tenant);
  }
  result<entity_found> of_tenant(const device_info& device) {
    return read({entity_type::tenant, device.tenant.value}, device.tenant);
  }
  result<entity_found> of_related(const device_info& device) {
    const auto ends = relation_walk(rows_, what_.query).run({entity_type::device, device.id.value});
    if (!ends) {
      return tl::unexpected(ends.error());
    }
    for (const auto& end : *ends) {
      auto found = read(end, device.tenant);
      if (!found || found->entity) {
        return found;
      }
    }
    return entity_found{};
  }

  result<entity_found> of_name(const device_info& device) {
    const auto found = find(device.tenant);
    return !found ? tl::unexpected(found.error())
                  : (*found ? read(**found, device.tenant) : entity_found{});
  }

private:
  /// Names of tenants are not looked for: there is the device's own only.
  result<std::optional<entity_ref>> find(const tenant_id& tenant) {
    using found = std::optional<entity_ref>;
    switch (what_.kind) {
    case entity_type::device:
      return rows_.find_device_by_name(tenant, what_.name).map([](const auto& id) {
        return id ? found({entity_type::device, id->value}) : found();
      });
    case entity_type::customer:
      return rows_.find_customer_by_title(tenant, what_.name).map([](const auto& one) {
        return one ? found({entity_type::customer, one->id.value}) : found();
      });
    case entity_type::tenant:
      return found({entity_type::tenant, tenant.value});
    default:
      return found();
    }
  }

  /// Without entity: it is gone, another tenant's, or not of the types that are asked for.
  result<entity_found> read(const entity_ref& which, const tenant_id& tenant) {
    switch (which.kind) {
    case entity_type::device:
      return read_device({which.id}, tenant);
    case entity_type::customer: {
      const auto row = rows_.read_customer({which.id});
      return !row ? tl::unexpected(row.error())
                  : (*row && (*row)->tenant == tenant ? read_owner(which, fields_of(**row))
                                                      : entity_found{});
    }
    case entity_type::tenant: {
      const auto row = rows_.read_tenant({which.id});
      return !row ? tl::unexpected(row.error())
                  : (*row && (*row)->id == tenant ? read_owner(which, fields_of(**row))
                                                  : entity_found{});
    }
    default:
      return entity_found{};
    }
  }

  result<entity_found> read_owner(const entity_ref& which, texts&& fields) {
    entity_found found;
    found.entity = which;
    keep_wanted(std::move(fields), what_.fields, found);
    constexpr auto server = static_cast<std::size_t>(attribute_scope::server);
    if (what_.attributes[server].empty()) {
      return found;
    }
    auto read = rows_.read_entity_attributes(which, what_.attributes[server]);
    if (!read) {
      return tl::unexpected(read.error());
    }
    for (auto& one : *read) {
      found.attributes[server].push_back({std::move(one.key), std::move(one.val)});
    }
    return found;
  }

  result<entity_found> read_device(const device_id& which, const tenant_id& tenant) {
    auto rows = rows_.view_device(which);
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    const auto& types = what_.query.device_types;
    if (!*rows || (*rows)->info.tenant != tenant ||
        (!types.empty() &&
         std::find(types.begin(), types.end(), (*rows)->info.type) == types.end())) {
      return entity_found{};
    }
    entity_found found;
    found.entity = {entity_type::device, which.value};
    keep_wanted(fields_of((*rows)->info), what_.fields, found);
    for (std::size_t scope = 0; scope < found.attributes.size(); ++scope) {
      const auto& wanted = what_.attributes[scope];
      for (auto& row : (*rows)->attributes[scope]) {
        if (row.val && std::find(wanted.begin(), wanted.end(), row.key) != wanted.end()) {
          found.attributes[scope].push_back({row.key, std::move(*row.val)});
        }
      }
    }
    const latest_values latest(std::move((*rows)->latest), (*rows)->journal);
    for (const auto& key : what_.latest) {
      if (const auto* one = latest.find(key)) {
        found.latest.push_back(*one);
      }
    }
    return found;
  }

  persistence::store& rows_;
  const entity_work& what_;
};

} // namespace

result<device_info> read_asker(persistence::store& rows, const device_id& which) {
  const auto info = rows.read_device_info(which);
  if (!info) {
    return tl::unexpected(info.error());
  }
  if (*info) {
    return **info;
  }
  const tenant_id tenant{which.value};
  return rows.read_tenant(tenant).and_then([&](const auto& own) -> result<device_info> {
    if (!own) {
      return fail(error_code::not_found, "the device is gone");
    }
    device_info asker;
    asker.id = which;
    asker.tenant = tenant;
    return asker;
  });
}

result<entity_found> look_up(persistence::store& rows, const device_id& device,
                             const entity_work& what) {
  const auto info = read_asker(rows, device);
  if (!info) {
    return tl::unexpected(info.error());
  }
  entity_reader reader(rows, what);
  switch (what.of) {
  case entity_work::source::customer:
    return reader.of_customer(*info);
  case entity_work::source::tenant:
    return reader.of_tenant(*info);
  case entity_work::source::named:
    return reader.of_name(*info);
  default:
    return reader.of_related(*info);
  }
}

result<relation_found> look_up(persistence::store& rows, const device_id& device,
                               const relation_work& what) {
  const entity_ref self{entity_type::device, device.value};
  if (what.entity) {
    const auto one = what.from ? rows.find_relation(self, *what.entity, what.type)
                               : rows.find_relation(*what.entity, self, what.type);
    return one.map([](const auto& found) { return relation_found{found.has_value()}; });
  }
  const auto all = what.from ? rows.relations_from(self) : rows.relations_to(self);
  return all.map([&](const auto& found) {
    return relation_found{std::any_of(found.begin(), found.end(),
                                      [&](const relation& one) { return one.type == what.type; })};
  });
}

result<std::vector<uuid>> find_related(persistence::store& rows, const device_id& device,
                                       const std::vector<std::string>& types) {
  relation_query query;
  query.from = false;
  query.max_level = 0;
  for (const auto& type : types) {
    query.filters.push_back({type, {}});
  }
  const auto ends = relation_walk(rows, query).run({entity_type::device, device.value});
  if (!ends) {
    return tl::unexpected(ends.error());
  }
  std::set<uuid> related;
  for (const auto& end : *ends) {
    related.insert(end.id);
  }
  related.erase(device.value);
  return std::vector<uuid>(related.begin(), related.end());
}

} // namespace muster
