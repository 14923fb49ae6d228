#include "persistence/encoding/optional_fields.hpp"
#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

void encode(const device_info& row, std::string& bytes) {
  // The second version has gained the calculated fields.
  row_writer out(bytes, second_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  write_id(out, row.customer);
  out.id(row.profile.value);
  out.text(row.name);
  out.text(row.type);
  write_text(out, row.label);
  write_id(out, row.firmware);
  write_id(out, row.software);
  out.text(row.additional_info.text);
  out.text(row.device_data.text);
  out.number(row.version);
  out.text(row.calculated_fields.text);
}

result<void> decode(std::string_view bytes, device_info& into) {
  row_reader in(bytes, second_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  read_id(in, into.customer);
  into.profile.value = in.id();
  into.name = in.text();
  into.type = in.text();
  read_text(in, into.label);
  read_id(in, into.firmware);
  read_id(in, into.software);
  into.additional_info.text = in.text();
  into.device_data.text = in.text();
  into.version = in.number();
  into.calculated_fields.text = in.written_by() >= second_version ? in.text() : "null";
  return finish(in, "device");
}

void encode(const credentials& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id);
  out.signed_number(row.created);
  out.id(row.device.value);
  out.byte(static_cast<std::uint8_t>(row.type));
  out.text(row.credentials_id);
  write_text(out, row.credentials_value);
  out.number(row.version);
}

result<void> decode(std::string_view bytes, credentials& into) {
  row_reader in(bytes, first_version);
  into.id = in.id();
  into.created = in.signed_number();
  into.device.value = in.id();
  into.type = in.one_of<credentials_type>(4);
  into.credentials_id = in.text();
  read_text(in, into.credentials_value);
  into.version = static_cast<std::uint32_t>(in.number());
  return finish(in, "credentials");
}

void encode(const token_owner& row, std::string& bytes) {
  row_writer out(bytes, second_version, first_version);
  out.id(row.device.value);
  out.number(row.credentials_version);
  out.id(row.tenant.value);
  out.id(row.profile.value);
  out.byte(static_cast<std::uint8_t>(row.type));
}

result<void> decode(std::string_view bytes, token_owner& into) {
  row_reader in(bytes, second_version);
  into.device.value = in.id();
  into.credentials_version = static_cast<std::uint32_t>(in.number());
  if (in.written_by() >= second_version) {
    into.tenant.value = in.id();
    into.profile.value = in.id();
    into.type = in.one_of<credentials_type>(4);
  }
  return finish(in, "token index");
}

void encode(const listed_device& row, std::string& bytes) {
  row_writer out(bytes, second_version, first_version);
  out.signed_number(row.created);
  out.text(row.type);
  out.text(row.label);
  out.id(row.profile.value);
}

result<void> decode(std::string_view bytes, listed_device& into) {
  row_reader in(bytes, second_version);
  into.created = in.signed_number();
  into.type = in.text();
  into.label = in.text();
  into.profile.value = in.written_by() >= second_version ? in.id() : uuid{};
  return finish(in, "name index");
}

void encode(const format_row& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.number(row.version);
  out.number(row.oldest_reader);
  out.number(row.shards);
}

result<void> decode(std::string_view bytes, format_row& into) {
  row_reader in(bytes, first_version);
  into.version = static_cast<std::uint32_t>(in.number());
  into.oldest_reader = static_cast<std::uint32_t>(in.number());
  into.shards = static_cast<std::uint32_t>(in.number());
  return finish(in, "format");
}

void encode(const put_revocation& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.signed_number(row.expires);
  out.id(row.subject);
  out.signed_number(row.valid_from);
}

result<void> decode(std::string_view bytes, put_revocation& into) {
  row_reader in(bytes, first_version);
  into.expires = in.signed_number();
  into.subject = in.id();
  into.valid_from = in.signed_number();
  return finish(in, "revocation");
}

void encode_id(const uuid& id, std::string& bytes) {
  row_writer(bytes, first_version, first_version).id(id);
}

result<void> decode_id(std::string_view bytes, uuid& into) {
  row_reader in(bytes, first_version);
  into = in.id();
  return finish(in, "index");
}

void encode_number(std::uint64_t number, std::string& bytes) {
  row_writer(bytes, first_version, first_version).number(number);
}

result<void> decode_number(std::string_view bytes, std::uint64_t& into) {
  row_reader in(bytes, first_version);
  into = in.number();
  return finish(in, "count");
}

void encode_text(std::string_view text, std::string& bytes) {
  row_writer(bytes, first_version, first_version).text(text);
}

result<void> decode_text(std::string_view bytes, std::string& into) {
  row_reader in(bytes, first_version);
  into = in.text();
  return finish(in, "setting");
}

void encode_time(timestamp at, std::string& bytes) {
  row_writer(bytes, first_version, first_version).signed_number(at);
}

result<void> decode_time(std::string_view bytes, timestamp& into) {
  row_reader in(bytes, first_version);
  into = in.signed_number();
  return finish(in, "deadline");
}

void encode_outbox(const std::string& content, std::string& bytes) {
  row_writer(bytes, first_version, first_version).text(content);
}

result<void> decode_outbox(std::string_view bytes, std::string& into) {
  row_reader in(bytes, first_version);
  into = in.text();
  return finish(in, "outbox");
}

} // namespace muster::persistence
