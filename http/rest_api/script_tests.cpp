#include "http/json/writer.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"

namespace muster::http::rest {

namespace {

/// Metadata are texts; what else comes is taken as its JSON.
result<std::map<std::string, std::string, std::less<>>> read_metadata(const json_text* document) {
  std::map<std::string, std::string, std::less<>> read;
  if (document == nullptr || document->text == "null") {
    return read;
  }
  auto members = json::read_members(document->text);
  if (!members) {
    return tl::unexpected{std::move(members.error())};
  }
  for (auto& [name, value] : *members) {
    auto text = string_of(value);
    read.insert_or_assign(std::move(name), text ? std::move(*text) : std::move(value.text));
  }
  return read;
}

/// Whatever is wrong with the script is part of the answer.
class test_script_call final : public rule_chain_call {
public:
  explicit test_script_call(rest_api& api) : rule_chain_call{api, true} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return query.text("scriptLang").map([&](const auto& language) {
      wanted_.tbel = language && *language == "TBEL";
    });
  }

  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    if (!members) {
      return fail_with(members.error());
    }
    if (auto read = read_test(*members); !read) {
      return fail_with(read.error());
    }
    wanted_.who = who();
    ask<script_outcome>(std::move(wanted_), [this](script_outcome& outcome) {
      std::string out;
      object_writer{out}
          .text("output", std::string_view{outcome.output})
          .text("error", std::string_view{outcome.failure})
          .end();
      answer_json(std::move(out));
    });
  }

  result<void> read_test(const body_members& body) {
    const auto read = [&](std::string& into, std::string_view name) {
      return body.text(name).map([&](const auto& text) { into = text.value_or(""); });
    };
    return read(wanted_.body, "script")
        .and_then([&] { return read(wanted_.kind, "scriptType"); })
        .and_then([&] { return read(wanted_.msg, "msg"); })
        .and_then([&] { return read(wanted_.type, "msgType"); })
        .and_then(
            [&] { return assign(wanted_.metadata, read_metadata(body.document("metadata"))); });
  }

  test_script wanted_;
};

} // namespace

void add_script_test_routes(router& to, rest_api& api) {
  to.add<test_script_call>(method::post, "/api/ruleChain/testScript", {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
