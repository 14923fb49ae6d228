#include "persistence/encoding/optional_fields.hpp"
#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

void write_contact(row_writer& out, const contact& one) {
  for (const auto* field : {&one.country, &one.state, &one.city, &one.address, &one.address2,
                            &one.zip, &one.phone, &one.email}) {
    write_text(out, *field);
  }
}

void read_contact(row_reader& in, contact& one) {
  for (auto* field : {&one.country, &one.state, &one.city, &one.address, &one.address2, &one.zip,
                      &one.phone, &one.email}) {
    read_text(in, *field);
  }
}

void write_uuid(row_writer& out, const std::optional<uuid>& id) {
  out.maybe(id, [&](const uuid& present) { out.id(present); });
}

void read_uuid(row_reader& in, std::optional<uuid>& id) {
  in.maybe(id, [&](uuid& present) { present = in.id(); });
}

} // namespace

void encode(const user& row, std::string& bytes) {
  row_writer out(bytes, second_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.byte(static_cast<std::uint8_t>(row.role));
  write_id(out, row.tenant);
  write_id(out, row.customer);
  out.text(row.email);
  write_text(out, row.first_name);
  write_text(out, row.last_name);
  out.text(row.additional_info.text);
  out.text(row.password_hash);
  out.signed_number(row.tokens_valid_from);
  out.number(row.version);
  write_text(out, row.phone);
  write_text(out, row.activation_token);
}

result<void> decode(std::string_view bytes, user& into) {
  row_reader in(bytes, second_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.role = in.one_of<authority>(3);
  read_id(in, into.tenant);
  read_id(in, into.customer);
  into.email = in.text();
  read_text(in, into.first_name);
  read_text(in, into.last_name);
  into.additional_info.text = in.text();
  into.password_hash = in.text();
  into.tokens_valid_from = in.signed_number();
  into.version = in.number();
  if (in.written_by() >= second_version) {
    read_text(in, into.phone);
    read_text(in, into.activation_token);
  }
  return finish(in, "user");
}

void encode(const tenant& row, std::string& bytes) {
  row_writer out(bytes, second_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.text(row.title);
  out.text(row.additional_info.text);
  out.number(row.version);
  write_text(out, row.region);
  write_contact(out, row.contact);
  const auto& limits = row.limits;
  for (const auto* limit :
       {&limits.tenant_messages, &limits.tenant_telemetry_messages, &limits.tenant_data_points,
        &limits.device_messages, &limits.device_telemetry_messages, &limits.device_data_points}) {
    out.text(*limit);
  }
}

result<void> decode(std::string_view bytes, tenant& into) {
  row_reader in(bytes, second_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.title = in.text();
  into.additional_info.text = in.text();
  into.version = in.number();
  if (in.written_by() >= second_version) {
    read_text(in, into.region);
    read_contact(in, into.contact);
    auto& limits = into.limits;
    for (auto* limit :
         {&limits.tenant_messages, &limits.tenant_telemetry_messages, &limits.tenant_data_points,
          &limits.device_messages, &limits.device_telemetry_messages, &limits.device_data_points}) {
      *limit = in.text();
    }
  }
  return finish(in, "tenant");
}

void encode(const customer& row, std::string& bytes) {
  row_writer out(bytes, second_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  out.text(row.title);
  out.text(row.additional_info.text);
  out.number(row.version);
  write_contact(out, row.contact);
  out.flag(row.is_public);
}

result<void> decode(std::string_view bytes, customer& into) {
  row_reader in(bytes, second_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  into.title = in.text();
  into.additional_info.text = in.text();
  into.version = in.number();
  if (in.written_by() >= second_version) {
    read_contact(in, into.contact);
    into.is_public = in.flag();
  }
  return finish(in, "customer");
}

namespace {

/// What profiles have gained in their second version.
void write_fleet_fields(row_writer& out, const device_profile& row) {
  write_text(out, row.image);
  out.byte(static_cast<std::uint8_t>(row.transport));
  out.byte(static_cast<std::uint8_t>(row.provisioning));
  write_text(out, row.provision_key);
  write_text(out, row.provision_secret);
  write_id(out, row.firmware);
  write_id(out, row.software);
  write_id(out, row.default_rule_chain);
  write_uuid(out, row.default_edge_rule_chain);
  write_uuid(out, row.default_dashboard);
  write_text(out, row.default_queue);
  out.text(row.rules.codec);
  out.signed_number(row.rules.default_ttl_seconds);
  out.signed_number(row.rules.inactivity_timeout);
  out.text(row.rules.device_rate_limit);
  out.text(row.rules.device_telemetry_rate_limit);
  out.text(row.calculated_fields.text);
}

void read_fleet_fields(row_reader& in, device_profile& into) {
  read_text(in, into.image);
  into.transport = in.one_of<transport_type>(5);
  into.provisioning = in.one_of<provision_strategy>(4);
  read_text(in, into.provision_key);
  read_text(in, into.provision_secret);
  read_id(in, into.firmware);
  read_id(in, into.software);
  read_id(in, into.default_rule_chain);
  if (in.written_by() < third_version) {
    // Nothing could have that identifier: there were no rule chains yet.
    into.default_rule_chain.reset();
  }
  read_uuid(in, into.default_edge_rule_chain);
  read_uuid(in, into.default_dashboard);
  read_text(in, into.default_queue);
  into.rules.codec = in.text();
  into.rules.default_ttl_seconds = in.signed_number();
  into.rules.inactivity_timeout = in.signed_number();
  into.rules.device_rate_limit = in.text();
  into.rules.device_telemetry_rate_limit = in.text();
  into.calculated_fields.text = in.written_by() >= fourth_version ? in.text() : "null";
}

} // namespace

void encode(const device_profile& row, std::string& bytes) {
  row_writer out(bytes, fourth_version, first_version);
  out.id(row.id.value);
  out.signed_number(row.created);
  out.id(row.tenant.value);
  out.text(row.name);
  write_text(out, row.description);
  out.flag(row.is_default);
  out.text(row.profile_data.text);
  out.number(row.version);
  write_fleet_fields(out, row);
}

result<void> decode(std::string_view bytes, device_profile& into) {
  row_reader in(bytes, fourth_version);
  into.id.value = in.id();
  into.created = in.signed_number();
  into.tenant.value = in.id();
  into.name = in.text();
  read_text(in, into.description);
  into.is_default = in.flag();
  into.profile_data.text = in.text();
  into.version = in.number();
  if (in.written_by() >= second_version) {
    read_fleet_fields(in, into);
  }
  return finish(in, "device profile");
}

} // namespace muster::persistence
