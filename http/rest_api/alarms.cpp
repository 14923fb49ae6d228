#include "actors/rules/engine/alarm_text.hpp"
#include "http/rest_api/alarm_body.hpp"
#include "http/rest_api/alarm_calls.hpp"
#include "http/rest_api/resources.hpp"

#include <utility>

namespace muster::http::rest {

namespace {

std::string info_text(const alarm_info& info) {
  return alarm_info_text(info.what, info.originator, info.assignee ? &*info.assignee : nullptr);
}

/// Raises an alarm, or changes one, as the body's `id` says.
class save_alarm_call final : public alarm_call {
public:
  explicit save_alarm_call(rest_api& api) : alarm_call{api, true} {}

private:
  void run(exchange& request) override {
    auto wanted = read_alarm(request.body());
    if (!wanted) {
      return fail_with(wanted.error());
    }
    id_ = wanted->id == alarm_id{} ? wanted->originator.value : wanted->id.value;
    of_device_ = wanted->id == alarm_id{};
    apply_again<alarm>(edit_alarm{who(), std::move(*wanted)},
                       [this](alarm& now) { answer_json(alarm_text(now)); });
  }
  response shape(const error& what) const override {
    if (of_device_ && what.code == error_code::not_found && what.message.empty()) {
      return fault({what.code, "Device with id [" + to_string(id_) + "] is not found"}, now());
    }
    return alarm_call::shape(what);
  }

  bool of_device_ = false;
};

class get_alarm_call final : public alarm_call {
public:
  get_alarm_call(rest_api& api, bool info) : alarm_call{api}, info_{info} {}

private:
  void run(exchange&) override {
    ask<alarm_info>(get_alarm{who(), alarm_id{id_}}, [this](alarm_info& found) {
      answer_json(info_ ? info_text(found) : alarm_text(found.what));
    });
  }

  bool info_;
};

/// Acknowledges or clears it; the answer shows it as it is then.
class state_call final : public alarm_call {
public:
  state_call(rest_api& api, alarm_action action) : alarm_call{api}, action_{action} {}

private:
  void run(exchange&) override {
    apply_again<alarm>(act_on_alarm{who(), alarm_id{id_}, action_}, [this](alarm&) {
      ask<alarm_info>(get_alarm{who(), alarm_id{id_}},
                      [this](alarm_info& found) { answer_json(info_text(found)); });
    });
  }

  alarm_action action_;
};

class assign_call final : public alarm_call {
public:
  assign_call(rest_api& api, bool to_somebody) : alarm_call{api}, to_somebody_{to_somebody} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (auto read = alarm_call::prepare(path, query); !read || !to_somebody_) {
      return read;
    }
    return read_uuid(path[1]).map([this](const uuid& id) { assignee_ = user_id{id}; });
  }
  void run(exchange&) override {
    const auto action = to_somebody_ ? alarm_action::assign : alarm_action::unassign;
    apply_again<alarm>(act_on_alarm{who(), alarm_id{id_}, action, assignee_},
                       [this](alarm& now) { answer_json(alarm_text(now)); });
  }

  bool to_somebody_;
  std::optional<user_id> assignee_;
};

class delete_alarm_call final : public alarm_call {
public:
  explicit delete_alarm_call(rest_api& api) : alarm_call{api} {}

private:
  void run(exchange&) override {
    apply_again<alarm>(act_on_alarm{who(), alarm_id{id_}, alarm_action::remove},
                       [this](alarm&) { answer_json("true"); });
  }
};

} // namespace

void add_alarm_routes(router& to, rest_api& api) {
  const auto post = method::post;
  to.add<save_alarm_call>(post, "/api/alarm", {body_limit}, std::ref(api));
  to.add<get_alarm_call>(method::get, "/api/alarm/{alarmId}", {}, std::ref(api), false);
  to.add<get_alarm_call>(method::get, "/api/alarm/info/{alarmId}", {}, std::ref(api), true);
  to.add<delete_alarm_call>(method::remove, "/api/alarm/{alarmId}", {body_limit}, std::ref(api));
  to.add<state_call>(post, "/api/alarm/{alarmId}/ack", {body_limit}, std::ref(api),
                     alarm_action::acknowledge);
  to.add<state_call>(post, "/api/alarm/{alarmId}/clear", {body_limit}, std::ref(api),
                     alarm_action::clear);
  to.add<assign_call>(post, "/api/alarm/{alarmId}/assign/{userId}", {body_limit}, std::ref(api),
                      true);
  to.add<assign_call>(method::remove, "/api/alarm/{alarmId}/assign", {body_limit}, std::ref(api),
                      false);
}

} // namespace muster::http::rest
