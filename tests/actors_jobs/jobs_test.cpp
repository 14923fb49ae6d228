#include "tests/actors_jobs/fleet.hpp"

namespace muster::test {

TEST_CASE("a rollout reaches every device of the profile, in bounded slices") {
  fleet at(150);
  const auto other = at.add_device(profile_id{random_uuid()});
  at.assign("1");
  at.turn();
  CHECK(at.sent == jobs::slice);
  at.finish();
  CHECK(at.told_all("1") == 150);
  CHECK_FALSE(at.told(other));
  CHECK(at.sent == 150);
}

TEST_CASE("nothing is begun while a slice is under way") {
  fleet at(150);
  at.assign("1");
  at.work().tick();
  for (int i = 0; i < 5; ++i) {
    at.work().tick();
  }
  CHECK(at.sent == jobs::slice);
  at.finish();
}

TEST_CASE("a restart goes on where the rollout was") {
  fleet at(300);
  at.assign("1");
  at.turn();
  at.turn();
  at.turn();
  const auto before = at.work().list().front();
  CHECK(before.done == 2 * jobs::slice);
  CHECK(before.total == 300);
  at.restart();
  CHECK(at.work().list().front().done == 2 * jobs::slice);
  CHECK(at.rows->read_jobs().value().front() == before);
  at.finish();
  CHECK(at.told_all("1") == 300);
  // The slice that was under way was done twice.
  CHECK(at.sent == 300 + jobs::slice);
}

TEST_CASE("a newer rollout takes the place of the one before") {
  fleet at(200);
  at.assign("1");
  at.turn();
  at.assign("2");
  CHECK(at.work().list().size() == 2);
  at.finish();
  CHECK(at.told_all("2") == 200);
}

TEST_CASE("a device that was told already is not told again") {
  fleet at(10);
  at.assign("1");
  at.finish();
  const auto rows = at.submitted_rows;
  at.begin(job_kind::rollout, at.profile.id.value);
  at.finish();
  CHECK(at.submitted_rows == rows);
}

TEST_CASE("commands that are refused for a while are sent again") {
  fleet at(10);
  at.assign("1");
  at.refuse_commands = 3;
  at.turn();
  at.turn();
  CHECK(at.work().list().front().done == 0);
  const auto sent = at.sent;
  at.turn(jobs::retry_after);
  CHECK(at.sent == sent);
  at.finish();
  CHECK(at.told_all("1") == 10);
}

TEST_CASE("devices that can't be reached do not hold the others up, and are met by another walk") {
  fleet at(2 * jobs::slice);
  at.assign("1");
  at.refuse_commands = jobs::max_tries * static_cast<int>(jobs::slice);
  for (int i = 0; i < 4 * jobs::max_tries; ++i) {
    at.turn(jobs::retry_after);
  }
  CHECK(at.told_all("1") == jobs::slice);
  // A restart meets them too.
  CHECK_FALSE(at.rows->read_jobs().value().front().after);
  at.clock.advance(jobs::walk_again_after);
  at.finish();
  CHECK(at.told_all("1") == 2 * jobs::slice);
}

TEST_CASE("a profile that is gone ends its rollout") {
  fleet at(3);
  at.begin(job_kind::rollout, random_uuid());
  CHECK(at.finish() < 5);
  CHECK(at.sent == 0);
}

TEST_CASE("a profile's new name becomes its devices' type, of each once") {
  fleet at(150);
  const auto other = at.add_device(profile_id{random_uuid()});
  at.rename("first");
  at.turn();
  at.turn();
  at.restart();
  at.finish();
  CHECK(at.typed_all("first") == 150);
  CHECK(at.rows->read_device_info(other).value()->type != "first");
  // Devices that have the type are not changed again, and a walk over nothing else has an end.
  const auto sent = at.sent;
  at.begin(job_kind::rename_type, at.profile.id.value);
  at.finish();
  CHECK(at.sent == sent);
  at.rename("second");
  at.turn();
  at.rename("third");
  at.finish();
  CHECK(at.typed_all("third") == 150);
  CHECK(at.rows->read_device_info(at.ids[149]).value()->version == 3);
  at.begin(job_kind::rename_type, random_uuid());
  CHECK(at.finish() < 5);
}

TEST_CASE("a device that changes while its type does is asked again") {
  fleet at(3);
  at.rename("new");
  auto info = at.rows->read_device_info(at.ids[0]).value().value();
  info.label = "meanwhile";
  at.overtake = command{at.ids[0], system_sender{}, at.clock.now().steady + 1'000,
                        update_device{info, std::nullopt}};
  at.turn();
  at.turn();
  CHECK(at.typed_all("new") == 2);
  at.clock.advance(jobs::retry_after);
  at.finish();
  CHECK(at.typed_all("new") == 3);
  CHECK(at.rows->read_device_info(at.ids[0]).value()->label == "meanwhile");
}

TEST_CASE("a deleted customer's devices go back, and those of others stay") {
  fleet at(2);
  at.customer_of_new = at.buyer.id;
  for (int i = 0; i < 100; ++i) {
    at.add_device(at.profile.id);
  }
  at.customer_of_new = customer_id{random_uuid()};
  const auto foreign = at.add_device(at.profile.id);
  at.begin(job_kind::give_back_devices, at.buyer.id.value);
  at.turn();
  at.restart();
  at.finish();
  CHECK(at.rows->count_devices({some_tenant(), at.buyer.id}).value() == 0);
  CHECK(at.rows->read_device_info(foreign).value()->customer);
}

TEST_CASE("a deleted tenant leaves nothing") {
  fleet at(100);
  const auto package = at.assign("1");
  at.finish();
  user one;
  one.id = user_id{random_uuid()};
  one.tenant = some_tenant();
  one.email = "a@b.c";
  rule_chain chain;
  chain.id = rule_chain_id{random_uuid()};
  chain.tenant = some_tenant();
  at.store(
      {persistence::put_user{std::nullopt, one}, persistence::put_rule_chain{std::nullopt, chain}});
  at.begin(job_kind::remove_tenant, some_tenant().value);
  at.turn();
  at.turn();
  at.restart();
  at.finish();
  CHECK(at.rows->count_devices().value() == 0);
  CHECK_FALSE(at.rows->read_user(one.id).value());
  CHECK_FALSE(at.rows->read_customer(at.buyer.id).value());
  CHECK_FALSE(at.rows->read_profile(at.profile.id).value());
  CHECK_FALSE(at.rows->read_package(package.id).value());
  CHECK_FALSE(at.rows->read_rule_chain(chain.id).value());
  CHECK_FALSE(at.rows->read_tenant(some_tenant()).value());
  CHECK(at.freed == 1);
}

TEST_CASE("after the end nothing is begun") {
  fleet at(10);
  at.assign("1");
  at.work().stop();
  at.turn();
  CHECK(at.sent == 0);
  CHECK(at.work().list().size() == 1);
}

TEST_CASE("how far a package has come is counted over the devices that should run it") {
  fleet at(200);
  const auto package = at.assign("1");
  const auto own = at.add_device(at.profile.id);
  auto info = at.rows->read_device_info(own).value().value();
  auto with_own = info;
  with_own.firmware = package_id{random_uuid()};
  auto change = write_of(own);
  change.mutations.emplace_back(persistence::put_device{info, with_own});
  REQUIRE(at.rows->commit({&change, 1}).front().what == persistence::write_outcome::kind::durable);
  at.turn();
  at.turn();
  auto status = std::get<rollout_status>(at.ask_rollout(administrator(), package.id));
  CHECK(status.devices == 200);
  CHECK(status.told == 2 * jobs::slice);
  CHECK(status.running);
  at.finish();
  at.devices->send({at.ids[0], device_sender{1}, 0, telemetry("fw_state", std::string("UPDATED"))},
                   at.sink.handle(99'999));
  at.run();
  status = std::get<rollout_status>(at.ask_rollout(administrator(), package.id));
  CHECK(status.told == 200);
  CHECK_FALSE(status.running);
  CHECK(status.states == std::map<std::string, std::uint64_t>{{"INITIATED", 199}, {"UPDATED", 1}});
}

TEST_CASE("a rollout is shown to the tenant's administrator only") {
  fleet at(1);
  const auto package = at.assign("1");
  auto who = administrator();
  who.tenant = tenant_id{random_uuid()};
  CHECK(is_error(at.ask_rollout(who, package.id), error_code::not_found));
  CHECK(
      is_error(at.ask_rollout(administrator(), package_id{random_uuid()}), error_code::not_found));
  who = administrator();
  who.role = authority::customer_user;
  CHECK(is_error(at.ask_rollout(who, package.id), error_code::forbidden));
}

TEST_CASE("a job that another node works at is left alone, and taken up where that one was") {
  fleet at(200);
  at.mine = false;
  at.assign("1");
  at.turn();
  CHECK(at.sent == 0);
  // The other node has done a slice.
  job elsewhere = at.work().list().front();
  elsewhere.done = jobs::slice;
  at.store({persistence::put_job{elsewhere}});
  REQUIRE(at.work().refresh().has_value());
  CHECK(at.work().list().front().done == jobs::slice);
  at.mine = true;
  at.finish();
  CHECK(at.told_all("1") == 200);
}

TEST_CASE("jobs that other nodes begin and end are heard of") {
  fleet at(10);
  at.mine = false;
  job begun;
  begun.id = random_uuid();
  begun.kind = job_kind::rollout;
  begun.tenant = some_tenant();
  begun.subject = at.profile.id.value;
  at.store({persistence::put_job{begun}});
  REQUIRE(at.work().refresh().has_value());
  CHECK(at.work().list().size() == 1);
  at.store({persistence::erase_job{begun.id}});
  REQUIRE(at.work().refresh().has_value());
  CHECK(at.work().list().empty());
}

} // namespace muster::test
