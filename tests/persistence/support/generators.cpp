#include "tests/persistence/support/generators.hpp"

#include <cmath>
#include <limits>

namespace muster::test {

using namespace persistence;

namespace {

rc::Gen<std::string> any_text() {
  return rc::gen::arbitrary<std::string>();
}

rc::Gen<json_text> any_json() {
  return rc::gen::map(any_text(), [](std::string text) { return json_text{std::move(text)}; });
}

template <class T>
std::optional<T> maybe(const rc::Gen<T>& gen) {
  return *rc::gen::arbitrary<bool>() ? std::optional<T>(*gen) : std::nullopt;
}

template <class Id>
Id any_id() {
  return Id{*any_uuid()};
}

std::uint64_t any_number() {
  return *rc::gen::oneOf(rc::gen::arbitrary<std::uint64_t>(),
                         rc::gen::just(std::numeric_limits<std::uint64_t>::max()));
}

std::uint32_t any_small() {
  return *rc::gen::arbitrary<std::uint32_t>();
}

} // namespace

rc::Gen<timestamp> any_time() {
  using limits = std::numeric_limits<timestamp>;
  return rc::gen::oneOf(
      rc::gen::arbitrary<timestamp>(),
      rc::gen::element<timestamp>(limits::min(), -1, 0, 1, 1'700'000'000'000, limits::max()),
      rc::gen::inRange<timestamp>(1'700'000'000'000, 1'700'000'000'100));
}

rc::Gen<uuid> any_uuid() {
  return rc::gen::map(
      rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::oneOf(
          rc::gen::arbitrary<std::uint8_t>(), rc::gen::element<std::uint8_t>(0, 0xff))),
      [](const auto& bytes) { return uuid{bytes}; });
}

rc::Gen<value> any_value() {
  const auto finite =
      rc::gen::suchThat(rc::gen::arbitrary<double>(), [](double d) { return std::isfinite(d); });
  return rc::gen::oneOf(rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return value(b); }),
                        rc::gen::map(any_time(), [](std::int64_t n) { return value(n); }),
                        rc::gen::map(finite, [](double d) { return value(d); }),
                        rc::gen::map(any_text(), [](std::string s) { return value(std::move(s)); }),
                        rc::gen::map(any_json(), [](json_text j) { return value(std::move(j)); }));
}

rc::Gen<std::vector<key_value>> any_values() {
  return rc::gen::container<std::vector<key_value>>(rc::gen::exec([] {
    return key_value{*any_text(), *any_value()};
  }));
}

rc::Gen<device_info> any_device_info() {
  return rc::gen::exec([] {
    device_info row;
    row.id = any_id<device_id>();
    row.created = *any_time();
    row.tenant = any_id<tenant_id>();
    row.customer = maybe(rc::gen::exec([] { return any_id<customer_id>(); }));
    row.profile = any_id<profile_id>();
    row.name = *any_text();
    row.type = *any_text();
    row.label = maybe(any_text());
    row.firmware = maybe(rc::gen::exec([] { return any_id<package_id>(); }));
    row.software = maybe(rc::gen::exec([] { return any_id<package_id>(); }));
    row.additional_info = *any_json();
    row.device_data = *any_json();
    row.calculated_fields = *any_json();
    row.version = any_number();
    return row;
  });
}

rc::Gen<credentials> any_credentials() {
  return rc::gen::exec([] {
    credentials row;
    row.id = *any_uuid();
    row.created = *any_time();
    row.device = any_id<device_id>();
    row.type = static_cast<credentials_type>(*rc::gen::inRange(0, 4));
    row.credentials_id = *any_text();
    row.credentials_value = maybe(any_text());
    row.version = any_small();
    return row;
  });
}

rc::Gen<put_counters> any_counters() {
  return rc::gen::exec([] {
    return put_counters{any_small(), any_number(), maybe(rc::gen::arbitrary<std::uint64_t>()),
                        maybe(rc::gen::exec([] {
                          return claim_offer{*any_text(), *any_time()};
                        })),
                        *any_text()};
  });
}

rc::Gen<attribute_row> any_attribute_row() {
  return rc::gen::exec([] {
    return attribute_row{*any_text(), *any_time(), any_number(), maybe(any_value())};
  });
}

rc::Gen<put_latest> any_latest() {
  return rc::gen::exec([] {
    put_latest row;
    row.values = *rc::gen::container<std::vector<latest_value>>(rc::gen::exec([] {
      return latest_value{*any_text(), *any_time(), *any_value()};
    }));
    row.newest_ts = *any_time();
    row.newest_given = *any_time();
    row.arrival = any_number();
    row.seen = {*rc::gen::arbitrary<bool>(), *any_time(), *any_time()};
    return row;
  });
}

rc::Gen<rpc_row> any_rpc_row() {
  return rc::gen::exec([] {
    rpc_row row;
    row.ended = *any_time();
    row.record.id = any_id<rpc_id>();
    row.record.number = any_small();
    row.record.created = *any_time();
    row.record.request.request_id = *any_uuid();
    row.record.request.oneway = *rc::gen::arbitrary<bool>();
    row.record.request.persistent = *rc::gen::arbitrary<bool>();
    row.record.request.method = *any_text();
    row.record.request.params = *any_json();
    row.record.request.expiration = *any_time();
    row.record.request.retries = maybe(rc::gen::arbitrary<std::uint32_t>());
    row.record.request.additional_info = *any_json();
    row.record.status = static_cast<rpc_status>(*rc::gen::inRange(0, 7));
    row.record.deliveries = any_small();
    row.record.last_delivery = *any_time();
    row.record.response = maybe(any_json());
    return row;
  });
}

rc::Gen<put_revocation> any_revocation() {
  return rc::gen::exec([] { return put_revocation{*any_uuid(), *any_time(), *any_time()}; });
}

} // namespace muster::test
