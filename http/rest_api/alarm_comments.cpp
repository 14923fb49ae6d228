#include "http/rest_api/alarm_body.hpp"
#include "http/rest_api/alarm_calls.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/page_parameters.hpp"
#include "http/rest_api/resources.hpp"

#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

void append_comment(std::string& out, const alarm_comment& one) {
  object_writer{out}
      .id("id", "ALARM_COMMENT", one.id.value)
      .number("createdTime", one.created)
      .id("alarmId", "ALARM", one.alarm.value)
      .id("userId", "USER", one.user)
      .text("type", std::string_view{one.system ? "SYSTEM" : "OTHER"})
      .raw("comment", one.comment.text)
      .end();
}

class save_comment_call final : public alarm_call {
public:
  explicit save_comment_call(rest_api& api) : alarm_call{api, true} {}

private:
  void run(exchange& request) override {
    auto wanted = read_alarm_comment(request.body());
    if (!wanted) {
      return fail_with(wanted.error());
    }
    const auto id = wanted->id == alarm_comment_id{} ? std::nullopt : std::optional(wanted->id);
    apply_again<alarm_comment>(
        say_of_alarm{who(), alarm_id{id_}, id, std::move(wanted->comment)},
        [this](alarm_comment& now) { answer_json(entity_json(now, append_comment)); });
  }
};

class delete_comment_call final : public alarm_call {
public:
  explicit delete_comment_call(rest_api& api) : alarm_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    return alarm_call::prepare(path, query).and_then([&] {
      return assign(comment_.value, read_uuid(path[1]));
    });
  }
  void run(exchange&) override {
    apply_again<alarm_comment>(take_back_comment{who(), alarm_id{id_}, comment_},
                               [this](alarm_comment&) { answer_done(); });
  }

  alarm_comment_id comment_;
};

class list_comments_call final : public alarm_call {
public:
  explicit list_comments_call(rest_api& api) : alarm_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    constexpr std::array<sort_name, 1> sorting{{{"createdTime", "createdTime"}}};
    return alarm_call::prepare(path, query).and_then([&] {
      return assign(link_, read_page(query, sorting));
    });
  }
  void run(exchange&) override {
    ask<page<alarm_comment>>(list_alarm_comments{who(), alarm_id{id_}, link_},
                             [this](page<alarm_comment>& found) {
                               answer_json(page_json(found, link_.size, append_comment));
                             });
  }

  page_link link_;
};

} // namespace

void add_alarm_comment_routes(router& to, rest_api& api) {
  const std::string_view all = "/api/alarm/{alarmId}/comment";
  to.add<save_comment_call>(method::post, all, {body_limit}, std::ref(api));
  to.add<list_comments_call>(method::get, all, {}, std::ref(api));
  to.add<delete_comment_call>(method::remove, "/api/alarm/{alarmId}/comment/{commentId}",
                              {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
