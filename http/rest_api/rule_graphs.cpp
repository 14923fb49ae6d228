#include "actors/rules/chains/chain_reader.hpp"
#include "actors/rules/chains/output_labels.hpp"
#include "http/json/writer.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"
#include "http/rest_api/rule_chain_json.hpp"

#include <iterator>
#include <utility>

namespace muster::http::rest {

namespace {

class rule_graph_call : public rule_chain_call {
protected:
  using rule_chain_call::rule_chain_call;

  void answer_graph() {
    ask<rule_graph>(get_rule_graph{who(), rule_chain_id{id_}}, [this](rule_graph& found) {
      answer_json(entity_json(found, append_rule_graph));
    });
  }
};

class get_graph_call final : public rule_graph_call {
public:
  explicit get_graph_call(rest_api& api) : rule_graph_call{api} {}

private:
  void run(exchange&) override { answer_graph(); }
};

class save_graph_call final : public rule_graph_call {
public:
  explicit save_graph_call(rest_api& api) : rule_graph_call{api, true} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(update_related_, query.boolean("updateRelated", true));
  }
  void run(exchange& request) override {
    auto read = read_body(request, read_chain_metadata);
    if (!read) {
      return;
    }
    id_ = read->chain.value;
    apply<rule_chain>(save_rule_graph{who(), read->chain, read->version, read->first_node,
                                      std::move(read->nodes), std::move(read->connections),
                                      update_related_},
                      [this](rule_chain&) { answer_graph(); });
  }

  bool update_related_ = true;
};

class output_labels_call final : public rule_chain_call {
public:
  explicit output_labels_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override {
    ask<rule_chain>(get_rule_chain{who(), rule_chain_id{id_}}, [this](rule_chain& found) {
      std::string out = "[";
      for (const auto& label : output_labels(found)) {
        out += out.size() > 1 ? "," : "";
        json::append_string(out, label);
      }
      answer_json(out + "]");
    });
  }
};

class label_usage_call final : public rule_chain_call {
public:
  explicit label_usage_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override {
    ask<rule_chain>(get_rule_chain{who(), rule_chain_id{id_}}, [this](rule_chain&) {
      wanted_.who = who();
      wanted_.link.size = largest_page;
      read_on();
    });
  }
  void read_on() {
    ask<page<rule_chain>>(wanted_, [this](page<rule_chain>& found) {
      std::move(found.data.begin(), found.data.end(), std::back_inserter(chains_));
      if (!found.has_next) {
        return answer_json(label_usage_json(chains_, rule_chain_id{id_}));
      }
      ++wanted_.link.page;
      read_on();
    });
  }

  list_rule_chains wanted_;
  std::vector<rule_chain> chains_;
};

} // namespace

void add_rule_graph_routes(router& to, rest_api& api) {
  const auto get = method::get;
  to.add<get_graph_call>(get, "/api/ruleChain/{ruleChainId}/metadata", {}, std::ref(api));
  to.add<save_graph_call>(method::post, "/api/ruleChain/metadata", {body_limit}, std::ref(api));
  to.add<output_labels_call>(get, "/api/ruleChain/{ruleChainId}/output/labels", {}, std::ref(api));
  to.add<label_usage_call>(get, "/api/ruleChain/{ruleChainId}/output/labels/usage", {},
                           std::ref(api));
}

} // namespace muster::http::rest
