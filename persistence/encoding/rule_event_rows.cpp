#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

void encode(const rule_event& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  out.id(row.node.value);
  out.byte(static_cast<std::uint8_t>(row.kind));
  out.byte(static_cast<std::uint8_t>(row.originator.kind));
  out.id(row.originator.id);
  out.id(row.message);
  for (const auto* text :
       {&row.message_type, &row.relation, &row.data, &row.metadata, &row.failure}) {
    out.text(*text);
  }
}

result<void> decode(std::string_view bytes, rule_event& into) {
  row_reader in(bytes, first_version);
  into.id = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  into.node.value = in.id();
  into.kind = in.one_of<rule_event_kind>(2);
  into.originator.kind = in.one_of<entity_type>(entity_types);
  into.originator.id = in.id();
  into.message = in.id();
  for (auto* text :
       {&into.message_type, &into.relation, &into.data, &into.metadata, &into.failure}) {
    *text = in.text();
  }
  return finish(in, "event of a rule node");
}

} // namespace muster::persistence
