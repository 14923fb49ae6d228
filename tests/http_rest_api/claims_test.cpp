#include "tests/http_rest_api/caller.hpp"

namespace muster::http::rest::test {

namespace {

std::string claim_path(const std::string& name) {
  return "/api/customer/device/" + name + "/claim";
}

/// The answer of a claim that did not succeed: a JSON string.
void check_outcome(const answer_seen& answer, const std::string& outcome) {
  CHECK(answer.status == 400);
  CHECK(answer.body == '"' + outcome + '"');
}

} // namespace

TEST_CASE("A customer's user claims a device that allows it, and gives it back") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  auto user = node.customer();
  const std::string id = application.make_device("Claimable", "CLAIMABLE");
  CHECK(user.get("/api/device/" + id).status == 403);
  check_outcome(user.post(claim_path("Claimable"), R"({"secretKey":"s"})"), "FAILURE");
  CHECK(caller{node}.post("/api/v1/CLAIMABLE/claim", R"({"secretKey":"s"})").status == 200);
  check_outcome(user.post(claim_path("Claimable"), R"({"secretKey":"wrong"})"), "FAILURE");
  const auto claimed = user.posted(claim_path("Claimable"), R"({"secretKey":"s"})");
  CHECK(claimed["response"] == "SUCCESS");
  CHECK(claimed["device"]["id"]["id"] == id);
  CHECK(user.got("/api/device/" + id)["name"] == "Claimable");
  check_outcome(user.post(claim_path("Claimable"), R"({"secretKey":"s"})"), "CLAIMED");

  const auto given_back = user.remove(claim_path("Claimable"));
  CHECK(given_back.status == 200);
  CHECK(given_back.body.empty());
  CHECK(user.get("/api/device/" + id).status == 403);
}

TEST_CASE("An empty secret needs no body") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  auto user = node.customer();
  application.make_device("Open claim", "OPEN_CLAIM");
  CHECK(caller{node}.post("/api/v1/OPEN_CLAIM/claim", "").status == 200);
  CHECK(user.posted(claim_path("Open%20claim"), "")["response"] == "SUCCESS");
  CHECK(application.remove(claim_path("Open%20claim")).status == 200);
}

TEST_CASE("What is wrong with a claim is told") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  auto user = node.customer();
  application.make_device("Claim wrong", "CLAIM_WRONG");
  check_fault(user.post(claim_path("Nowhere"), "{}"), 404, 32, "Requested item wasn't found!");
  check_fault(application.post(claim_path("Claim%20wrong"), "{}"), 403, 20,
              "You don't have permission to perform this operation!");
  check_fault(user.post(claim_path("Claim%20wrong"), R"({"secretKey":7})"), 400, 31,
              "Member 'secretKey' must be a string");
  CHECK(user.post(claim_path("Claim%20wrong"), "[]").status == 400);
  CHECK(user.remove(claim_path("Claim%20wrong")).status == 403);
  check_fault(application.remove(claim_path("Nowhere")), 404, 32, "Requested item wasn't found!");
}

TEST_CASE("Secrets of claims cannot be guessed quickly") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  auto user = node.customer();
  application.make_device("Guessed", "GUESSED");
  CHECK(caller{node}.post("/api/v1/GUESSED/claim", R"({"secretKey":"s"})").status == 200);
  for (int i = 0; i < 5; ++i) {
    check_outcome(user.post(claim_path("Guessed"), R"({"secretKey":"wrong"})"), "FAILURE");
  }
  const auto refused = user.post(claim_path("Guessed"), R"({"secretKey":"s"})");
  CHECK(refused.status == 429);
  CHECK(refused.headers.count("retry-after") == 1);
  node.clock.advance(61'000);
  CHECK(user.posted(claim_path("Guessed"), R"({"secretKey":"s"})")["response"] == "SUCCESS");
  CHECK(user.remove(claim_path("Guessed")).status == 200);
}

} // namespace muster::http::rest::test
