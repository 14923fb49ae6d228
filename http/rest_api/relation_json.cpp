#include "http/rest_api/relation_json.hpp"

#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/object_writer.hpp"
#include "http/rest_api/owner_json.hpp"

namespace muster::http::rest {

namespace {

result<entity_ref> read_end(const body_members& body, std::string_view name) {
  const auto end = body.object(name);
  if (!end) {
    return tl::unexpected{end.error()};
  }
  if (!*end) {
    return fail(error_code::invalid, "Parameter '" + std::string{name} + "' can't be empty!");
  }
  const auto type = (*end)->text("entityType");
  const auto id = (*end)->text("id");
  if (!type || !id) {
    return tl::unexpected{type ? id.error() : type.error()};
  }
  return read_entity_ref(type->value_or(""), id->value_or(""));
}

object_writer& write_relation(object_writer& to, const relation& one) {
  return to.id("from", entity_type_name(one.from.kind), one.from.id)
      .id("to", entity_type_name(one.to.kind), one.to.id)
      .text("type", std::string_view{one.type})
      .text("typeGroup", common_group)
      .raw("additionalInfo", one.additional_info.text);
}

} // namespace

result<entity_ref> read_entity_ref(std::string_view type, std::string_view id) {
  const auto kind = entity_type_from_name(type);
  if (!kind) {
    return fail(error_code::invalid,
                "Unsupported entity type: " + std::string{type.substr(0, 100)});
  }
  return read_uuid(id).map([&](const uuid& value) { return entity_ref{*kind, value}; });
}

result<relation> read_relation(const body_members& body) {
  auto from = read_end(body, "from");
  if (!from) {
    return tl::unexpected{std::move(from.error())};
  }
  auto to = read_end(body, "to");
  if (!to) {
    return tl::unexpected{std::move(to.error())};
  }
  member_reader in{body};
  relation made{*from, *to, in.text("type").value_or(""), in.document("additionalInfo")};
  const auto group = in.text("typeGroup");
  if (group && *group != common_group) {
    in.refuse("Only relations of the group COMMON are kept");
  }
  if (in.fault()) {
    return tl::unexpected{*in.fault()};
  }
  return made;
}

void append_relation(std::string& out, const relation& one) {
  object_writer to{out};
  write_relation(to, one).end();
}

void append_relation_info(std::string& out, const named_relation& one, bool to) {
  object_writer writer{out};
  const std::string_view name{one.name};
  write_relation(writer, one.relation);
  if (to) {
    writer.text("fromName", name).raw("toName", "null").end();
  } else {
    writer.raw("fromName", "null").text("toName", name).end();
  }
}

} // namespace muster::http::rest
