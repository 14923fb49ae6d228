#include "tests/actors_device/device_bench.hpp"

namespace muster::test {

namespace {

using outcome = claim_result::outcome;

customer_id customer_of(std::uint8_t number) {
  customer_id id{*parse_uuid("00000000-0000-4000-8000-00000000bb00")};
  id.value.bytes[15] = number;
  return id;
}

caller user_of(std::uint8_t number) {
  return {{}, authority::customer_user, some_tenant(), customer_of(number), "", ""};
}

/// A device, customers 1 and 2.
class claim_bench : public device_bench {
public:
  explicit claim_bench(device_settings with = {}) : device_bench(with) {
    for (const std::uint8_t number : {1, 2}) {
      persistence::write made;
      made.epoch = persistence::first_epoch;
      customer one;
      one.id = customer_of(number);
      one.tenant = some_tenant();
      one.title = "customer " + std::to_string(number);
      made.mutations.emplace_back(persistence::put_customer{std::nullopt, one});
      REQUIRE(rows->commit({&made, 1}).front().what == persistence::write_outcome::kind::durable);
    }
  }

  void offer(std::string secret, milliseconds duration = 0) {
    CHECK(is<done>(answer(device(offer_claim{std::move(secret), duration}))));
  }
  reply claim(std::string secret, std::uint8_t customer = 1) {
    return answer(send(user_of(customer), claim_device{customer_of(customer), std::move(secret)}));
  }
  void set_server(std::string key, value what) {
    answer(application(save_attributes{attribute_scope::server, {{std::move(key), what}}}));
  }
  bool has_server(const std::string& key) {
    const auto all = stored();
    const auto& server = all.attributes[static_cast<std::size_t>(attribute_scope::server)];
    return std::any_of(server.begin(), server.end(),
                       [&](const auto& row) { return row.key == key; });
  }
  std::size_t audits(audit_action action, const std::string& address = {}) {
    persistence::audit_list all;
    all.end = INT64_MAX;
    page_link link;
    link.size = 1'000;
    const auto found = rows->list_audit(all, link).value();
    return static_cast<std::size_t>(
        std::count_if(found.data.begin(), found.data.end(), [&](const audit_entry& one) {
          return one.action == action && one.address == address;
        }));
  }
};

outcome became(const reply& what) {
  return std::get<claim_result>(what).what;
}

device_settings by_attribute_only() {
  device_settings settings;
  settings.claim_by_default = false;
  return settings;
}

} // namespace

TEST_CASE("an offered device is claimed by who knows the secret") {
  claim_bench at;
  at.offer("secret");
  const auto claimed = at.claim("secret");
  CHECK(became(claimed) == outcome::success);
  CHECK(std::get<claim_result>(claimed).device.customer == customer_of(1));
  CHECK(at.stored().info.customer == customer_of(1));
  CHECK_FALSE(at.stored().counters.offer);
  CHECK(at.audits(audit_action::assigned_to_customer) == 1);
  CHECK(became(at.claim("secret", 2)) == outcome::claimed);
}

TEST_CASE("an empty secret is a secret") {
  claim_bench at;
  at.offer("");
  CHECK(became(at.claim("guess")) == outcome::failure);
  CHECK(became(at.claim("")) == outcome::success);
}

TEST_CASE("a device that offers nothing is not claimed") {
  claim_bench at;
  CHECK(became(at.claim("")) == outcome::failure);
  CHECK_FALSE(at.stored().info.customer);
}

TEST_CASE("a wrong guess does not end an offer, nor does a restart") {
  claim_bench at;
  at.offer("secret");
  CHECK(became(at.claim("wrong")) == outcome::failure);
  at.crash();
  CHECK(became(at.claim("secret")) == outcome::success);
}

TEST_CASE("a standing offer is kept, one that is over is replaced") {
  claim_bench at;
  at.offer("first", 1'000);
  at.offer("second", 100'000);
  CHECK(became(at.claim("second")) == outcome::failure);
  at.pass(1'000);
  CHECK(became(at.claim("first")) == outcome::failure);
  at.offer("second");
  CHECK(at.stored().counters.offer->expires == at.clock.at.wall + 24 * 3'600'000);
  CHECK(became(at.claim("second")) == outcome::success);
}

TEST_CASE("five wrong guesses close a device's claim until their minute is over") {
  claim_bench at;
  at.offer("secret");
  for (int i = 0; i < 5; ++i) {
    at.pass(1'000);
    CHECK(became(at.claim("wrong")) == outcome::failure);
  }
  CHECK(is_error(at.claim("secret"), error_code::rate_limited));
  CHECK_FALSE(at.state->can_leave());
  at.pass(55'999);
  CHECK(is_error(at.claim("secret", 2), error_code::rate_limited));
  at.pass(1);
  CHECK(at.state->can_leave());
  CHECK(became(at.claim("secret")) == outcome::success);
}

TEST_CASE("claiming may depend on the attribute claimingAllowed") {
  claim_bench at(by_attribute_only());
  at.offer("secret");
  CHECK(became(at.claim("secret")) == outcome::failure);
  at.set_server("claimingAllowed", true);
  at.offer("secret");
  CHECK(became(at.claim("secret")) == outcome::success);
  CHECK_FALSE(at.has_server("claimingAllowed"));
  CHECK(is<device_info>(at.answer(at.application(reclaim_device{}))));
  CHECK_FALSE(at.stored().info.customer);
  CHECK(at.has_server("claimingAllowed"));
}

TEST_CASE("an application may make the offer by the attribute claimingData") {
  claim_bench at;
  const std::string expires = std::to_string(at.clock.at.wall + 1'000);
  at.set_server("claimingData",
                json_text{R"({"secretKey":"given","expirationTime":)" + expires + "}"});
  CHECK(became(at.claim("wrong")) == outcome::failure);
  CHECK(became(at.claim("given")) == outcome::success);
  CHECK_FALSE(at.has_server("claimingData"));
}

TEST_CASE("an offer by attribute that is over, or no offer at all, is refused") {
  claim_bench at;
  at.set_server("claimingData", json_text{R"({"secretKey":"given","expirationTime":1})"});
  CHECK(became(at.claim("given")) == outcome::failure);
  CHECK(at.has_server("claimingData"));
  at.set_server("claimingData", json_text{"[]"});
  CHECK(became(at.claim("")) == outcome::failure);
}

TEST_CASE("a device with a customer offers nothing") {
  claim_bench at;
  CHECK(is<device_info>(at.answer(at.application(assign_device{customer_of(2)}))));
  at.offer("secret");
  CHECK_FALSE(at.stored().counters.offer);
  CHECK(became(at.claim("secret")) == outcome::claimed);
  CHECK(at.stored().info.customer == customer_of(2));
}

TEST_CASE("a secret that is too long is refused") {
  claim_bench at;
  CHECK(is_error(at.answer(at.device(offer_claim{std::string(1'021, 'x')})), error_code::invalid));
  CHECK_FALSE(at.stored().counters.offer);
}

TEST_CASE("only a customer's user claims, for his own customer and in his tenant") {
  claim_bench at;
  at.offer("secret");
  const auto refused = [&](const caller& who, const customer_id& customer) {
    return is_error(at.answer(at.send(who, claim_device{customer, "secret"})),
                    error_code::forbidden);
  };
  CHECK(refused(administrator(), customer_of(1)));
  CHECK(refused(user_of(1), customer_of(2)));
  auto foreign = user_of(1);
  foreign.tenant = tenant_id{random_uuid()};
  CHECK(refused(foreign, customer_of(1)));
  CHECK_FALSE(at.stored().info.customer);
}

TEST_CASE("a customer that is gone gets no device") {
  claim_bench at;
  at.offer("secret");
  CHECK(is_error(at.claim("secret", 9), error_code::not_found));
  CHECK(is_error(at.answer(at.application(assign_device{customer_of(9)})), error_code::not_found));
  CHECK_FALSE(at.stored().info.customer);
  CHECK(became(at.claim("secret", 1)) == outcome::success);
}

TEST_CASE("a device is given back by its customer or the tenant, and no other") {
  claim_bench at;
  CHECK(is<device_info>(at.answer(at.send(user_of(1), reclaim_device{}))));
  at.offer("secret");
  at.claim("secret");
  CHECK(is_error(at.answer(at.send(user_of(2), reclaim_device{})), error_code::forbidden));
  CHECK(at.stored().info.customer == customer_of(1));
  CHECK(is<device_info>(at.answer(at.send(user_of(1), reclaim_device{}))));
  CHECK_FALSE(at.stored().info.customer);
  CHECK(at.audits(audit_action::unassigned_from_customer) == 1);
}

TEST_CASE("giving back ends an offer") {
  claim_bench at;
  at.offer("secret");
  at.answer(at.application(reclaim_device{}));
  CHECK_FALSE(at.stored().counters.offer);
  at.crash();
  CHECK(became(at.claim("secret")) == outcome::failure);
}

TEST_CASE("a customer's user may not assign, delete or give credentials") {
  claim_bench at;
  at.answer(at.application(assign_device{customer_of(1)}));
  const auto refused = [&](command_body what) {
    return is_error(at.answer(at.send(user_of(1), std::move(what))), error_code::forbidden);
  };
  CHECK(refused(assign_device{customer_of(2)}));
  CHECK(refused(delete_device{}));
  CHECK(refused(save_credentials{access_of(1)}));
  CHECK(refused(provision_existing{}));
  CHECK(refused(set_target_package{}));
  auto info = at.stored().info;
  info.customer = customer_of(2);
  info.label = "mine";
  CHECK(is<device_info>(at.answer(at.send(user_of(1), update_device{info, {}}))));
  CHECK(at.stored().info.customer == customer_of(1));
  CHECK(at.stored().info.label == "mine");
}

TEST_CASE("a device is taken from one customer only if it is his") {
  claim_bench at;
  at.answer(at.application(assign_device{customer_of(2)}));
  at.answer(at.send(system_sender{}, assign_device{std::nullopt, customer_of(1)}));
  CHECK(at.stored().info.customer == customer_of(2));
  at.answer(at.send(system_sender{}, assign_device{std::nullopt, customer_of(2)}));
  CHECK_FALSE(at.stored().info.customer);
}

TEST_CASE("a pre-provisioned device gets its credentials once") {
  claim_bench at;
  const auto profile = at.stored().info.profile;
  const auto ask = [&](const profile_id& of) {
    return at.answer(at.send(system_sender{}, provision_existing{of, "192.0.2.1"}));
  };
  CHECK(is_error(ask(profile_id{random_uuid()}), error_code::forbidden));
  CHECK_FALSE(at.has_server("provisionState"));
  CHECK(std::get<credentials>(ask(profile)).credentials_id == "token-1");
  CHECK(at.has_server("provisionState"));
  CHECK(at.audits(audit_action::provisioned, "192.0.2.1") == 1);
  at.crash();
  CHECK(is_error(ask(profile), error_code::forbidden));
}

} // namespace muster::test
