#include "tests/http_rest_api/world.hpp"

// A device never comes to a customer of another tenant, by whatever way.

namespace muster::http::rest::test {

namespace {

/// A device of one tenant, and a customer of another one with a user.
struct strangers {
  explicit strangers(demo_node& node)
      : here{node}, own{here.tenant()}, theirs{here.foreign_tenant()} {
    device = own.make_device("Wanted", "WANTED");
    customer = theirs.posted("/api/customer", R"({"title":"Elsewhere"})")["id"]["id"];
    const std::string user =
        theirs.posted("/api/user", json{{"email", "thief@example.org"},
                                        {"authority", "CUSTOMER_USER"},
                                        {"customerId", reference("CUSTOMER", customer)}}
                                       .dump())["id"]["id"];
    const auto link = theirs.get("/api/user/" + user + "/activationLink").body;
    const json activation = {{"activateToken", link.substr(link.find('=') + 1)},
                             {"password", "long enough"}};
    thief = caller{node}.posted("/api/noauth/activate", activation.dump())["token"];
  }

  /// Refused, and the device is nobody's as before.
  void check_refused(const answer_seen& answer, int status) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK(own.got("/api/device/" + device)["customerId"]["id"] == to_string(null_uuid));
    CHECK(theirs.got("/api/customer/" + customer + "/devices?pageSize=9&page=0")["data"].empty());
  }
  [[nodiscard]] json body(bool known) const {
    json made = {{"name", known ? "Wanted" : "New"},
                 {"customerId", reference("CUSTOMER", customer)}};
    if (known) {
      made["id"] = reference("DEVICE", device);
    }
    return made;
  }

  world here;
  caller own;
  caller theirs;
  std::string device;
  std::string customer;
  std::string thief;
};

} // namespace

TEST_CASE("A customer of another tenant is given no device") {
  demo_node node;
  strangers at{node};
  const std::string assignment = "/api/customer/" + at.customer + "/device/" + at.device;
  at.check_refused(at.own.post(assignment, ""), 403);
  at.check_refused(at.theirs.post(assignment, ""), 403);
  const json access = {{"credentialsType", "ACCESS_TOKEN"}, {"credentialsId", "TAKEN_AWAY"}};
  for (const bool known : {true, false}) {
    const auto body = at.body(known);
    at.check_refused(at.own.post("/api/device", body.dump()), 403);
    at.check_refused(at.own.post("/api/device-with-credentials",
                                 json{{"device", body}, {"credentials", access}}.dump()),
                     403);
  }
  at.check_refused(at.theirs.post("/api/device", at.body(true).dump()), 403);
  CHECK(at.own.get("/api/tenant/device?deviceName=New").status == 404);
  // Nor is a user of the own tenant made a customer's of another one.
  CHECK(at.own
            .post("/api/user", json{{"email", "crossed@example.org"},
                                    {"authority", "CUSTOMER_USER"},
                                    {"customerId", reference("CUSTOMER", at.customer)}}
                                   .dump())
            .status == 400);
}

TEST_CASE("A customer of another tenant claims nothing, though he knows the secret") {
  demo_node node;
  strangers at{node};
  caller device{node};
  REQUIRE(device.post("/api/v1/WANTED/claim", R"({"secretKey":"s"})").status == 200);
  caller thief{node, at.thief};
  const auto claim = [&] {
    return thief.post("/api/customer/device/Wanted/claim", R"({"secretKey":"s"})");
  };
  at.check_refused(claim(), 404);
  // A device of that name in his own tenant is another one.
  at.theirs.make_device("Wanted", "WANTED_THERE");
  at.check_refused(claim(), 400);
  at.check_refused(thief.remove("/api/customer/device/Wanted/claim"), 403);
  // The offer stands for whom it was made.
  auto customer = at.here.customer();
  CHECK(customer.posted("/api/customer/device/Wanted/claim", R"({"secretKey":"s"})")["response"] ==
        "SUCCESS");
}

} // namespace muster::http::rest::test
