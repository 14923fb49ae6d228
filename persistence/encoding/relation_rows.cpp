#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

void write_entity(row_writer& out, const entity_ref& entity) {
  out.byte(static_cast<std::uint8_t>(entity.kind));
  out.id(entity.id);
}

void read_entity(row_reader& in, entity_ref& into) {
  into.kind = in.one_of<entity_type>(entity_types);
  into.id = in.id();
}

} // namespace

void encode(const relation& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  write_entity(out, row.from);
  write_entity(out, row.to);
  out.text(row.type);
  out.text(row.additional_info.text);
}

result<void> decode(std::string_view bytes, relation& into) {
  row_reader in(bytes, first_version);
  read_entity(in, into.from);
  read_entity(in, into.to);
  into.type = in.text();
  into.additional_info.text = in.text();
  return finish(in, "relation");
}

void encode(const attribute& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.text(row.key);
  out.signed_number(row.last_update);
  out.val(row.val);
}

result<void> decode(std::string_view bytes, attribute& into) {
  row_reader in(bytes, first_version);
  into.key = in.text();
  into.last_update = in.signed_number();
  in.val(into.val);
  return finish(in, "attribute");
}

} // namespace muster::persistence
