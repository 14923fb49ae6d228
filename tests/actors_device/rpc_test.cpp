#include "tests/actors_device/device_bench.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("numbers start at 1, grow by one, and never go back") {
  device_bench d;
  for (rpc_number expected = 1; expected <= 3; ++expected) {
    d.application(send_rpc{d.request(true, false)});
    const auto poll = d.poll_rpc_for(expected, 1'000);
    CHECK(number_of(d.answer(poll)) == expected);
    d.report(expected, true);
  }
  d.crash();
  d.application(send_rpc{d.request(true, false)});
  CHECK(number_of(d.answer(d.poll_rpc_for(9, 1'000))) == 65);
}

TEST_CASE("a device that leaves in order leaves no gap in its numbers") {
  device_bench d;
  d.application(send_rpc{d.request(true, false)});
  d.poll_rpc_for(1, 1'000);
  d.report(1, true);
  REQUIRE(d.state->can_leave());
  effects out;
  d.state->save(out);
  d.commit(std::move(out));
  d.crash();
  d.application(send_rpc{d.request(true, false)});
  CHECK(number_of(d.answer(d.poll_rpc_for(2, 1'000))) == 2);
}

TEST_CASE("the oldest RPC not delivered is first; an unanswered one blocks nothing") {
  device_bench d;
  d.application(send_rpc{d.request(false, false)});
  d.application(send_rpc{d.request(false, false)});
  CHECK(number_of(d.answer(d.poll_rpc_for(1, 1'000))) == 1);
  d.report(1, true);
  CHECK(number_of(d.answer(d.poll_rpc_for(2, 1'000))) == 2);
  d.report(2, true);
  CHECK(is_error(d.answer(d.poll_rpc_for(3, 0)), error_code::poll_timeout));
}

TEST_CASE("an unanswered RPC is delivered again to a poll that comes or waits") {
  device_bench d;
  d.application(send_rpc{d.request(false, false)});
  d.poll_rpc_for(1, 1'000);
  d.report(1, true);
  const auto waits = d.poll_rpc_for(2, 60'000);
  d.pass(9'999);
  CHECK_FALSE(d.answered(waits));
  d.pass(1);
  CHECK(number_of(d.answer(waits)) == 1);
  d.report(2, true);
  d.pass(10'000);
  CHECK(number_of(d.answer(d.poll_rpc_for(3, 0))) == 1);
}

TEST_CASE("a one-way RPC is reported when it was written, not before") {
  device_bench d;
  const auto called = d.application(send_rpc{d.request(true, false)});
  d.poll_rpc_for(1, 1'000);
  CHECK_FALSE(d.answered(called));
  d.report(1, false);
  CHECK_FALSE(d.answered(called));
  CHECK(number_of(d.answer(d.poll_rpc_for(2, 1'000))) == 1);
  d.report(2, true);
  CHECK(is<done>(d.answer(called)));
}

TEST_CASE("an RPC goes to the newest parked poll, and to the next if its write fails") {
  device_bench d;
  const auto older = d.poll_rpc_for(1, 60'000);
  const auto newer = d.poll_rpc_for(2, 60'000);
  d.application(send_rpc{d.request(false, false)});
  CHECK(number_of(d.answer(newer)) == 1);
  CHECK_FALSE(d.answered(older));
  d.report(2, false);
  CHECK(number_of(d.answer(older)) == 1);
}

TEST_CASE("a poll that comes while an answer is being written waits for the outcome") {
  device_bench d;
  d.application(send_rpc{d.request(false, false)});
  d.application(send_rpc{d.request(false, false)});
  d.poll_rpc_for(1, 1'000);
  const auto second = d.poll_rpc_for(2, 60'000);
  CHECK_FALSE(d.answered(second));
  d.report(1, true);
  CHECK(number_of(d.answer(second)) == 2);
}

TEST_CASE("a poll whose client has gone is forgotten") {
  device_bench d;
  d.poll_rpc_for(1, 60'000);
  d.report(1, false);
  CHECK(d.state->polls() == 0);
  const auto called = d.application(send_rpc{d.request(true, false)});
  CHECK_FALSE(d.answered(called));
}

TEST_CASE("a poll without time left is answered at once") {
  device_bench d;
  CHECK(is_error(d.answer(d.poll_rpc_for(1, -5)), error_code::poll_timeout));
  CHECK(is_error(d.answer(d.poll_attributes_for(2, 0)), error_code::poll_timeout));
  CHECK(d.state->polls() == 0);
}

TEST_CASE("the device's reply reaches the caller, in each form") {
  device_bench d;
  const auto json = d.application(send_rpc{d.request(false, false)});
  const auto text = d.application(send_rpc{d.request(false, false)});
  const auto none = d.application(send_rpc{d.request(false, false)});
  using form = answer_rpc::form;
  CHECK(is<done>(d.answer(d.device(answer_rpc{1, form::json, {"{\"a\":1}"}}))));
  d.device(answer_rpc{2, form::not_json, {"{\"error\":\"x\"}"}});
  d.device(answer_rpc{3, form::empty, {}});
  CHECK(is<done>(d.answer(d.device(answer_rpc{1, form::json, {"2"}}))));
  CHECK(std::get<rpc_answer>(d.answer(json)).response.text == "{\"a\":1}");
  CHECK(is_error(d.answer(text), error_code::rpc_reply_not_json));
  CHECK(std::get<rpc_answer>(d.answer(none)).response.text.empty());
}

TEST_CASE("a reply that comes while its RPC is being written again ends it") {
  device_bench d;
  const auto called = d.application(send_rpc{d.request(false, false)});
  d.poll_rpc_for(1, 1'000);
  d.device(answer_rpc{1, answer_rpc::form::json, {"1"}});
  CHECK(is<rpc_answer>(d.answer(called)));
  const auto next = d.poll_rpc_for(2, 60'000);
  d.report(1, true);
  CHECK_FALSE(d.answered(next));
  d.application(send_rpc{d.request(true, false)});
  CHECK(number_of(d.answer(next)) == 2);
}

TEST_CASE("a caller whose time is over learns whether the RPC was ever delivered") {
  device_bench d;
  const auto delivered = d.application(send_rpc{d.request(false, false, 45'000)});
  d.poll_rpc_for(1, 1'000);
  d.report(1, true);
  const auto waiting = d.application(send_rpc{d.request(false, false, 45'000)});
  d.pass(44'999);
  CHECK_FALSE(d.answered(delivered));
  d.pass(1);
  CHECK(is_error(d.answer(delivered), error_code::rpc_timeout));
  CHECK(is_error(d.answer(waiting), error_code::rpc_undelivered));
  CHECK(is<done>(d.answer(d.device(answer_rpc{1, answer_rpc::form::json, {"1"}}))));
}

TEST_CASE("what has expired when it comes uses up no number") {
  device_bench d;
  CHECK(is_error(d.answer(d.application(send_rpc{d.request(false, false, 0)})),
                 error_code::rpc_undelivered));
  const auto late = d.application(send_rpc{d.request(false, true, -1)});
  CHECK(d.stored(std::get<rpc_accepted>(d.answer(late)).id).status == rpc_status::expired);
  CHECK(is_error(d.answer(d.poll_rpc_for(1, 0)), error_code::poll_timeout));
  d.application(send_rpc{d.request(true, false)});
  CHECK(number_of(d.answer(d.poll_rpc_for(2, 0))) == 1);
}

TEST_CASE("a persistent RPC survives crashes in every state") {
  device_bench d;
  const auto sent = d.application(send_rpc{d.request(false, true, 600'000)});
  const auto id = std::get<rpc_accepted>(d.answer(sent)).id;
  CHECK(d.stored(id).status == rpc_status::queued);
  d.crash();
  CHECK(number_of(d.answer(d.poll_rpc_for(1, 0))) == 1);
  d.crash(); // Given, but the report never came: given again.
  CHECK(number_of(d.answer(d.poll_rpc_for(2, 0))) == 1);
  d.report(2, true);
  CHECK(d.stored(id).status == rpc_status::delivered);
  d.pass(4'000);
  d.crash();
  const auto waits = d.poll_rpc_for(3, 60'000);
  d.pass(5'999);
  CHECK_FALSE(d.answered(waits));
  d.pass(1);
  CHECK(number_of(d.answer(waits)) == 1);
  d.report(3, true);
  CHECK(d.stored(id).deliveries == 2);
  d.device(answer_rpc{1, answer_rpc::form::not_json, {"{\"error\":\"oops\"}"}});
  d.crash();
  CHECK(d.stored(id).status == rpc_status::successful);
  CHECK(d.stored(id).response->text == "{\"error\":\"oops\"}");
  CHECK(d.state->mailbox().empty());
}

TEST_CASE("a persistent one-way RPC is done when it was delivered") {
  device_bench d;
  const auto sent = d.application(send_rpc{d.request(true, true)});
  d.poll_rpc_for(1, 0);
  d.report(1, true);
  CHECK(d.stored(std::get<rpc_accepted>(d.answer(sent)).id).status == rpc_status::delivered);
  d.pass(60'000);
  CHECK(d.stored(std::get<rpc_accepted>(d.answer(sent)).id).status == rpc_status::delivered);
}

TEST_CASE("retries are redeliveries; used up, the RPC fails") {
  device_bench d;
  auto none = d.request(false, true, 600'000);
  none.retries = 0;
  const auto sent = d.application(send_rpc{none});
  const auto id = std::get<rpc_accepted>(d.answer(sent)).id;
  d.poll_rpc_for(1, 0);
  d.report(1, true);
  d.pass(9'999);
  CHECK(d.stored(id).status == rpc_status::delivered);
  const auto poll = d.poll_rpc_for(2, 60'000);
  d.pass(1);
  CHECK(d.stored(id).status == rpc_status::failed);
  CHECK_FALSE(d.answered(poll));

  auto once = d.request(false, true, 600'000);
  once.retries = 1;
  const auto again = std::get<rpc_accepted>(d.answer(d.application(send_rpc{once}))).id;
  d.report(2, true);
  d.pass(10'000);
  CHECK(number_of(d.answer(d.poll_rpc_for(3, 0))) == 2);
  d.report(3, true);
  d.crash();
  CHECK(d.stored().due_rpc);
  d.pass(10'000);
  CHECK(d.stored(again).status == rpc_status::failed);
  CHECK_FALSE(d.stored().due_rpc);
}

TEST_CASE("a persistent RPC expires, with its durable deadline") {
  device_bench d;
  const auto sent = d.application(send_rpc{d.request(false, true, 30'000)});
  const auto id = std::get<rpc_accepted>(d.answer(sent)).id;
  CHECK(d.stored().due_rpc == d.clock.at.wall + 30'000);
  d.crash();
  d.pass(30'000);
  CHECK(d.stored(id).status == rpc_status::expired);
  CHECK_FALSE(d.stored().due_rpc);
}

TEST_CASE("a persistent RPC can be deleted, done or not") {
  device_bench d;
  const auto sent = d.application(send_rpc{d.request(false, true)});
  const auto id = std::get<rpc_accepted>(d.answer(sent)).id;
  CHECK(is<done>(d.answer(d.application(delete_rpc{id}))));
  CHECK_FALSE(d.rows->read_rpc(id).value());
  CHECK(is_error(d.answer(d.poll_rpc_for(1, 0)), error_code::poll_timeout));
}

TEST_CASE("an RPC deleted while it is written, or done in between, leaves nothing") {
  device_bench d;
  const auto one = d.application(send_rpc{d.request(true, true)});
  const auto written = std::get<rpc_accepted>(d.answer(one)).id;
  d.poll_rpc_for(1, 0);
  CHECK(is<done>(d.answer(d.application(delete_rpc{written}))));
  d.report(1, true);
  CHECK_FALSE(d.rows->read_rpc(written).value());
  const auto two = d.application(send_rpc{d.request(false, true)});
  const auto answered = std::get<rpc_accepted>(d.answer(two)).id;
  d.device(answer_rpc{2, answer_rpc::form::json, {"1"}});
  CHECK(d.stored(answered).status == rpc_status::successful);
  CHECK(is<done>(d.answer(d.application(delete_rpc{answered}))));
  CHECK_FALSE(d.rows->read_rpc(answered).value());
  CHECK(is<done>(d.answer(d.application(delete_rpc{answered}))));
}

TEST_CASE("a wall clock that jumps moves the end of a used-up RPC once, not its span") {
  const auto jump = GENERATE(3'600'000, -3'600'000);
  CAPTURE(jump);
  device_bench d;
  auto none = d.request(false, true, 100'000'000);
  none.retries = 0;
  const auto id = std::get<rpc_accepted>(d.answer(d.application(send_rpc{none}))).id;
  d.poll_rpc_for(1, 0);
  d.report(1, true);
  d.pass(4'000);
  d.clock.at.wall += jump;
  d.tick();
  d.tick();
  CHECK(d.last_mutations == 0);
  d.pass(5'999);
  CHECK(d.stored(id).status == rpc_status::delivered);
  CHECK(d.stored().due_rpc);
  d.pass(1);
  CHECK(d.stored(id).status == rpc_status::failed);
}

TEST_CASE("the mailbox is bounded by number and bytes, but takes a first RPC of any size") {
  device_settings small;
  small.max_rpcs = 2;
  small.max_rpc_bytes = 100;
  device_bench d(small);
  auto big = d.request(false, false);
  big.params.text.assign(1'000, '1');
  const auto first = d.application(send_rpc{big});
  CHECK_FALSE(d.answered(first));
  CHECK(
      is_error(d.answer(d.application(send_rpc{d.request(false, false)})), error_code::overloaded));
  d.device(answer_rpc{1, answer_rpc::form::json, {"1"}});
  d.application(send_rpc{d.request(false, false)});
  d.application(send_rpc{d.request(false, false)});
  CHECK(
      is_error(d.answer(d.application(send_rpc{d.request(false, false)})), error_code::overloaded));
}

TEST_CASE("a client-side RPC without an answer ends after its time") {
  device_bench d;
  const auto called = d.device(call_rules{"getTime", {"{}"}});
  d.pass(59'999);
  CHECK_FALSE(d.answered(called));
  d.pass(1);
  CHECK(is_error(d.answer(called), error_code::poll_timeout));
}
