#include "http/rest_api/calculated_field_calls.hpp"
#include "http/rest_api/resources.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace muster::http::rest {

namespace {

/// Of one profile or device.
constexpr std::size_t most_fields = 100;

/// Creates a field or changes it, as the body's `id` says.
class save_field_call final : public field_call {
public:
  explicit save_field_call(rest_api& api) : field_call{api, true} {}

private:
  void run(exchange& request) override {
    auto read = read_body(request, read_field_body);
    if (!read) {
      return;
    }
    body_ = std::move(*read);
    id_ = body_.id.value_or(uuid{});
    if (body_.of.kind == entity_type::device) {
      return send<device_info>(device_id{body_.of.id}, read_device{},
                               [this](device_info& found) { change(holder_of(std::move(found))); });
    }
    ask_any(get_profile{who(), profile_id{body_.of.id}}, [this](reply& found) {
      const auto* refusal = std::get_if<error>(&found);
      if (refusal != nullptr && refusal->code == error_code::not_found) {
        return fail_with(error_code::not_found,
                         "Device profile with id [" + to_string(body_.of.id) + "] is not found");
      }
      if (auto* profile = std::get_if<device_profile>(&found)) {
        return change(holder_of(std::move(*profile)));
      }
      unexpected(found);
    });
  }

  void change(field_holder&& of) {
    holder_ = std::move(of);
    if (auto good = body_.id ? replace() : add(); !good) {
      return fail_with(good.error());
    }
    save([this] { answer_field(); });
  }

  result<void> add() {
    auto& fields = holder_->fields;
    if (fields.size() >= most_fields) {
      return fail(error_code::invalid,
                  "A " + std::string{holder_->kind()} + " has at most 100 calculated fields");
    }
    body_.field.created = now();
    body_.field.id = ordered_uuid(body_.field.created);
    place_ = fields.size();
    fields.push_back(std::move(body_.field));
    return check_name();
  }

  result<void> replace() {
    auto& fields = holder_->fields;
    const auto found = std::ranges::find(fields, *body_.id, &calculated_field::id);
    if (found == fields.end()) {
      return fail(error_code::not_found, {});
    }
    if (body_.version && *body_.version != found->version) {
      return fail(error_code::version_conflict, "Calculated field was changed by someone else");
    }
    place_ = static_cast<std::size_t>(found - fields.begin());
    body_.field.id = found->id;
    body_.field.created = found->created;
    body_.field.version = found->version + 1;
    *found = std::move(body_.field);
    return check_name();
  }

  result<void> check_name() const {
    const auto& name = holder_->fields[place_].name;
    return std::ranges::count(holder_->fields, name, &calculated_field::name) > 1
               ? fail(error_code::invalid, "Calculated field with such name already exists!")
               : result<void>{};
  }

  field_body body_;
};

class get_field_call final : public field_call {
public:
  explicit get_field_call(rest_api& api) : field_call{api} {}

private:
  void run(exchange&) override {
    find_field([this] { answer_field(); });
  }
};

class delete_field_call final : public field_call {
public:
  explicit delete_field_call(rest_api& api) : field_call{api} {}

private:
  void run(exchange&) override {
    find_field([this] {
      holder_->fields.erase(holder_->fields.begin() + static_cast<std::ptrdiff_t>(place_));
      save([this] { answer_done(); });
    });
  }
};

} // namespace

void add_calculated_field_routes(router& to, rest_api& api) {
  to.add<save_field_call>(method::post, "/api/calculatedField", {body_limit}, std::ref(api));
  to.add<get_field_call>(method::get, "/api/calculatedField/{calculatedFieldId}", {},
                         std::ref(api));
  to.add<delete_field_call>(method::remove, "/api/calculatedField/{calculatedFieldId}",
                            {body_limit}, std::ref(api));
  add_field_list_routes(to, api);
}

} // namespace muster::http::rest
