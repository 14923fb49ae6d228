#include "persistence/encoding/row_error.hpp"
#include "persistence/encoding/row_reader.hpp"
#include "persistence/encoding/row_writer.hpp"
#include "persistence/encoding/rows.hpp"

namespace muster::persistence {

namespace {

/// An RPC's record may be long, so what compactions need stands at its head.
void write_request(row_writer& out, const rpc_request& request) {
  out.id(request.request_id);
  out.flag(request.oneway);
  out.flag(request.persistent);
  out.text(request.method);
  out.text(request.params.text);
  out.signed_number(request.expiration);
  out.maybe(request.retries, [&](std::uint32_t n) { out.number(n); });
  out.text(request.additional_info.text);
}

void read_request(row_reader& in, rpc_request& request) {
  request.request_id = in.id();
  request.oneway = in.flag();
  request.persistent = in.flag();
  request.method = in.text();
  request.params.text = in.text();
  request.expiration = in.signed_number();
  in.maybe(request.retries, [&](auto& n) { n = static_cast<std::uint32_t>(in.number()); });
  request.additional_info.text = in.text();
}

} // namespace

void encode(const put_counters& row, std::string& bytes) {
  // The second version has gained the claim offer, the third the progress of alarm rules.
  row_writer out(bytes, third_version, first_version);
  out.number(row.rpc_reserved);
  out.number(row.shared_change);
  out.maybe(row.cursor, [&](std::uint64_t n) { out.number(n); });
  out.maybe(row.offer, [&](const claim_offer& offer) {
    out.text(offer.secret);
    out.signed_number(offer.expires);
  });
  out.text(row.progress);
}

result<void> decode(std::string_view bytes, put_counters& into) {
  row_reader in(bytes, third_version);
  into.rpc_reserved = static_cast<rpc_number>(in.number());
  into.shared_change = in.number();
  in.maybe(into.cursor, [&](auto& n) { n = in.number(); });
  into.offer.reset();
  if (in.written_by() >= second_version) {
    in.maybe(into.offer, [&](claim_offer& offer) {
      offer.secret = in.text();
      offer.expires = in.signed_number();
    });
  }
  into.progress = in.written_by() >= third_version ? in.text() : std::string();
  return finish(in, "counters");
}

void encode(const std::vector<attribute_row>& rows, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.list(rows, [&](const attribute_row& row) {
    out.text(row.key);
    out.signed_number(row.last_update);
    out.number(row.change);
    out.maybe(row.val, [&](const value& v) { out.val(v); });
  });
}

result<void> decode(std::string_view bytes, std::vector<attribute_row>& into) {
  row_reader in(bytes, first_version);
  in.list(into, [&](attribute_row& row) {
    row.key = in.text();
    row.last_update = in.signed_number();
    row.change = in.number();
    in.maybe(row.val, [&](value& v) { in.val(v); });
  });
  return finish(in, "attributes");
}

void encode(const put_latest& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.signed_number(row.newest_ts);
  out.number(row.arrival);
  out.flag(row.seen.active);
  out.signed_number(row.seen.last_activity);
  out.signed_number(row.seen.inactivity_alarm);
  out.signed_number(row.newest_given);
  // Most values are of the newest message, so their distance from it is a byte.
  out.list(row.values, [&](const latest_value& one) {
    out.text(one.key);
    out.signed_number(static_cast<std::int64_t>(static_cast<std::uint64_t>(row.newest_ts) -
                                                static_cast<std::uint64_t>(one.ts)));
    out.val(one.val);
  });
}

result<void> decode(std::string_view bytes, put_latest& into) {
  row_reader in(bytes, first_version);
  into.newest_ts = in.signed_number();
  into.arrival = in.number();
  into.seen.active = in.flag();
  into.seen.last_activity = in.signed_number();
  into.seen.inactivity_alarm = in.signed_number();
  into.newest_given = in.signed_number();
  in.list(into.values, [&](latest_value& one) {
    one.key = in.text();
    one.ts = static_cast<timestamp>(static_cast<std::uint64_t>(into.newest_ts) -
                                    static_cast<std::uint64_t>(in.signed_number()));
    in.val(one.val);
  });
  return finish(in, "latest values");
}

void encode_history(const std::vector<key_value>& values, timestamp expires, bool server_time,
                    std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.signed_number(expires);
  out.flag(server_time);
  out.list(values, [&](const key_value& one) {
    out.text(one.key);
    out.val(one.val);
  });
}

result<void> decode_history(std::string_view bytes, append_history& into) {
  row_reader in(bytes, first_version);
  into.expires = in.signed_number();
  into.server_time = in.flag();
  in.list(into.values, [&](key_value& one) {
    one.key = in.text();
    in.val(one.val);
  });
  return finish(in, "history");
}

timestamp expiry_of_history(std::string_view bytes) noexcept {
  row_reader in(bytes, first_version);
  const timestamp expires = in.signed_number();
  return in.problem() == nullptr ? expires : 0;
}

void encode(const rpc_row& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.signed_number(row.ended);
  out.id(row.record.id.value);
  out.number(row.record.number);
  out.signed_number(row.record.created);
  write_request(out, row.record.request);
  out.byte(static_cast<std::uint8_t>(row.record.status));
  out.number(row.record.deliveries);
  out.signed_number(row.record.last_delivery);
  out.maybe(row.record.response, [&](const json_text& json) { out.text(json.text); });
}

result<void> decode(std::string_view bytes, rpc_row& into) {
  row_reader in(bytes, first_version);
  into.ended = in.signed_number();
  into.record.id.value = in.id();
  into.record.number = static_cast<rpc_number>(in.number());
  into.record.created = in.signed_number();
  read_request(in, into.record.request);
  into.record.status = in.one_of<rpc_status>(7);
  into.record.deliveries = static_cast<std::uint32_t>(in.number());
  into.record.last_delivery = in.signed_number();
  in.maybe(into.record.response, [&](json_text& json) { json.text = in.text(); });
  return finish(in, "RPC");
}

void encode(const rpc_place& row, std::string& bytes) {
  row_writer out(bytes, first_version, first_version);
  out.signed_number(row.ended);
  out.id(row.device.value);
}

result<void> decode(std::string_view bytes, rpc_place& into) {
  row_reader in(bytes, first_version);
  into.ended = in.signed_number();
  into.device.value = in.id();
  return finish(in, "RPC index");
}

timestamp end_of_rpc(std::string_view bytes) noexcept {
  return expiry_of_history(bytes);
}

} // namespace muster::persistence
