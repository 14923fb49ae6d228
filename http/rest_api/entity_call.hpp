#pragma once

#include "http/rest_api/body.hpp"
#include "http/rest_api/rest_call.hpp"

#include <string>
#include <string_view>

namespace muster::http::rest {

/// A call about one entity named by the first parameter of its path, or by a body; says which one
/// is not there. `kind` as people read it: "Customer"; text that lives forever.
class entity_call : public rest_call {
protected:
  entity_call(rest_api& api, allowed roles, std::string_view kind, bool needs_body = false)
      : rest_call{api, roles, needs_body}, kind_{kind} {}

  result<void> prepare(const path_parameters& path, const query_parameters&) override {
    return path.size() == 0 ? result<void>{} : read_id(path[0]);
  }
  result<void> read_id(std::string_view text) { return assign(id_, read_uuid(text)); }

  response shape(const error& what) const override {
    if (what.code != error_code::not_found || !what.message.empty()) {
      return rest_call::shape(what);
    }
    return fault({what.code, std::string{kind_} + " with id [" + to_string(id_) + "] is not found"},
                 now());
  }

  uuid id_;

private:
  std::string_view kind_;
};

/// Answers an entity that `append(out, entity)` writes.
template <class Entity, class Append>
std::string entity_json(const Entity& entity, const Append& append) {
  std::string out;
  append(out, entity);
  return out;
}

} // namespace muster::http::rest
