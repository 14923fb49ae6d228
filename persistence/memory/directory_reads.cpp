#include "persistence/directory/lower_case.hpp"
#include "persistence/memory/plain_store.hpp"

#include <iterator>
#include <ranges>
#include <tuple>

namespace muster::persistence::memory {

namespace {

bool is_active(const device_entry& device) {
  return device.dues[static_cast<std::size_t>(due_kind::inactivity)].has_value();
}

bool is_listed(const device_entry& device, const device_list& which) {
  const auto& info = *device.info;
  return info.tenant == which.tenant && (!which.customer || info.customer == which.customer) &&
         (!which.type || info.type == *which.type) &&
         (!which.profile || info.profile == *which.profile) &&
         (!which.active || is_active(device) == *which.active) &&
         (!which.with_fields || info.calculated_fields != json_text{"null"});
}

} // namespace

result<page<device_info>> plain_store::list_devices(const device_list& which,
                                                    const page_link& link) {
  const auto property = parse_device_property(link.sort_property);
  if (!property) {
    return tl::unexpected(property.error());
  }
  return read([&](const state& all) {
    const std::string wanted = lower_case(link.text_search);
    std::map<sort_key, const device_info*> found;
    for (const auto& [id, entry] : all.devices) {
      if (entry.info && is_listed(entry, which) &&
          lower_case(entry.info->name).find(wanted) != std::string::npos) {
        found.emplace(key_of(*entry.info, *property), &*entry.info);
      }
    }
    std::vector<const device_info*> order;
    std::ranges::copy(found | std::views::values, std::back_inserter(order));
    if (link.descending) {
      std::ranges::reverse(order);
    }
    page<device_info> rows;
    rows.total = order.size();
    const std::uint64_t first = std::uint64_t{link.page} * link.size;
    for (std::uint64_t i = first; i < order.size() && i < first + link.size; ++i) {
      rows.data.push_back(*order[i]);
    }
    rows.has_next = first + link.size < order.size();
    return rows;
  });
}

result<std::vector<device_position>>
plain_store::next_devices(const device_group& of, const std::optional<device_position>& after,
                          std::size_t limit) {
  return read([&](const state& all) {
    std::vector<device_position> found;
    for (const auto& [id, entry] : all.devices) {
      if (entry.info && is_listed(entry, {of.tenant, of.customer, {}, of.profile, {}, false})) {
        const device_position place{entry.info->created, id};
        if (!after || *after < place) {
          found.push_back(place);
        }
      }
    }
    std::ranges::sort(found);
    found.resize(std::min(found.size(), limit));
    return found;
  });
}

result<std::uint64_t> plain_store::count_devices(const device_group& of) {
  return next_devices(of, std::nullopt, static_cast<std::size_t>(-1)).map([](const auto& all) {
    return static_cast<std::uint64_t>(all.size());
  });
}

result<std::vector<bool>> plain_store::are_active(std::span<const device_id> devices) {
  return read([&](const state& all) {
    std::vector<bool> found;
    for (const auto& id : devices) {
      const auto entry = all.devices.find(id);
      found.push_back(entry != all.devices.end() && is_active(entry->second));
    }
    return found;
  });
}

result<std::optional<user>> plain_store::find_user_by_email(std::string_view email) {
  return first(&state::users,
               [&](const user& u) { return lower_case(u.email) == lower_case(email); });
}

result<std::optional<user>> plain_store::find_user_by_activation(std::string_view token) {
  return first(&state::users, [&](const user& u) { return u.activation_token == token; });
}

result<std::optional<customer>> plain_store::find_customer_by_title(const tenant_id& tenant,
                                                                    std::string_view title) {
  return first(&state::customers,
               [&](const customer& c) { return c.tenant == tenant && c.title == title; });
}

result<std::optional<device_profile>> plain_store::find_profile_by_name(const tenant_id& tenant,
                                                                        std::string_view name) {
  return first(&state::profiles,
               [&](const device_profile& p) { return p.tenant == tenant && p.name == name; });
}

result<std::optional<device_profile>>
plain_store::find_profile_by_provision_key(std::string_view key) {
  return first(&state::profiles, [&](const device_profile& p) { return p.provision_key == key; });
}

result<std::optional<device_profile>> plain_store::find_default_profile(const tenant_id& tenant) {
  return read([&](const state& all) -> std::optional<device_profile> {
    const auto found = all.default_profiles.find(tenant);
    return found == all.default_profiles.end() ? std::nullopt
                                               : std::optional(all.profiles.at(found->second));
  });
}

result<std::vector<relation>> plain_store::relations_from(const entity_ref& entity) {
  return relations([&](const relation& one) { return one.from == entity; });
}

result<std::vector<relation>> plain_store::relations_to(const entity_ref& entity) {
  return relations([&](const relation& one) { return one.to == entity; });
}

result<std::optional<relation>>
plain_store::find_relation(const entity_ref& from, const entity_ref& to, std::string_view type) {
  return find(&state::relations, relation_key{from, to, std::string(type)});
}

result<std::vector<attribute>>
plain_store::read_entity_attributes(const entity_ref& entity,
                                    const std::optional<std::vector<std::string>>& keys) {
  return read([&](const state& all) {
    std::vector<attribute> found;
    for (const auto& [key, row] : all.entity_attributes) {
      if (key.first == entity && (!keys || std::ranges::find(*keys, row.key) != keys->end())) {
        found.push_back(row);
      }
    }
    return found;
  });
}

result<bool> plain_store::is_content_used(const content_digest& content) {
  return first(&state::packages, [&](const package_info& p) { return p.content == content; })
      .map([](const auto& found) { return found.has_value(); });
}

result<page<device_profile>> plain_store::list_profiles(const profile_list& which,
                                                        const page_link& link) {
  return list(&state::profiles, link, [&](const device_profile& row) {
    return matches(row, which, lower_case(link.text_search));
  });
}

result<page<tenant>> plain_store::list_tenants(const page_link& link) {
  return list(&state::tenants, link,
              [&](const tenant& row) { return matches(row, lower_case(link.text_search)); });
}

result<page<customer>> plain_store::list_customers(const tenant_id& tenant, const page_link& link) {
  return list(&state::customers, link, [&](const customer& row) {
    return matches(row, tenant, lower_case(link.text_search));
  });
}

result<page<user>> plain_store::list_users(const user_list& which, const page_link& link) {
  return list(&state::users, link,
              [&](const user& row) { return matches(row, which, lower_case(link.text_search)); });
}

result<page<package_info>> plain_store::list_packages(const package_list& which,
                                                      const page_link& link) {
  return list(&state::packages, link, [&](const package_info& row) {
    return matches(row, which, lower_case(link.text_search));
  });
}

result<page<rule_chain>> plain_store::list_rule_chains(const tenant_id& tenant,
                                                       const page_link& link) {
  return list(&state::rule_chains, link, [&](const rule_chain& row) {
    return matches(row, tenant, lower_case(link.text_search));
  });
}

result<page<audit_entry>> plain_store::list_audit(const audit_list& which, const page_link& link) {
  return list(&state::audit, link, [&](const audit_entry& row) {
    return !outlived(row.created, options_.audit_retention_seconds, clock_.now().wall) &&
           matches(row, which, lower_case(link.text_search));
  });
}

result<page<rule_event>> plain_store::list_rule_events(const rule_event_list& which,
                                                       const page_link& link) {
  return list(&state::rule_events, link, [&](const rule_event& row) {
    return !outlived(row.created, options_.rule_event_retention_seconds, clock_.now().wall) &&
           matches(row, which);
  });
}

result<std::vector<job>> plain_store::read_jobs() {
  return read([](const state& all) {
    std::vector<job> found;
    std::ranges::copy(all.jobs | std::views::values, std::back_inserter(found));
    std::ranges::sort(found, [](const job& a, const job& b) {
      return std::tie(a.created, a.id) < std::tie(b.created, b.id);
    });
    return found;
  });
}

result<std::vector<put_revocation>> plain_store::read_revocations() {
  return read([&](const state& all) {
    std::vector<put_revocation> kept;
    for (const auto& [subject, row] : all.revocations) {
      if (row.expires == 0 || clock_.now().wall <= row.expires) {
        kept.push_back(row);
      }
    }
    return kept;
  });
}

} // namespace muster::persistence::memory
