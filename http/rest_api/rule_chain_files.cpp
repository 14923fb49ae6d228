#include "actors/rules/chains/chain_reader.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"
#include "http/rest_api/rule_chain_json.hpp"

#include <utility>

namespace muster::http::rest {

namespace {

class export_call final : public rule_chain_call {
public:
  explicit export_call(rest_api& api) : rule_chain_call{api} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return query.required("limit")
        .and_then([&](const auto&) { return query.integer("limit", 0); })
        .and_then([&](std::int64_t limit) -> result<void> {
          if (limit < 1 || limit > largest_page) {
            return fail(error_code::invalid,
                        "limit must be from 1 to " + std::to_string(largest_page));
          }
          link_.size = static_cast<std::uint32_t>(limit);
          return {};
        });
  }
  void run(exchange&) override {
    ask<page<rule_chain>>(list_rule_chains{who(), link_}, [this](page<rule_chain>& found) {
      std::string heads;
      std::string graphs;
      for (const auto& one : found.data) {
        heads += heads.empty() ? "" : ",";
        append_rule_chain(heads, one);
        graphs += graphs.empty() ? "" : ",";
        append_filed_graph(graphs, one);
      }
      answer_json("{\"ruleChains\":[" + heads + "],\"metadata\":[" + graphs + "]}");
    });
  }

  page_link link_;
};

class import_call final : public rule_chain_call {
public:
  explicit import_call(rest_api& api) : rule_chain_call{api, true} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(overwrite_, query.boolean("overwrite", false));
  }
  void run(exchange& request) override {
    auto chains = read_body(request, read_chain_file);
    if (!chains) {
      return;
    }
    apply<std::vector<imported_rule_chain>>(
        import_rule_chains{who(), std::move(*chains), overwrite_},
        [this](std::vector<imported_rule_chain>& made) { answer_json(imported_json(made)); });
  }

  bool overwrite_ = false;
};

} // namespace

void add_rule_chain_file_routes(router& to, rest_api& api) {
  to.add<export_call>(method::get, "/api/ruleChains/export", {}, std::ref(api));
  to.add<import_call>(method::post, "/api/ruleChains/import", {body_limit}, std::ref(api));
}

} // namespace muster::http::rest
