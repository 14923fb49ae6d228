#include "persistence/encoding/optional_fields.hpp"
#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

void write_digest(row_writer& out, const std::optional<content_digest>& digest) {
  out.maybe(digest, [&](const content_digest& present) {
    for (const auto byte : present) {
      out.byte(byte);
    }
  });
}

void read_digest(row_reader& in, std::optional<content_digest>& digest) {
  in.maybe(digest, [&](content_digest& present) {
    for (auto& byte : present) {
      byte = in.byte();
    }
  });
}

} // namespace

void encode(const package_info& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  write_id(out, row.profile);
  out.byte(static_cast<std::uint8_t>(row.type));
  out.text(row.title);
  out.text(row.release);
  write_text(out, row.tag);
  write_text(out, row.url);
  write_text(out, row.file_name);
  write_text(out, row.content_type);
  out.maybe(row.algorithm, [&](auto which) { out.byte(static_cast<std::uint8_t>(which)); });
  write_text(out, row.checksum);
  write_digest(out, row.content);
  out.number(row.size);
  out.text(row.additional_info.text);
  out.number(row.version);
}

result<void> decode(std::string_view bytes, package_info& into) {
  row_reader in(bytes, first_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  read_id(in, into.profile);
  into.type = in.one_of<package_type>(2);
  into.title = in.text();
  into.release = in.text();
  read_text(in, into.tag);
  read_text(in, into.url);
  read_text(in, into.file_name);
  read_text(in, into.content_type);
  in.maybe(into.algorithm, [&](auto& which) { which = in.one_of<checksum_algorithm>(7); });
  read_text(in, into.checksum);
  read_digest(in, into.content);
  into.size = in.number();
  into.additional_info.text = in.text();
  into.version = in.number();
  return finish(in, "package");
}

void encode(const audit_entry& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id);
  out.signed_number(row.created);
  write_id(out, row.tenant);
  write_id(out, row.customer);
  out.byte(static_cast<std::uint8_t>(row.kind));
  out.id(row.entity);
  out.text(row.entity_name);
  write_id(out, row.user);
  out.text(row.user_name);
  out.text(row.address);
  out.byte(static_cast<std::uint8_t>(row.action));
  out.text(row.data.text);
}

result<void> decode(std::string_view bytes, audit_entry& into) {
  row_reader in(bytes, first_version);
  into.id = in.id();
  into.created = in.signed_number();
  read_id(in, into.tenant);
  read_id(in, into.customer);
  into.kind = in.one_of<entity_type>(entity_types);
  into.entity = in.id();
  into.entity_name = in.text();
  read_id(in, into.user);
  into.user_name = in.text();
  into.address = in.text();
  into.action = in.one_of<audit_action>(audit_actions);
  into.data.text = in.text();
  return finish(in, "audit entry");
}

void encode(const job& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.id(row.id);
  out.signed_number(row.created);
  out.byte(static_cast<std::uint8_t>(row.kind));
  out.id(row.tenant.value);
  out.id(row.subject);
  out.byte(static_cast<std::uint8_t>(row.type));
  out.maybe(row.after, [&](const device_position& at) {
    out.signed_number(at.created);
    out.id(at.id.value);
  });
  out.number(row.done);
  out.number(row.total);
}

result<void> decode(std::string_view bytes, job& into) {
  row_reader in(bytes, first_version);
  into.id = in.id();
  into.created = in.signed_number();
  into.kind = in.one_of<job_kind>(4);
  into.tenant.value = in.id();
  into.subject = in.id();
  into.type = in.one_of<package_type>(2);
  in.maybe(into.after, [&](device_position& at) {
    at.created = in.signed_number();
    at.id.value = in.id();
  });
  into.done = in.number();
  into.total = in.number();
  return finish(in, "job");
}

} // namespace muster::persistence
