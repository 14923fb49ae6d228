#include "actors/rules/nodes/configuration.hpp"
#include "actors/rules/nodes/http_texts.hpp"
#include "actors/rules/nodes/node_makers.hpp"
#include "actors/rules/nodes/patterns.hpp"

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include <array>
#include <map>

namespace muster {

namespace {

constexpr std::array<std::string_view, 7> methods{"GET",    "POST", "PUT",    "PATCH",
                                                  "DELETE", "HEAD", "OPTIONS"};
constexpr std::int64_t usual_timeout_ms = 60'000;
constexpr std::int64_t longest_timeout_ms = 600'000;

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  // It writes a zero behind the text, where the string has one.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

struct rest_call {
  std::string url;
  std::string method;
  std::vector<text_pair> headers;
  milliseconds timeout = usual_timeout_ms;
  std::uint32_t most_parallel = 0;
  std::uint64_t max_answer_bytes = 0;
  bool plain_text = false;
  bool with_body = false;
};

/// Asks another server, and goes on with its answer.
class rest_call_node final : public chain_node {
public:
  explicit rest_call_node(rest_call how) : how_(std::move(how)) {}

  void on(rule_message message, node_run& run) const override {
    auto work = request(message);
    if (!work) {
      message.metadata["error"] = work.error().message;
      return run.fail(std::move(message), work.error().message);
    }
    if (auto left = run.later(std::move(*work), message); !left) {
      run.fail(std::move(message), left.error().message);
    }
  }

  void resume(rule_message message, work_outcome&& outcome, node_run& run) const override {
    if (auto* failed = std::get_if<work_failed>(&outcome)) {
      message.metadata["error"] = failed->why;
      return run.fail(std::move(message), std::move(failed->why));
    }
    auto& answer = std::get<http_answer>(outcome);
    const std::string reason(http_reason(answer.status));
    message.metadata["status"] = http_status_name(answer.status);
    message.metadata["statusCode"] = std::to_string(answer.status);
    message.metadata["statusReason"] = reason;
    const bool well = answer.status >= 200 && answer.status < 300;
    if (!well) {
      message.metadata["error_body"] = answer.body;
    }
    add_headers(answer, message.metadata);
    if (!well) {
      return run.fail(std::move(message), std::to_string(answer.status) + " " + reason);
    }
    message.data = message_data::of_text(body_of_answer(std::move(answer.body)));
    run.tell(relations::success, std::move(message));
  }

private:
  result<chain_work> request(const rule_message& message) const {
    http_work work;
    work.method = how_.method;
    work.url = fill_pattern(how_.url, message);
    if (!work.url.starts_with("http://") && !work.url.starts_with("https://")) {
      return fail(error_code::invalid,
                  "\"" + work.url + "\" does not begin with http:// or https://");
    }
    bool typed = false;
    for (const auto& [name, text] : how_.headers) {
      text_pair header{fill_pattern(name, message), fill_pattern(text, message)};
      if (!is_header(header.first, header.second)) {
        return fail(error_code::invalid, "\"" + header.first + "\" makes no header");
      }
      typed = typed || same_header(header.first, "Content-Type");
      work.headers.push_back(std::move(header));
    }
    if (how_.with_body) {
      work.body = how_.plain_text ? plain(message.data) : message.data.text();
      if (!typed) {
        work.headers.emplace_back("Content-Type", how_.plain_text ? "text/plain;charset=UTF-8"
                                                                  : "application/json");
      }
    }
    work.timeout = how_.timeout;
    work.max_answer_bytes = how_.max_answer_bytes;
    work.most_parallel = how_.most_parallel;
    return work;
  }

  /// A JSON text without what makes it JSON.
  static std::string plain(const message_data& data) {
    return data.tree().is_string() ? data.tree().get<std::string>() : data.text();
  }

  static std::string body_of_answer(std::string&& body) {
    if (body.empty()) {
      return "{}";
    }
    // A message's body is JSON: what is none becomes a text.
    return nlohmann::json::accept(body)
               ? std::move(body)
               : nlohmann::json(body).dump(-1, ' ', false,
                                           nlohmann::json::error_handler_t::replace);
  }

  /// Of a name that came more than once all values, as a list.
  static void add_headers(const http_answer& answer, message_metadata& to) {
    std::map<std::string, std::vector<std::string>> values;
    for (const auto& [name, text] : answer.headers) {
      values[name].push_back(text);
    }
    for (auto& [name, all] : values) {
      to[name] =
          all.size() == 1
              ? std::move(all.front())
              : nlohmann::json(all).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
  }

  const rest_call how_;
};

void read_headers(configuration_reader& from, rest_call& into) {
  const auto* found = from.member("headers");
  if (found == nullptr) {
    return;
  }
  if (!found->is_object()) {
    return from.refuse("headers", "is not an object");
  }
  for (const auto& [name, text] : found->items()) {
    if (!text.is_string()) {
      return from.refuse("headers", "holds something that is not a text");
    }
    into.headers.emplace_back(name, text.get<std::string>());
  }
}

void read_credentials(configuration_reader& from, rest_call& into) {
  const auto* found = from.member("credentials");
  if (found == nullptr) {
    return;
  }
  if (!found->is_object()) {
    return from.refuse("credentials", "is not an object");
  }
  configuration_reader of(*found);
  const std::string type = of.text("type", "anonymous");
  if (type == "basic") {
    into.headers.emplace_back("Authorization",
                              "Basic " + base64(of.text("username") + ":" + of.text("password")));
  } else if (type != "anonymous") {
    from.refuse("credentials", "of the type \"" + type + "\" are not supported");
  }
  if (const auto read = of.end(); !read) {
    from.refuse("credentials", read.error().message);
  }
}

std::int64_t bounded(configuration_reader& from, std::string_view name, std::int64_t usual,
                     std::int64_t most) {
  const std::int64_t read = from.number(name, usual);
  if (read < 0 || read > most) {
    from.refuse(name, "is not between 0 and " + std::to_string(most));
  }
  return read;
}

} // namespace

result<std::unique_ptr<chain_node>> make_rest_call(const node_settings& settings) {
  configuration_reader from(settings.configuration);
  rest_call how;
  how.url = from.text("restEndpointUrlPattern");
  if (how.url.empty()) {
    from.refuse("restEndpointUrlPattern", "is missing");
  }
  how.method = methods[from.choice("requestMethod", {methods.begin(), methods.end()}, 1)];
  read_headers(from, how);
  read_credentials(from, how);
  if (from.flag("enableProxy", false)) {
    from.refuse("enableProxy", "is not supported");
  }
  const auto timeout = bounded(from, "readTimeoutMs", 0, longest_timeout_ms);
  how.timeout = timeout == 0 ? usual_timeout_ms : timeout;
  how.most_parallel =
      static_cast<std::uint32_t>(bounded(from, "maxParallelRequestsCount", 0, 100'000));
  how.max_answer_bytes =
      static_cast<std::uint64_t>(bounded(from, "maxInMemoryBufferSizeInKb", 256, 25'000)) * 1'024;
  how.plain_text = from.flag("parseToPlainText", false);
  const bool may = how.method == "POST" || how.method == "PUT" || how.method == "PATCH" ||
                   how.method == "DELETE";
  how.with_body = may && !from.flag("ignoreRequestBody", false);
  return from.end().map([&]() -> std::unique_ptr<chain_node> {
    return std::make_unique<rest_call_node>(std::move(how));
  });
}

} // namespace muster
