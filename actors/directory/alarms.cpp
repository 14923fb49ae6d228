#include "actors/directory/checks.hpp"
#include "actors/directory/directory.hpp"
#include "actors/queries/visible.hpp"
#include "actors/service/entity_look_up.hpp"

#include <nlohmann/json.hpp>

#include <memory>
#include <utility>

namespace muster {

void directory::send(const caller& who, const device_id& device, command_body body,
                     reply_handle to) {
  needs_.send(command{device, who, needs_.clock.now().steady + command_deadline, std::move(body)},
              std::move(to));
}

result<user> directory::assignee_of(const std::optional<customer_id>& customer, const caller& who,
                                    const user_id& id) {
  return required(needs_.rows.read_user(id), missing("User", id.value))
      .and_then([&](user&& found) -> result<user> {
        const bool fits = found.tenant == who.tenant &&
                          (!found.customer || found.customer == customer) &&
                          (who.role != authority::customer_user || found.customer);
        return fits ? result<user>(std::move(found))
                    : tl::unexpected(error{error_code::forbidden, no_permission});
      });
}

void directory::start(edit_alarm what, reply_handle to) {
  save_alarm wanted;
  wanted.what = std::move(what.what);
  std::optional<customer_id> customer;
  if (is_new(wanted.what.id)) {
    const auto device = visible_device(needs_.rows, what.who, wanted.what.originator);
    if (!device) {
      return to.answer(device.error());
    }
    customer = device->customer;
  } else {
    auto stored = visible_alarm(needs_.rows, what.who, wanted.what.id);
    if (!stored) {
      return to.answer(std::move(stored.error()));
    }
    customer = stored->customer;
    wanted.what.originator = stored->originator;
    wanted.stored = std::make_shared<const alarm>(std::move(*stored));
  }
  // Who has it already may be anybody.
  if (wanted.what.assignee && !(wanted.stored && wanted.stored->assignee == wanted.what.assignee)) {
    auto assignee = assignee_of(customer, what.who, *wanted.what.assignee);
    if (!assignee) {
      return to.answer(std::move(assignee.error()));
    }
    wanted.assignee_name = std::move(assignee->email);
  }
  const auto originator = wanted.what.originator;
  const auto& propagation = wanted.what.propagation;
  if (propagation.to_related) {
    auto related = find_related(needs_.rows, originator, propagation.relation_types);
    if (!related) {
      return to.answer(std::move(related.error()));
    }
    wanted.related = std::move(*related);
  }
  send(what.who, originator, std::move(wanted), std::move(to));
}

void directory::start(const act_on_alarm& what, reply_handle to) {
  auto stored = visible_alarm(needs_.rows, what.who, what.id);
  if (!stored) {
    return to.answer(std::move(stored.error()));
  }
  change_alarm wanted{what.id, what.action, what.assignee, {}, nullptr};
  if (what.assignee) {
    auto assignee = assignee_of(stored->customer, what.who, *what.assignee);
    if (!assignee) {
      return to.answer(std::move(assignee.error()));
    }
    wanted.assignee_name = std::move(assignee->email);
  }
  const auto originator = stored->originator;
  wanted.stored = std::make_shared<const alarm>(std::move(*stored));
  send(what.who, originator, std::move(wanted), std::move(to));
}

result<alarm_comment> directory::own_comment(const caller& who, const alarm_id& alarm,
                                             const alarm_comment_id& id) {
  return required(needs_.rows.read_alarm_comment(alarm, id), missing("Alarm comment", id.value))
      .and_then([&](alarm_comment&& found) -> result<alarm_comment> {
        if (found.system) {
          return fail(error_code::invalid, "System comment could not be changed!");
        }
        if (found.user != who.user) {
          return fail(error_code::forbidden, no_permission);
        }
        return std::move(found);
      });
}

void directory::start(say_of_alarm what, reply_handle to) {
  auto stored = visible_alarm(needs_.rows, what.who, what.alarm);
  if (!stored) {
    return to.answer(std::move(stored.error()));
  }
  comment_alarm wanted;
  if (what.id) {
    auto present = own_comment(what.who, what.alarm, *what.id);
    if (!present) {
      return to.answer(std::move(present.error()));
    }
    auto edited = nlohmann::ordered_json::parse(what.comment.text);
    edited["edited"] = "true";
    edited["editedOn"] = now();
    what.comment.text = edited.dump();
    wanted.comment = std::move(*present);
    wanted.what = comment_alarm::kind::changed;
  } else {
    wanted.comment.alarm = what.alarm;
    wanted.comment.user = what.who.user;
  }
  wanted.comment.comment = std::move(what.comment);
  const auto originator = stored->originator;
  wanted.stored = std::make_shared<const alarm>(std::move(*stored));
  send(what.who, originator, std::move(wanted), std::move(to));
}

void directory::start(const take_back_comment& what, reply_handle to) {
  auto stored = visible_alarm(needs_.rows, what.who, what.alarm);
  if (!stored) {
    return to.answer(std::move(stored.error()));
  }
  auto present = own_comment(what.who, what.alarm, what.id);
  if (!present) {
    return to.answer(std::move(present.error()));
  }
  comment_alarm wanted{std::move(*present), comment_alarm::kind::removed, nullptr};
  wanted.comment.user.reset();
  wanted.comment.system = true;
  wanted.comment.comment.text = nlohmann::ordered_json{
      {"text", "User " + what.who.email + " deleted his comment"},
      {"subtype", "COMMENT_DELETED"},
      {"userId",
       to_string(what.who.user)}}.dump();
  const auto originator = stored->originator;
  wanted.stored = std::make_shared<const alarm>(std::move(*stored));
  send(what.who, originator, std::move(wanted), std::move(to));
}

} // namespace muster
