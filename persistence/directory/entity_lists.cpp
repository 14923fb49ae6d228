#include "persistence/directory/entity_lists.hpp"

#include "persistence/directory/lower_case.hpp"

#include <iterator>
#include <utility>

namespace muster::persistence {

namespace {

class keys_of_row {
public:
  keys_of_row(const uuid& id, timestamp created, std::string_view property)
      : id_(id), created_(created), property_(property.empty() ? "createdTime" : property) {}

  keys_of_row& text(std::string_view name, std::string_view field) {
    if (property_ == name) {
      key_ = sort_key{lower_case(field.substr(0, sorted_bytes)), 0, id_};
    }
    return *this;
  }
  keys_of_row& maybe(std::string_view name, const std::optional<std::string>& field) {
    return text(name, field ? std::string_view(*field) : std::string_view());
  }
  keys_of_row& number(std::string_view name, std::int64_t field) {
    if (property_ == name) {
      key_ = sort_key{{}, field, id_};
    }
    return *this;
  }
  keys_of_row& contact_fields(const contact& one) {
    return maybe("country", one.country)
        .maybe("state", one.state)
        .maybe("city", one.city)
        .maybe("address", one.address)
        .maybe("address2", one.address2)
        .maybe("zip", one.zip)
        .maybe("phone", one.phone)
        .maybe("email", one.email);
  }

  result<sort_key> take() {
    number("createdTime", created_);
    if (!key_) {
      return fail(error_code::invalid, "Unknown sort property '" + std::string(property_) + "'");
    }
    return std::move(*key_);
  }

private:
  uuid id_;
  timestamp created_;
  std::string_view property_;
  std::optional<sort_key> key_;
};

bool holds(std::string_view text, const std::string& search) {
  return search.empty() || lower_case(text).find(search) != std::string::npos;
}

template <class T>
bool is_asked(const std::optional<T>& wanted, const std::optional<T>& given) {
  return !wanted || wanted == given;
}

} // namespace

result<sort_key> key_of(const device_profile& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("name", row.name)
      .maybe("description", row.description)
      .number("type", static_cast<std::int64_t>(row.transport))
      .number("isDefault", row.is_default ? 1 : 0)
      .take();
}

result<sort_key> key_of(const tenant& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("title", row.title)
      .contact_fields(row.contact)
      .take();
}

result<sort_key> key_of(const customer& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("title", row.title)
      .contact_fields(row.contact)
      .take();
}

result<sort_key> key_of(const user& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("email", row.email)
      .maybe("firstName", row.first_name)
      .maybe("lastName", row.last_name)
      .take();
}

result<sort_key> key_of(const package_info& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("title", row.title)
      .text("version", row.release)
      .maybe("tag", row.tag)
      .maybe("fileName", row.file_name)
      .number("type", static_cast<std::int64_t>(row.type))
      .number("dataSize", static_cast<std::int64_t>(row.size))
      .take();
}

result<sort_key> key_of(const audit_entry& row, std::string_view property) {
  return keys_of_row(row.id, row.created, property)
      .text("entityName", row.entity_name)
      .text("userName", row.user_name)
      .number("entityType", static_cast<std::int64_t>(row.kind))
      .number("actionType", static_cast<std::int64_t>(row.action))
      .take();
}

result<sort_key> key_of(const rule_chain& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .text("name", row.name)
      .number("root", row.root ? 1 : 0)
      .take();
}

result<sort_key> key_of(const rule_event& row, std::string_view property) {
  return keys_of_row(row.id, row.created, property).take();
}

result<sort_key> key_of(const alarm& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property)
      .number("startTs", row.start)
      .number("endTs", row.end)
      .number("ackTs", row.acknowledged_at)
      .number("clearTs", row.cleared_at)
      .number("assignTs", row.assigned_at)
      .text("type", row.type)
      .number("severity", static_cast<std::int64_t>(row.severity))
      .text("status", alarm_status(row))
      .take();
}

result<sort_key> key_of(const alarm_comment& row, std::string_view property) {
  return keys_of_row(row.id.value, row.created, property).take();
}

bool matches(const device_profile& row, const profile_list& which, const std::string& search) {
  return row.tenant == which.tenant && (!which.transport || row.transport == *which.transport) &&
         holds(row.name, search);
}

bool matches(const tenant& row, const std::string& search) {
  return holds(row.title, search);
}

bool matches(const customer& row, const tenant_id& of, const std::string& search) {
  return row.tenant == of && holds(row.title, search);
}

bool matches(const user& row, const user_list& which, const std::string& search) {
  return is_asked(which.tenant, row.tenant) && is_asked(which.customer, row.customer) &&
         (!which.administrators || row.role != authority::customer_user) &&
         holds(row.email, search);
}

bool matches(const package_info& row, const package_list& which, const std::string& search) {
  return row.tenant == which.tenant && is_asked(which.profile, row.profile) &&
         (!which.type || row.type == *which.type) &&
         (!which.with_content || row.content || row.url) && holds(row.title, search);
}

bool matches(const rule_chain& row, const tenant_id& of, const std::string& search) {
  return row.tenant == of && holds(row.name, search);
}

bool matches(const audit_entry& row, const audit_list& which, const std::string& search) {
  return is_asked(which.tenant, row.tenant) && row.created >= which.start &&
         row.created < which.end && is_asked(which.customer, row.customer) &&
         is_asked(which.user, row.user) &&
         (!which.entity || *which.entity == std::pair(row.kind, row.entity)) &&
         (!which.actions ||
          std::ranges::find(*which.actions, row.action) != which.actions->end()) &&
         (holds(row.entity_name, search) || holds(row.user_name, search));
}

bool matches(const rule_event& row, const rule_event_list& which) {
  const auto same = [](const auto& asked, const auto& there) { return !asked || *asked == there; };
  const auto has = [](const std::string& text, const std::string& wanted) {
    return wanted.empty() || holds(text, lower_case(wanted));
  };
  const auto& asked = which.filter;
  return row.tenant == which.tenant && row.created >= asked.start && row.created < asked.end &&
         std::ranges::find(which.nodes, row.node) != which.nodes.end() &&
         same(asked.kind, row.kind) && same(asked.failed, !row.failure.empty()) &&
         same(asked.message_type, row.message_type) && same(asked.relation, row.relation) &&
         same(asked.message, row.message) && same(asked.originator, row.originator.id) &&
         has(row.data, asked.data) && has(row.metadata, asked.metadata) &&
         has(row.failure, asked.failure);
}

namespace {

template <class T>
bool is_among(const std::vector<T>& wanted, const T& given) {
  return wanted.empty() || std::ranges::find(wanted, given) != wanted.end();
}

bool is_of(const alarm& row, const std::optional<uuid>& entity) {
  return !entity || row.originator.value == *entity ||
         std::ranges::find(row.shown_at, *entity) != row.shown_at.end();
}

} // namespace

bool matches(const alarm& row, const alarm_list& which, const std::string& search) {
  const auto& filter = which.filter;
  return row.tenant == which.tenant && is_asked(which.customer, row.customer) &&
         is_of(row, filter.entity) && (!filter.cleared || row.cleared == *filter.cleared) &&
         (!filter.acknowledged || row.acknowledged == *filter.acknowledged) &&
         is_among(filter.severities, row.severity) && is_among(filter.types, row.type) &&
         is_asked(filter.assignee, row.assignee) && row.created >= filter.start &&
         row.created <= filter.end &&
         (holds(row.type, search) || holds(severity_name(row.severity), search) ||
          holds(alarm_status(row), search));
}

page<std::string> page_of_types(const std::set<std::string>& all, const std::string& search,
                                const page_link& link) {
  std::vector<std::string> found;
  std::ranges::copy_if(all, std::back_inserter(found),
                       [&](const std::string& type) { return holds(type, search); });
  if (link.descending) {
    std::ranges::reverse(found);
  }
  page<std::string> shown;
  shown.total = found.size();
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  for (std::uint64_t i = first; i < found.size() && i < first + link.size; ++i) {
    shown.data.push_back(std::move(found[i]));
  }
  shown.has_next = first + link.size < found.size();
  return shown;
}

} // namespace muster::persistence
