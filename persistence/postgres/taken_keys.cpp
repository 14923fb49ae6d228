#include "persistence/postgres/taken_keys.hpp"

#include "persistence/directory/lower_case.hpp"
#include "persistence/postgres/keys.hpp"

namespace muster::persistence::postgres {

namespace {

template <class... F>
struct overloaded : F... {
  using F::operator()...;
};

/// Returns the numbers of those keys that a row has.
std::string text_of(const char* table,
                    const std::vector<std::pair<std::string, std::size_t>>& columns) {
  std::string arrays;
  std::string names;
  std::string equal;
  for (const auto& [name, number] : columns) {
    arrays += (arrays.empty() ? "$" : ", $") + std::to_string(number);
    names += name + ", ";
    equal += (equal.empty() ? "t." : " and t.") + name + " = q." + name;
  }
  return "select q.n from unnest(" + arrays + ") with ordinality q(" + names +
         "n) where exists (select from " + table + " t where " + equal + ")";
}

} // namespace

struct key_asker {
  taken_keys& keys;

  void operator()(const device_name_free& c) const {
    keys.ask(unique_key::device_name(c.tenant, c.name), "device",
             {{"tenant", c.tenant.value}, {"name", c.name}});
  }
  void operator()(const credentials_free& c) const {
    keys.ask(unique_key::token(c.credentials_id), "credentials",
             {{"digest", raw_bytes{token_digest(c.credentials_id)}}});
  }
  void operator()(const email_free& c) const {
    keys.ask(unique_key::email(c.email), "app_user",
             {{"lower_email", raw_bytes{lower_case(c.email)}}});
  }
  void operator()(const activation_free& c) const {
    keys.ask(unique_key::activation(c.token), "app_user", {{"activation_token", c.token}});
  }
  void operator()(const profile_name_free& c) const {
    keys.ask(unique_key::profile_name(c.tenant, c.name), "profile",
             {{"tenant", c.tenant.value}, {"name", c.name}});
  }
  void operator()(const provision_key_free& c) const {
    keys.ask(unique_key::provision_key(c.key), "profile", {{"provision_key", c.key}});
  }
  void operator()(const tenant_title_free& c) const {
    keys.ask(unique_key::tenant_title(c.title), "tenant", {{"title", c.title}});
  }
  void operator()(const customer_title_free& c) const {
    keys.ask(unique_key::customer_title(c.tenant, c.title), "customer",
             {{"tenant", c.tenant.value}, {"title", c.title}});
  }
  void operator()(const package_name_free& c) const {
    keys.ask(unique_key::package_name(c.tenant, c.title, c.release), "package",
             {{"tenant", c.tenant.value}, {"title", c.title}, {"release", c.release}});
  }
  void operator()(const root_chain_free& c) const {
    keys.ask(unique_key::root_chain(c.tenant), "(select tenant from rule_chain where root)",
             {{"tenant", c.tenant.value}});
  }
  void operator()(const setting_free& c) const {
    keys.ask(unique_key::setting(c.name), "setting", {{"name", c.name}});
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void taken_keys::ask(const precondition& condition) {
  std::visit(key_asker{*this}, condition.what);
}

void taken_keys::ask(const device_id& id) {
  ask(unique_key::device(id), "device", {{"id", id.value}});
}

void taken_keys::ask(const std::string& key, const char* table,
                     const std::vector<std::pair<std::string, part>>& parts) {
  if (!asked_.insert(key).second) {
    return;
  }
  auto& to = questions_[key.front()];
  if (to.keys.empty()) {
    std::vector<std::pair<std::string, std::size_t>> columns;
    for (const auto& [name, one] : parts) {
      columns.emplace_back(name, columns.size() + 1);
      to.columns.emplace_back(std::holds_alternative<uuid>(one)        ? sql_type::uuid
                              : std::holds_alternative<raw_bytes>(one) ? sql_type::bytea
                                                                       : sql_type::text);
    }
    to.text = text_of(table, columns);
  }
  to.keys.push_back(key);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto& column = to.columns[i];
    std::visit(overloaded{[&](const uuid& id) { column.id(id); },
                          [&](const std::string& text) { column.text(text); },
                          [&](const raw_bytes& bytes) { column.bytes(bytes.data); }},
               parts[i].second);
  }
}

void taken_keys::queue(connection& to) const {
  for (const auto& [kind, one] : questions_) {
    parameters given;
    for (const auto& column : one.columns) {
      given.list(column);
    }
    to.queue(one.text, given);
  }
}

void taken_keys::read(std::span<const rows> answers) {
  std::size_t next = 0;
  for (const auto& [kind, one] : questions_) {
    const rows& numbers = answers[next++];
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      taken_.insert(one.keys.at(static_cast<std::size_t>(numbers.number(i, 0)) - 1));
    }
  }
}

void taken_keys::take(std::vector<std::string> keys) {
  for (auto& key : keys) {
    taken_.insert(std::move(key));
  }
}

void taken_keys::free(const std::vector<std::string>& keys) {
  for (const auto& key : keys) {
    taken_.erase(key);
  }
}

} // namespace muster::persistence::postgres
