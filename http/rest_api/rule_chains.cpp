#include "actors/rules/chains/chain_reader.hpp"
#include "http/rest_api/entity_json.hpp"
#include "http/rest_api/resources.hpp"
#include "http/rest_api/rule_chain_calls.hpp"
#include "http/rest_api/rule_chain_json.hpp"

#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 3> chain_sorting{
    {{"createdTime", "createdTime"}, {"name", "name"}, {"root", "root"}}};

/// A chain that was changed, as the answer.
class changed_chain_call : public rule_chain_call {
protected:
  using rule_chain_call::rule_chain_call;

  void answer_with(change what) {
    apply<rule_chain>(std::move(what), [this](rule_chain& changed) {
      answer_json(entity_json(changed, append_rule_chain));
    });
  }
};

/// Creates a chain or changes it, as the body's `id` says.
class save_chain_call final : public changed_chain_call {
public:
  explicit save_chain_call(rest_api& api) : changed_chain_call{api, true} {}

private:
  void run(exchange& request) override {
    if (auto head = read_body(request, read_chain_head)) {
      id_ = head->chain.id.value;
      answer_with(save_rule_chain{who(), std::move(head->chain), head->version});
    }
  }
};

class make_root_call final : public changed_chain_call {
public:
  explicit make_root_call(rest_api& api) : changed_chain_call{api} {}

private:
  void run(exchange&) override { answer_with(make_root_rule_chain{who(), rule_chain_id{id_}}); }
};

class default_chain_call final : public changed_chain_call {
public:
  explicit default_chain_call(rest_api& api) : changed_chain_call{api, true} {}

private:
  void run(exchange& request) override {
    if (auto head = read_body(request, read_chain_head)) {
      answer_with(make_default_rule_chain{who(), std::move(head->chain.name)});
    }
  }
};

class delete_chain_call final : public rule_chain_call {
public:
  explicit delete_chain_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override {
    apply<done>(delete_rule_chain{who(), rule_chain_id{id_}}, [this](done&) { answer_done(); });
  }
};

class get_chain_call final : public rule_chain_call {
public:
  explicit get_chain_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override {
    ask<rule_chain>(get_rule_chain{who(), rule_chain_id{id_}}, [this](rule_chain& found) {
      answer_json(entity_json(found, append_rule_chain));
    });
  }
};

/// The chains that `ruleChainIds` names.
class several_chains_call : public rule_chain_call {
public:
  explicit several_chains_call(rest_api& api) : rule_chain_call{api} {}

protected:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return query.required("ruleChainIds").and_then([&](const auto&) { return read_ids(query); });
  }
  void run(exchange&) override { answer_several(); }

  result<void> read_ids(const query_parameters& query) {
    const auto ids = query.list("ruleChainIds");
    if (!ids) {
      return tl::unexpected{ids.error()};
    }
    named_ = ids->has_value();
    for (const auto& text : ids->value_or(std::vector<std::string>{})) {
      const auto id = read_uuid(text);
      if (!id) {
        return tl::unexpected{id.error()};
      }
      ids_.push_back({*id});
    }
    return {};
  }
  void answer_several() {
    ask<std::vector<rule_chain>>(get_rule_chains{who(), ids_},
                                 [this](std::vector<rule_chain>& found) {
                                   std::string out = "[";
                                   for (const auto& one : found) {
                                     out += out.size() > 1 ? "," : "";
                                     append_rule_chain(out, one);
                                   }
                                   answer_json(out + "]");
                                 });
  }

  bool named_ = false;
  std::vector<rule_chain_id> ids_;
};

/// A page; or, as older clients ask, the chains that `ruleChainIds` names.
class list_chains_call final : public several_chains_call {
public:
  explicit list_chains_call(rest_api& api) : several_chains_call{api} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    if (auto read = read_ids(query); !read || named_) {
      return read;
    }
    const auto type = query.text("type");
    if (!type) {
      return tl::unexpected{type.error()};
    }
    // All there are, whatever a client thinks of others.
    none_ = *type && !(*type)->empty() && **type != "CORE";
    return assign(link_, read_page(query, chain_sorting));
  }
  void run(exchange&) override {
    if (named_) {
      return answer_several();
    }
    if (none_) {
      return answer_json(page_json(page<rule_chain>{}, link_.size, append_rule_chain));
    }
    ask<page<rule_chain>>(list_rule_chains{who(), link_}, [this](page<rule_chain>& found) {
      answer_json(page_json(found, link_.size, append_rule_chain));
    });
  }

  page_link link_;
  bool none_ = false;
};

class tbel_call final : public rule_chain_call {
public:
  explicit tbel_call(rest_api& api) : rule_chain_call{api} {}

private:
  void run(exchange&) override { answer_json("true"); }
};

} // namespace

void add_rule_chain_routes(router& to, rest_api& api) {
  const auto get = method::get;
  const auto post = method::post;
  to.add<save_chain_call>(post, "/api/ruleChain", {body_limit}, std::ref(api));
  to.add<get_chain_call>(get, "/api/ruleChain/{ruleChainId}", {}, std::ref(api));
  to.add<delete_chain_call>(method::remove, "/api/ruleChain/{ruleChainId}", {body_limit},
                            std::ref(api));
  to.add<make_root_call>(post, "/api/ruleChain/{ruleChainId}/root", {body_limit}, std::ref(api));
  to.add<default_chain_call>(post, "/api/ruleChain/device/default", {body_limit}, std::ref(api));
  to.add<list_chains_call>(get, "/api/ruleChains", {}, std::ref(api));
  to.add<several_chains_call>(get, "/api/ruleChains/list", {}, std::ref(api));
  to.add<tbel_call>(get, "/api/ruleChain/tbelEnabled", {}, std::ref(api));
}

} // namespace muster::http::rest
