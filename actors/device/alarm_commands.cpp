#include "actors/device/audit.hpp"
#include "actors/device/device_state.hpp"
#include "actors/rules/engine/message_types.hpp"
#include "actors/rules/engine/run_chain.hpp"

#include <utility>

namespace muster {

namespace {

error already(std::string_view what) {
  return {error_code::invalid, "Alarm was already " + std::string(what) + "!"};
}

error alarm_changed() {
  return {error_code::version_conflict, "Alarm was changed by someone else"};
}

json_text described(const alarm& one) {
  return {"{\"alarmId\":" + json_quoted(to_string(one.id)) + ",\"alarmType\":" +
          json_quoted(one.type) + ",\"severity\":" + json_quoted(severity_name(one.severity)) +
          ",\"status\":" + json_quoted(alarm_status(one)) + "}"};
}

} // namespace

/// One command about an alarm: finds it, changes it step by step, and has rows, comments, messages
/// and audit entries made of the steps.
class device_state::alarm_work {
public:
  alarm_work(device_state& state, context& with) : state_(state), with_(with) {}

  /// False: it is answered why there is nothing to do.
  bool find(const alarm_id& id, const std::shared_ptr<const alarm>& stored) {
    const alarm* found = state_.alarms_ ? state_.alarms_->find(id) : nullptr;
    active_ = found != nullptr;
    if (!active_) {
      found = stored && stored->id == id ? stored.get() : nullptr;
    }
    // One that was read as active is cleared or gone by now.
    if (found == nullptr || found->cleared == active_ || found->originator != state_.info_.id) {
      with_.answer(alarm_changed());
      return false;
    }
    const auto* who = with_.who;
    if (who != nullptr && who->role == authority::customer_user &&
        found->customer != who->customer) {
      with_.answer(
          error{error_code::forbidden, "You don't have permission to perform this operation!"});
      return false;
    }
    change_ = {*found, *found};
    return true;
  }

  /// The same by type, or a new one.
  bool find_or_make(const alarm& what) {
    static const active_alarms none;
    const alarm_demand demand{what.type, what.severity, what.details, what.propagation, what.start};
    auto made = (state_.alarms_ ? *state_.alarms_ : none).raised(demand, with_.now.wall);
    if (!made) {
      with_.answer(std::move(made.error()));
      return false;
    }
    active_ = true;
    change_ = std::move(*made);
    return true;
  }

  alarm& now() noexcept { return change_.now; }

  void save(const save_alarm& what) {
    const bool is_new = !change_.old;
    now().severity = what.what.severity;
    now().start = what.what.start == 0 ? with_.now.wall : what.what.start;
    now().end = what.what.end == 0 ? now().start : what.what.end;
    now().details = what.what.details;
    now().propagation = what.what.propagation;
    now().version = is_new ? 1 : change_.old->version + 1;
    state_.complete(change_, with_.now);
    show(what.related);
    note(is_new ? message_types::entity_created : message_types::entity_updated,
         is_new ? audit_action::added : audit_action::updated);
    if (what.what.acknowledged && !now().acknowledged) {
      acknowledge_it();
    }
    if (what.what.cleared && !now().cleared) {
      clear_it();
    }
    if (what.what.assignee != now().assignee) {
      assign_it(what.what.assignee, what.assignee_name);
    }
  }

  /// False: all of them show it already.
  bool show(const std::vector<uuid>& related) {
    auto more = state_.related_of(now());
    more.insert(more.end(), related.begin(), related.end());
    auto lists = state_.lists_of(now(), more);
    const bool changed = lists != now().shown_at;
    now().shown_at = std::move(lists);
    return changed;
  }

  void acknowledge_it() {
    acknowledge(now(), with_.now.wall);
    say("ACK", "Alarm was acknowledged by user ", {});
    note(message_types::alarm_acknowledged, audit_action::alarm_acknowledged);
  }

  void clear_it() {
    clear(now(), std::nullopt, with_.now.wall);
    say("CLEAR", "Alarm was cleared by user ", {});
    note(message_types::alarm_cleared, audit_action::alarm_cleared);
  }

  void assign_it(const std::optional<user_id>& assignee, const std::string& name) {
    assign(now(), assignee, with_.now.wall);
    if (assignee) {
      say("ASSIGN", "Alarm was assigned by user ", " to user " + name);
      note(message_types::alarm_assigned, audit_action::alarm_assigned);
    } else {
      say("ASSIGN", "Alarm was unassigned by user ", {});
      note(message_types::alarm_unassigned, audit_action::alarm_unassigned);
    }
  }

  void put() {
    if (active_) {
      state_.keep_alarm(change_, with_.out);
    } else {
      with_.out.mutations.emplace_back(persistence::put_alarm{change_.old, change_.now});
    }
    with_.answer(now());
    finish();
  }

  void remove() {
    note(message_types::alarm_deleted, audit_action::alarm_deleted);
    with_.answer(now());
    with_.out.mutations.emplace_back(persistence::erase_alarm{*change_.old});
    if (active_) {
      state_.forget_alarm(now().id, with_.out);
    }
    finish();
  }

  void comment(alarm_comment&& what, comment_alarm::kind how) {
    using kind = comment_alarm::kind;
    state_.audit(with_,
                 how == kind::added     ? audit_action::comment_added
                 : how == kind::changed ? audit_action::comment_updated
                                        : audit_action::comment_deleted,
                 described(now()));
    if (how != kind::removed && state_.events_told()) {
      auto message = state_.message_of(how == kind::added ? message_types::comment_created
                                                          : message_types::comment_updated,
                                       now(), with_.who, with_.now);
      message.originator = {entity_type::alarm, what.alarm.value};
      message.metadata["comment"] = what.comment.text;
      tells_.push_back(std::move(message));
    }
    comments_.push_back(what);
    with_.answer(std::move(what));
    finish();
  }

private:
  void note(std::string_view type, audit_action action) {
    if (state_.events_told()) {
      tells_.push_back(state_.message_of(type, now(), with_.who, with_.now));
    }
    state_.audit(with_, action, described(now()));
  }

  /// By the server, of what a user has done.
  void say(std::string_view subtype, std::string text, const std::string& more) {
    if (with_.who == nullptr) {
      return;
    }
    text += with_.who->email + more;
    alarm_comment made;
    made.id.value = ordered_uuid(with_.now.wall);
    made.created = with_.now.wall;
    made.alarm = now().id;
    made.system = true;
    made.comment.text = "{\"text\":" + json_quoted(text) + ",\"subtype\":" + json_quoted(subtype) +
                        ",\"userId\":" + json_quoted(to_string(with_.who->user)) + "}";
    comments_.push_back(std::move(made));
  }

  /// The change of an alarm that is not in memory rests on its being as it was read.
  void finish() {
    for (auto& one : comments_) {
      with_.out.mutations.emplace_back(persistence::put_alarm_comment{std::move(one)});
    }
    if (active_) {
      for (auto& message : tells_) {
        state_.tell({std::move(message)}, with_.now, with_.out);
      }
      return;
    }
    with_.out.preconditions.push_back(
        {persistence::alarm_is{change_.old->id, change_.old->version}, alarm_changed()});
    pending_change change;
    change.info = state_.info_;
    if (!tells_.empty()) {
      change.tells = std::make_shared<std::vector<rule_message>>(std::move(tells_));
    }
    state_.begin(std::move(change), with_.out);
  }

  device_state& state_;
  context& with_;
  changed_alarm change_;
  /// It is in memory, or will be.
  bool active_ = false;
  std::vector<rule_message> tells_;
  std::vector<alarm_comment> comments_;
};

void device_state::on(save_alarm& what, context& with) {
  alarm_work work(*this, with);
  const bool found = what.what.id == alarm_id{} ? work.find_or_make(what.what)
                                                : work.find(what.what.id, what.stored);
  if (found) {
    work.save(what);
    work.put();
  }
}

void device_state::on(change_alarm& what, context& with) {
  alarm_work work(*this, with);
  if (!work.find(what.id, what.stored)) {
    return;
  }
  switch (what.action) {
  case alarm_action::acknowledge:
    if (work.now().acknowledged) {
      return with.answer(already("acknowledged"));
    }
    work.acknowledge_it();
    break;
  case alarm_action::clear:
    if (work.now().cleared) {
      return with.answer(already("cleared"));
    }
    work.clear_it();
    break;
  case alarm_action::assign:
    if (work.now().assignee == what.assignee) {
      return with.answer(already("assigned to this user"));
    }
    work.assign_it(what.assignee, what.assignee_name);
    break;
  case alarm_action::unassign:
    if (!work.now().assignee) {
      return with.answer(already("unassigned"));
    }
    work.assign_it(std::nullopt, {});
    break;
  case alarm_action::remove:
    return work.remove();
  case alarm_action::show:
    if (!work.now().propagation.to_related || !work.show(what.related)) {
      return with.answer(work.now());
    }
    ++work.now().version;
    break;
  }
  work.put();
}

void device_state::on(comment_alarm& what, context& with) {
  alarm_work work(*this, with);
  if (!work.find(what.comment.alarm, what.stored)) {
    return;
  }
  if (what.what == comment_alarm::kind::added) {
    what.comment.id.value = ordered_uuid(with.now.wall);
    what.comment.created = with.now.wall;
  }
  work.comment(std::move(what.comment), what.what);
}

} // namespace muster
