#include "http/rest_api/entity_call.hpp"
#include "http/rest_api/relation_json.hpp"
#include "http/rest_api/resources.hpp"

namespace muster::http::rest {

namespace {

constexpr allowed relation_readers{false, true, true};

result<bool> is_common(const query_parameters& query) {
  return query.text("relationTypeGroup").map([](const auto& group) {
    return !group || group->empty() || *group == common_group;
  });
}

result<entity_ref> read_end(const query_parameters& query, const char* type, const char* id) {
  return query.required(type).and_then([&](const std::string& of_kind) {
    return query.required(id).and_then(
        [&](const std::string& value) { return read_entity_ref(of_kind, value); });
  });
}

/// Creates a relation or changes it. Older clients do not look for an answer.
class save_relation_call final : public rest_call {
public:
  save_relation_call(rest_api& api, bool answers)
      : rest_call{api, tenant_administrators_only, true}, answers_{answers} {}

private:
  void run(exchange& request) override {
    const auto members = body_members::read(request.body());
    auto made = members ? read_relation(*members) : tl::unexpected{members.error()};
    if (!made) {
      return fail_with(made.error());
    }
    apply<relation>(save_relation{who(), std::move(*made)}, [this](relation& saved) {
      answers_ ? answer_json(entity_json(saved, append_relation)) : answer_done();
    });
  }

  bool answers_;
};

/// A call about one relation: both ends and the type are in the query.
class relation_call : public rest_call {
protected:
  using rest_call::rest_call;

  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(from_, read_end(query, "fromType", "fromId"))
        .and_then([&] { return assign(to_, read_end(query, "toType", "toId")); })
        .and_then([&] { return assign(type_, query.required("relationType")); })
        .and_then([&] { return assign(common_, is_common(query)); });
  }

  entity_ref from_;
  entity_ref to_;
  std::string type_;
  bool common_ = true;
};

class delete_relation_call final : public relation_call {
public:
  delete_relation_call(rest_api& api, bool answers)
      : relation_call{api, tenant_administrators_only}, answers_{answers} {}

private:
  void run(exchange&) override {
    if (!common_) {
      return fail_with(error_code::not_found, {});
    }
    apply<relation>(delete_relation{who(), from_, to_, std::move(type_)}, [this](relation& gone) {
      answers_ ? answer_json(entity_json(gone, append_relation)) : answer_done();
    });
  }

  bool answers_;
};

class get_relation_call final : public relation_call {
public:
  explicit get_relation_call(rest_api& api) : relation_call{api, relation_readers} {}

private:
  void run(exchange&) override {
    if (!common_) {
      return fail_with(error_code::not_found, {});
    }
    ask<relation>(get_relation{who(), from_, to_, std::move(type_)},
                  [this](relation& found) { answer_json(entity_json(found, append_relation)); });
  }
};

class delete_relations_call final : public rest_call {
public:
  explicit delete_relations_call(rest_api& api) : rest_call{api, tenant_administrators_only} {}

private:
  result<void> prepare(const path_parameters&, const query_parameters& query) override {
    return assign(entity_, read_end(query, "entityType", "entityId"));
  }
  void run(exchange&) override {
    apply<done>(delete_relations_of{who(), entity_}, [this](done&) { answer_done(); });
  }

  entity_ref entity_;
};

/// Relations of one entity in one direction, which the path names or, for older clients, the query.
class list_relations_call final : public rest_call {
public:
  enum class direction : std::uint8_t { from, to, in_query };

  list_relations_call(rest_api& api, direction where, bool named)
      : rest_call{api, relation_readers}, where_{where}, named_{named} {}

private:
  result<void> prepare(const path_parameters& path, const query_parameters& query) override {
    if (auto good = assign(common_, is_common(query)); !good) {
      return good;
    }
    if (where_ == direction::in_query) {
      return read_query(query);
    }
    to_ = where_ == direction::to;
    if (path.size() > 2) {
      type_ = path[2];
    }
    return assign(entity_, read_entity_ref(path[0], path[1]));
  }

  result<void> read_query(const query_parameters& query) {
    const auto to = query.text("toId");
    if (!to) {
      return tl::unexpected{to.error()};
    }
    to_ = to->has_value();
    return assign(type_, query.text("relationType")).and_then([&] {
      return assign(entity_, to_ ? read_end(query, "toType", "toId")
                                 : read_end(query, "fromType", "fromId"));
    });
  }

  void run(exchange&) override {
    ask<std::vector<named_relation>>(
        list_relations{who(), entity_, to_, std::move(type_)},
        [this](std::vector<named_relation>& found) { answer_json(text_of(found)); });
  }

  std::string text_of(const std::vector<named_relation>& found) const {
    std::string out = "[";
    for (const auto& one : found) {
      if (!common_) {
        break;
      }
      out += out.size() > 1 ? "," : "";
      named_ ? append_relation_info(out, one, to_) : append_relation(out, one.relation);
    }
    return out + "]";
  }

  direction where_;
  bool named_;
  bool to_ = false;
  bool common_ = true;
  entity_ref entity_;
  std::optional<std::string> type_;
};

} // namespace

void add_relation_routes(router& to, rest_api& api) {
  using direction = list_relations_call::direction;
  for (const auto& [path, answers] :
       {std::pair{"/api/relation", false}, std::pair{"/api/v2/relation", true}}) {
    to.add<save_relation_call>(method::post, path, {body_limit}, std::ref(api), answers);
    to.add<delete_relation_call>(method::remove, path, {body_limit}, std::ref(api), answers);
  }
  to.add<get_relation_call>(method::get, "/api/relation", {}, std::ref(api));
  to.add<delete_relations_call>(method::remove, "/api/relations", {body_limit}, std::ref(api));
  for (const auto& [name, where] :
       {std::pair{"from", direction::from}, std::pair{"to", direction::to}}) {
    const std::string entity = std::string{name} + "/{entityType}/{entityId}";
    to.add<list_relations_call>(method::get, "/api/relations/" + entity, {}, std::ref(api), where,
                                false);
    to.add<list_relations_call>(method::get, "/api/relations/" + entity + "/{relationType}", {},
                                std::ref(api), where, false);
    to.add<list_relations_call>(method::get, "/api/relations/info/" + entity, {}, std::ref(api),
                                where, true);
  }
  to.add<list_relations_call>(method::get, "/api/relations", {}, std::ref(api), direction::in_query,
                              false);
  to.add<list_relations_call>(method::get, "/api/relations/info", {}, std::ref(api),
                              direction::in_query, true);
}

} // namespace muster::http::rest
