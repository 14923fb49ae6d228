#include "http/rest_api/calculated_field_calls.hpp"

#include "http/rest_api/entity_json.hpp"

#include <algorithm>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::uint32_t holders_at_once = 100;

} // namespace

tenant_id field_holder::tenant() const {
  return std::visit([](const auto& one) { return one.tenant; }, whole);
}

entity_ref field_holder::entity() const {
  const auto* device = std::get_if<device_info>(&whole);
  return device != nullptr
             ? entity_ref{entity_type::device, device->id.value}
             : entity_ref{entity_type::device_profile, std::get<device_profile>(whole).id.value};
}

std::string_view field_holder::kind() const {
  return std::holds_alternative<device_info>(whole) ? "device" : "device profile";
}

field_holder holder_of(device_profile&& profile) {
  auto fields = fields_of(profile);
  return {std::move(profile), std::move(fields)};
}

field_holder holder_of(device_info&& device) {
  auto fields = fields_of(device);
  return {std::move(device), std::move(fields)};
}

response field_call::shape(const error& what) const {
  if (what.code == error_code::not_found && what.message.empty()) {
    return fault({what.code, "Calculated field with id [" + to_string(id_) + "] is not found"},
                 now());
  }
  return rule_chain_call::shape(what);
}

template <class Row, class List>
void field_call::visit_pages(List list, visitor visit, std::function<void()> done) {
  list.link.page = next_page_++;
  ask<page<Row>>(query(list),
                 [this, list, visit = std::move(visit), done = std::move(done)](page<Row>& some) {
                   enough_ = std::ranges::any_of(some.data, [&](Row& one) {
                     auto holder = holder_of(std::move(one));
                     return !visit(holder);
                   });
                   // What is called now is about to be replaced.
                   auto again = visit;
                   auto end = done;
                   if (!enough_ && some.has_next) {
                     return visit_pages<Row>(list, std::move(again), std::move(end));
                   }
                   next_page_ = 0;
                   end();
                 });
}

void field_call::visit_profiles(visitor visit, std::function<void()> done) {
  page_link link;
  link.size = holders_at_once;
  visit_pages<device_profile>(list_profiles{who(), std::nullopt, link}, std::move(visit),
                              std::move(done));
}

void field_call::visit_devices(visitor visit, std::function<void()> done) {
  list_devices some;
  some.who = who();
  some.link.size = holders_at_once;
  some.with_fields = true;
  visit_pages<device_info>(some, std::move(visit), std::move(done));
}

void field_call::visit_holders(visitor visit, std::function<void()> done) {
  auto of_devices = visit;
  visit_profiles(std::move(visit),
                 [this, of_devices = std::move(of_devices), done = std::move(done)] {
                   if (enough_) {
                     return done();
                   }
                   visit_devices(of_devices, done);
                 });
}

void field_call::find_field(std::function<void()> then) {
  visit_holders(
      [this](field_holder& one) {
        const auto place = std::ranges::find(one.fields, id_, &calculated_field::id);
        if (place == one.fields.end()) {
          return true;
        }
        place_ = static_cast<std::size_t>(place - one.fields.begin());
        holder_ = std::move(one);
        return false;
      },
      [this, then = std::move(then)] {
        if (!holder_) {
          return fail_with(error{error_code::not_found, {}});
        }
        then();
      });
}

void field_call::save(std::function<void()> then) {
  auto fields = stored_fields(holder_->fields);
  if (const auto* device = std::get_if<device_info>(&holder_->whole)) {
    return send<device_info>(device->id, save_calculated_fields{std::move(fields), device->version},
                             [then = std::move(then)](device_info&) { then(); });
  }
  auto& profile = std::get<device_profile>(holder_->whole);
  const auto seen = profile.version;
  profile.calculated_fields = std::move(fields);
  apply<device_profile>(save_profile{who(), profile, seen},
                        [then = std::move(then)](device_profile&) { then(); });
}

void field_call::answer_field() {
  answer_json(
      entity_json(field_of_entity{holder_->tenant(), holder_->entity(), holder_->fields[place_]},
                  append_calculated_field));
}

} // namespace muster::http::rest
