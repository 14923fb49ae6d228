#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/body_values.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace muster {

namespace {

constexpr std::array scopes{attribute_scope::client, attribute_scope::shared,
                            attribute_scope::server};

std::vector<key_value> pick(const attribute_group& from, const std::vector<std::string>& keys) {
  std::vector<key_value> found;
  if (keys.empty()) {
    for (const auto& row : from.rows()) {
      if (row.val) {
        found.push_back({row.key, *row.val});
      }
    }
    return found;
  }
  for (const auto& key : keys) {
    if (const auto* row = from.find(key)) {
      found.push_back({row->key, *row->val});
    }
  }
  return found;
}

/// Those with these keys, in the order of the keys; a key named twice counts once.
std::vector<attribute> of_keys(std::vector<attribute>&& all, const std::vector<std::string>& keys) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (const auto& key : keys) {
    places.try_emplace(key, places.size());
  }
  std::erase_if(all, [&](const attribute& item) { return !places.contains(item.key); });
  std::stable_sort(all.begin(), all.end(), [&](const attribute& a, const attribute& b) {
    return places.at(a.key) < places.at(b.key);
  });
  return std::move(all);
}

} // namespace

void device_state::on(save_attributes& what, context& with) {
  if (with.from_device) {
    if (const auto rules = chain_for(&chain_shortcuts::attributes)) {
      pass_attributes(std::move(what), *rules, with);
      with.answer(done{});
      return;
    }
  }
  if (!what.values.empty()) {
    audit_keys_of(with, audit_action::attributes_updated, what.scope, what.values);
    const bool told = with.who != nullptr && events_told();
    std::string body = told ? body_text(what.values) : std::string();
    set_attributes(what.scope, std::move(what.values), what.only_on_change, true, with.now,
                   with.out);
    if (told) {
      tell_saved(what.scope, std::move(body), with);
    }
  }
  with.answer(done{});
}

void device_state::set_attributes(attribute_scope scope, std::vector<key_value>&& values,
                                  bool only_on_change, bool tell_polls, instant now, effects& out) {
  const bool told = scope == attribute_scope::shared && tell_polls;
  const std::uint64_t change = told ? cursor_.next_change() : 0;
  const auto keys = alarm_rules() ? keys_of(values) : std::vector<std::string>();
  if (group(scope).set(std::move(values), now.wall, change, only_on_change)) {
    attributes_changed(scope, now, out);
    follow_attributes(scope, {keys.begin(), keys.end()}, now, out);
  }
}

void device_state::on(delete_attributes& what, context& with) {
  erase_attributes(what.scope, what.keys, with.now, with.out);
  audit(with, audit_action::attributes_deleted,
        with.who == nullptr
            ? json_text{}
            : audit_keys(scope_name(what.scope), {what.keys.begin(), what.keys.end()}));
  if (with.who != nullptr) {
    tell_deleted(what, with);
  }
  with.answer(done{});
}

void device_state::erase_attributes(attribute_scope scope, const std::vector<std::string>& keys,
                                    instant now, effects& out) {
  const bool shared = scope == attribute_scope::shared;
  const auto& from = group(scope);
  const bool any = std::any_of(keys.begin(), keys.end(),
                               [&](const auto& key) { return from.find(key) != nullptr; });
  if (!any) {
    return;
  }
  const std::uint64_t change = shared ? cursor_.next_change() : 0;
  // Before its first poll a device is told of nothing, so nothing need be remembered.
  const bool remember = shared && cursor_.position().has_value();
  for (const auto& key : keys) {
    group(scope).erase(key, now.wall, change, remember);
  }
  attributes_changed(scope, now, out);
  follow_attributes(scope, {keys.begin(), keys.end()}, now, out);
}

void device_state::attributes_changed(attribute_scope scope, instant now, effects& out) {
  out.mutations.emplace_back(persistence::put_attributes{scope, group(scope).rows()});
  if (scope == attribute_scope::shared) {
    serve_attribute_polls(out);
  } else if (scope == attribute_scope::server) {
    activity_.set_timeout(server_value("inactivityTimeout"), now.wall, out);
  }
}

const value* device_state::server_value(std::string_view key) const noexcept {
  const auto* row = group(attribute_scope::server).find(key);
  return row != nullptr ? &*row->val : nullptr;
}

void device_state::on(read_device_attributes& what, context& with) {
  device_attributes found;
  if (what.client) {
    found.client = pick(group(attribute_scope::client), *what.client);
  }
  if (what.shared) {
    found.shared = pick(group(attribute_scope::shared), *what.shared);
  }
  with.answer(std::move(found));
}

std::vector<attribute> device_state::shown_attributes(attribute_scope scope) const {
  std::vector<attribute> shown;
  const bool server = scope == attribute_scope::server;
  if (server) {
    shown = activity_.attributes(info_.created);
  }
  for (const auto& row : group(scope).rows()) {
    if (row.val && !(server && device_activity::owns(row.key))) {
      shown.push_back({row.key, row.last_update, *row.val});
    }
  }
  std::sort(shown.begin(), shown.end(),
            [](const attribute& a, const attribute& b) { return a.key < b.key; });
  return shown;
}

void device_state::on(read_attributes& what, context& with) {
  std::vector<attribute> all;
  for (const auto scope : scopes) {
    if (!what.scope || *what.scope == scope) {
      auto shown = shown_attributes(scope);
      std::move(shown.begin(), shown.end(), std::back_inserter(all));
    }
  }
  with.answer(what.keys ? of_keys(std::move(all), *what.keys) : std::move(all));
}

void device_state::on(poll_attributes& what, context& with) {
  if (cursor_.arrive()) {
    put_counters(with.out);
  }
  attribute_polls_.push_back({what.poll, later(with.now.steady, what.timeout), std::move(with.to),
                              with.now.steady, std::move(what.client)});
  serve_attribute_polls(with.out);
  if (what.timeout <= 0) {
    time_out_polls(with.now, with.out);
  }
}

void device_state::serve_attribute_polls(effects& out) {
  if (attribute_polls_.empty() || !cursor_.ready()) {
    return;
  }
  const auto changes = cursor_.collect(group(attribute_scope::shared));
  std::vector<poll_id> round;
  for (auto& poll : std::exchange(attribute_polls_, {})) {
    round.push_back(poll.poll);
    out.answer(std::move(poll.to), changes);
  }
  cursor_.begin_round(std::move(round));
}

persistence::put_counters device_state::counters(bool with_offer) const {
  persistence::put_counters row{rpc_reserved_, cursor_.newest(), cursor_.position()};
  if (with_offer && claim_) {
    row.offer = claim_->offer();
  }
  row.progress = watch_ ? write_progress(watch_->progress) : std::string();
  return row;
}

void device_state::put_counters(effects& out) {
  out.mutations.emplace_back(counters(true));
}

} // namespace muster
