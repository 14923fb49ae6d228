#include "tests/actors_device/device_bench.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("only the tenant's administrator and the customer's users may see a device") {
  device_bench d;
  const tenant_id stranger{*parse_uuid("00000000-0000-4000-8000-00000000bbbb")};
  const customer_id ours{*parse_uuid("00000000-0000-4000-8000-00000000cccc")};
  const auto read_as = [&](caller who) { return d.answer(d.send(who, read_device{})); };
  CHECK(is<device_info>(read_as(administrator())));
  CHECK(std::get<error>(read_as({{}, authority::tenant_administrator, stranger, {}})) ==
        error{error_code::forbidden, "You don't have permission to perform this operation!"});
  CHECK(is_error(read_as({{}, authority::system_administrator, {}, {}}), error_code::forbidden));
  const caller user{{}, authority::customer_user, some_tenant(), ours};
  CHECK(is_error(read_as(user), error_code::forbidden));
  auto info = info_of(1);
  info.customer = ours;
  d.application(update_device{info, {}});
  CHECK(is<device_info>(read_as(user)));
}

TEST_CASE("an update is refused when the device was changed meanwhile, or the name is taken") {
  device_bench d;
  store_device(*d.rows, 2);
  auto info = info_of(1);
  info.label = "first";
  CHECK(std::get<device_info>(d.answer(d.application(update_device{info, 1}))).version == 2);
  CHECK(is_error(d.answer(d.application(update_device{info, 1})), error_code::version_conflict));
  info.name = "device 2";
  d.application(update_device{info, {}});
  const auto read = d.application(read_device{});
  CHECK(std::get<device_info>(d.answer(read)).name == "device 1");
  CHECK(std::get<device_info>(d.answer(read)).version == 2);
  d.crash();
  CHECK(std::get<device_info>(d.answer(d.application(read_device{}))).label == "first");
}

TEST_CASE("changed credentials end the polls and the old version") {
  device_bench d;
  const auto rpc = d.poll_rpc_for(1, 60'000);
  const auto attributes = d.poll_attributes_for(2, 60'000);
  auto access = access_of(1);
  access.credentials_id = "fresh";
  CHECK(std::get<credentials>(d.answer(d.application(save_credentials{access}))).version == 2);
  CHECK(is_error(d.answer(rpc), error_code::unauthorized));
  CHECK(is_error(d.answer(attributes), error_code::unauthorized));
  CHECK(is_error(d.answer(d.device(read_latest{})), error_code::unauthorized));
  d.version = 2;
  CHECK_FALSE(is_error(d.answer(d.device(read_latest{})), error_code::unauthorized));
  d.crash();
  CHECK(std::get<credentials>(d.answer(d.application(read_credentials{}))).credentials_id ==
        "fresh");
}

TEST_CASE("a refused change of credentials ends nothing") {
  device_bench d;
  store_device(*d.rows, 2);
  const auto poll = d.poll_rpc_for(1, 60'000);
  auto access = access_of(1);
  access.credentials_id = "token-2";
  d.application(save_credentials{access});
  CHECK_FALSE(d.answered(poll));
  CHECK(d.state->polls() == 1);
}

TEST_CASE("a device and its credentials change together or not at all") {
  device_bench d;
  store_device(*d.rows, 2);
  const auto poll = d.poll_rpc_for(1, 60'000);
  const auto save = [&](const std::string& name, const std::string& token) {
    auto info = info_of(1);
    info.name = name;
    auto access = access_of(1);
    access.credentials_id = token;
    return d.application(update_device{info, {}, access});
  };
  const auto unchanged = [&] {
    const bool old_name =
        std::get<device_info>(d.answer(d.application(read_device{}))).name == "device 1";
    const auto read = d.application(read_credentials{});
    return old_name && std::get<credentials>(d.answer(read)).version == 1 && !d.answered(poll) &&
           d.state->polls() == 1;
  };
  save("fresh", "token-2");
  CHECK(unchanged());
  save("device 2", "fresh");
  CHECK(unchanged());
  CHECK(std::get<device_info>(d.answer(save("fresh", "fresh"))).version == 2);
  CHECK(is_error(d.answer(poll), error_code::unauthorized));
  CHECK(is_error(d.answer(d.device(read_latest{})), error_code::unauthorized));
  d.crash();
  CHECK(d.stored().info.name == "fresh");
  CHECK(d.stored().access.credentials_id == "fresh");
  CHECK(d.stored().access.version == 2);
}

TEST_CASE("credentials that were changed meanwhile are not overwritten") {
  device_bench d;
  auto access = access_of(1);
  access.credentials_id = "first";
  CHECK(is<credentials>(d.answer(d.application(save_credentials{access, 1}))));
  access.credentials_id = "second";
  CHECK(
      is_error(d.answer(d.application(save_credentials{access, 1})), error_code::version_conflict));
  CHECK(d.stored().access.credentials_id == "first");
}

TEST_CASE("a deleted device leaves nothing behind") {
  device_bench d;
  d.device(telemetry("a", true));
  d.application(send_rpc{d.request(false, true)});
  const auto called = d.application(send_rpc{d.request(false, false)});
  const auto client = d.device(call_rules{"m", {"{}"}});
  const auto poll = d.poll_attributes_for(1, 60'000);
  CHECK(is<done>(d.answer(d.application(delete_device{}))));
  CHECK(is_error(d.answer(poll), error_code::unauthorized));
  CHECK(is_error(d.answer(called), error_code::not_found));
  CHECK(is_error(d.answer(client), error_code::not_found));
  CHECK(is_error(d.answer(d.device(read_latest{})), error_code::unauthorized));
  CHECK(is_error(d.answer(d.application(read_device{})), error_code::not_found));
  CHECK(d.state->next_deadline(d.clock.at) == never);
  CHECK_FALSE(d.rows->read_device(device_of(1)).value());
  CHECK(d.rows->read_due(shard_of(device_of(1)), never, 10).value().empty());
}
