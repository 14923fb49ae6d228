#include "http/rest_api/entity_path.hpp"
#include "http/rest_api/history_stream.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rest_call.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace muster::http::rest {

namespace {

/// Up to here an answer is sent whole, and what goes wrong can still be told by its status.
constexpr std::size_t whole_answer = std::size_t{1} << 20;

class history_call : public text_call {
public:
  explicit history_call(rest_api& api) : text_call{api} {}

protected:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (const auto good = assign(device_, read_entity(path[0], path[1])); !good) {
      return good;
    }
    auto wanted = read_history_request(query);
    if (!wanted) {
      return tl::unexpected{std::move(wanted.error())};
    }
    wanted->range.who = who();
    wanted->range.device = device_;
    text_.emplace(std::move(*wanted));
    return {};
  }

  void run(exchange&) override { read_page(); }

private:
  void read_page() {
    ask<history_page>(text_->next_query(), [this](history_page& page) {
      text_->add(page);
      if (text_->complete()) {
        return answer_json(text_->take());
      }
      if (text_->size() <= whole_answer) {
        return read_page();
      }
      response streamed{200};
      streamed.content_type = json_type;
      streamed.source = stream_history(std::move(*text_), at().below());
      answer(std::move(streamed));
    });
  }

  std::optional<history_text> text_;
};

/// One path, two meanings: with a range history, else the latest values.
class timeseries_call final : public history_call {
public:
  explicit timeseries_call(rest_api& api) : history_call{api} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    const auto start = query.text("startTs");
    const auto end = query.text("endTs");
    if (start && *start && end && *end) {
      return history_call::prepare(path, query);
    }
    latest_ = true;
    if (const auto good = assign(device_, read_entity(path[0], path[1])); !good) {
      return good;
    }
    const auto strict = query.boolean("useStrictDataTypes", false);
    if (!strict) {
      return tl::unexpected{strict.error()};
    }
    form_ = *strict ? json::value_form::strict : json::value_form::text;
    return assign(keys_, read_keys(query));
  }

  void run(exchange& request) override {
    if (!latest_) {
      return history_call::run(request);
    }
    send<std::vector<latest_value>>(device_, read_latest{keys_},
                                    [this](std::vector<latest_value>& found) {
                                      answer_json(keys_ ? asked_for(found) : all(found));
                                    });
  }

  void append_latest(std::string& out, const latest_value& latest) const {
    json::append_point(out, latest.ts, latest.val, form_);
  }

  std::string all(const std::vector<latest_value>& found) const {
    std::string out = "{";
    for (const latest_value& latest : found) {
      open_key(out, latest.key);
      append_latest(out, latest);
      out += ']';
    }
    return out += '}';
  }

  /// A key that is not there is shown as a null of this moment.
  std::string asked_for(const std::vector<latest_value>& found) const {
    std::string out = "{";
    for (const std::string& key : *keys_) {
      open_key(out, key);
      const auto latest = std::find_if(found.begin(), found.end(),
                                       [&](const latest_value& known) { return known.key == key; });
      if (latest != found.end()) {
        append_latest(out, *latest);
      } else {
        out += "{\"ts\":";
        json::append_integer(out, now());
        out += ",\"value\":null}";
      }
      out += ']';
    }
    return out += '}';
  }

  static void open_key(std::string& out, const std::string& key) {
    if (out.size() > 1) {
      out += ',';
    }
    json::append_name(out, key);
    out += '[';
  }

  bool latest_ = false;
  json::value_form form_ = json::value_form::text;
  std::optional<std::vector<std::string>> keys_;
};

} // namespace

void add_history_routes(router& to, rest_api& api) {
  const std::string entity = "/api/plugins/telemetry/{entityType}/{entityId}";
  to.add<timeseries_call>(method::get, entity + "/values/timeseries", {}, std::ref(api));
  to.add<history_call>(method::get, entity + "/values/timeseries/history", {}, std::ref(api));
}

} // namespace muster::http::rest
