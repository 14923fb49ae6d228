#include "tests/http_rest_api/caller.hpp"

#include <algorithm>

namespace muster::http::rest::test {

namespace {

constexpr std::int64_t start = 1'700'000'000'000;

std::string device_path(caller& application, const std::string& name, const std::string& token) {
  return telemetry_base + "DEVICE/" + application.make_device(name, token);
}

std::string range(std::int64_t from, std::int64_t to) {
  return "&startTs=" + std::to_string(from) + "&endTs=" + std::to_string(to);
}

} // namespace

TEST_CASE("Attributes of applications are saved, listed and deleted") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string id = application.make_device("Attributes", "ATTRIBUTES");
  const std::string base = telemetry_base + "DEVICE/" + id;
  caller device{node};
  CHECK(device.post("/api/v1/ATTRIBUTES/attributes", R"({"own":1})").status == 200);

  const auto saved =
      application.post(telemetry_base + id + "/SHARED_SCOPE",
                       R"({"a":1,"b":2.0,"c":"x","d":true,"e":{"n":null},"f":"42"})");
  CHECK(saved.status == 200);
  CHECK(saved.body.empty());
  CHECK(application.post(base + "/SERVER_SCOPE", R"({"s":1})").status == 200);
  CHECK(application.post(base + "/attributes/SERVER_SCOPE", R"({"t":2})").status == 200);

  const auto values =
      application.got(base + "/values/attributes/SHARED_SCOPE?keys=d,a,none,d&key=e,a");
  REQUIRE(values.size() == 3);
  CHECK(values[0]["key"] == "d");
  CHECK(values[0]["value"] == true);
  CHECK(values[0]["lastUpdateTs"].is_number());
  CHECK(values[1]["value"] == 1);
  CHECK(values[2]["value"] == json({{"n", nullptr}}));
  const auto all = application.got(base + "/values/attributes/SHARED_SCOPE");
  CHECK(all.size() == 6);
  CHECK(application.got(base + "/keys/attributes/CLIENT_SCOPE") == json({"own"}));
  const auto everywhere = application.got(base + "/keys/attributes");
  for (const auto* key : {"own", "a", "s", "t"}) {
    CHECK(std::find(everywhere.begin(), everywhere.end(), key) != everywhere.end());
  }
  CHECK(application.got(base + "/values/attributes?keys=own,s").size() == 2);
  // Devices see what is shared, not what is the server's.
  const auto seen = device.got("/api/v1/ATTRIBUTES/attributes");
  CHECK(seen["shared"]["f"] == 42);
  CHECK_FALSE(seen["shared"].contains("s"));

  CHECK(application.remove(base + "/SERVER_SCOPE?keys=s").status == 200);
  CHECK(application.remove(telemetry_base + id + "/CLIENT_SCOPE?keys=own,none").status == 200);
  CHECK(application.got(base + "/keys/attributes/CLIENT_SCOPE").empty());
  check_text(application.remove(base + "/SERVER_SCOPE"), 400, "Empty keys: []");
  check_text(application.remove(base + "/SERVER_SCOPE?keys=,"), 400, "Empty keys: []");
}

TEST_CASE("A shared attribute wakes the device's poll") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string base = device_path(application, "Woken", "WOKEN");
  caller device{node};
  CHECK(device.get("/api/v1/WOKEN/attributes/updates?timeout=-1").status == 408);
  device.start("GET", "/api/v1/WOKEN/attributes/updates?timeout=20000");
  CHECK(application.post(base + "/SHARED_SCOPE", R"({"a":1,"b":2})").status == 200);
  CHECK(json::parse(device.wait().body) == json({{"a", 1}, {"b", 2}}));
  CHECK(application.remove(base + "/SHARED_SCOPE?keys=a").status == 200);
  CHECK(device.got("/api/v1/WOKEN/attributes/updates?timeout=20000") == json({{"deleted", {"a"}}}));
}

TEST_CASE("Bad attributes are 400 in plain text and change nothing") {
  auto application = demo_node::shared().tenant();
  const std::string base = device_path(application, "Bad attributes", "BAD_ATTRIBUTES");
  const auto post = [&](const std::string& body) {
    return application.post(base + "/SHARED_SCOPE", body);
  };
  check_text(post("{\"a\":"), 400, "Invalid JSON");
  check_text(post("[1]"), 400, "Request is not a JSON object");
  check_text(post("{}"), 400, "No attributes data found in request body!");
  CHECK(post(R"({"a":1,"b":null})").status == 400);
  CHECK(post(R"({"a":1," ":2})").status == 400);
  CHECK(post(R"({"a":1,")" + std::string(256, 'k') + "\":2}").status == 400);
  check_text(post(""), 400, "Required request body is missing");
  check_text(application.post(base + "/timeseries/ANY", ""), 400,
             "Required request body is missing");
  check_text(application.post(base + "/CLIENT_SCOPE", R"({"a":1})"), 400,
             "Invalid scope: CLIENT_SCOPE");
  check_text(application.post(base + "/NO_SCOPE", R"({"a":1})"), 400, "Invalid scope: NO_SCOPE");
  CHECK(application.get(base + "/values/attributes/NO_SCOPE").status == 400);
  CHECK(application.got(base + "/keys/attributes/SHARED_SCOPE").empty());
}

TEST_CASE("Foreign and unknown devices are told apart in plain text") {
  auto& node = demo_node::shared();
  auto tenant = node.tenant();
  auto application = node.customer();
  const std::string foreign =
      tenant.got("/api/tenant/devices?deviceName=Test+Device+B1")["id"]["id"];
  const std::string own = tenant.got("/api/tenant/devices?deviceName=Test+Device+A2")["id"]["id"];
  for (const auto* rest : {"/keys/attributes", "/values/attributes", "/keys/timeseries",
                           "/values/timeseries", "/values/timeseries?keys=a&startTs=0&endTs=1"}) {
    INFO(rest);
    check_text(application.get(telemetry_base + "DEVICE/" + foreign + rest), 403,
               "Device doesn't belong to the current Customer!");
    check_text(tenant.get(telemetry_base + "DEVICE/" + nobody + rest), 404,
               "Device with requested id wasn't found!");
    CHECK(application.get(telemetry_base + "DEVICE/" + own + rest).status == 200);
    check_text(tenant.get(telemetry_base + "ASSET/" + nobody + rest), 400,
               "Unsupported entity type: ASSET");
    check_text(tenant.get(telemetry_base + "DEVICE/x" + rest), 400, "Invalid UUID string: x");
  }
  CHECK(application.post(telemetry_base + "DEVICE/" + own + "/SHARED_SCOPE", R"({"a":1})").status ==
        200);
}

TEST_CASE("Latest values are strings unless asked for strictly") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string base = device_path(application, "Latest", "LATEST");
  caller device{node};
  CHECK(device
            .post("/api/v1/LATEST/telemetry",
                  R"({"ts":5,"values":{"i":42,"d":42.0,"b":true,"s":"x","j":{"a":[1,null]}}})")
            .status == 200);
  CHECK(application.get(base + "/values/timeseries?keys=j,i,d,b,s").body ==
        R"({"j":[{"ts":5,"value":"{\"a\":[1,null]}"}],"i":[{"ts":5,"value":"42"}],)"
        R"("d":[{"ts":5,"value":"42.0"}],"b":[{"ts":5,"value":"true"}],)"
        R"("s":[{"ts":5,"value":"x"}]})");
  CHECK(application.get(base + "/values/timeseries?keys=j,i,d,b&useStrictDataTypes=True").body ==
        R"({"j":[{"ts":5,"value":{"a":[1,null]}}],"i":[{"ts":5,"value":42}],)"
        R"("d":[{"ts":5,"value":42.0}],"b":[{"ts":5,"value":true}]})");
  const auto unknown = application.got(base + "/values/timeseries?keys=none");
  CHECK(unknown["none"][0]["value"].is_null());
  CHECK(unknown["none"][0]["ts"] == node.clock.now().wall);
  CHECK(application.got(base + "/values/timeseries").size() == 5);
  CHECK(application.got(base + "/keys/timeseries").size() == 5);
  CHECK(application.get(base + "/values/timeseries?useStrictDataTypes=perhaps").status == 400);
}

TEST_CASE("Telemetry of applications is saved in every shape") {
  auto application = demo_node::shared().tenant();
  const std::string base = device_path(application, "Saved", "SAVED");
  CHECK(application.post(base + "/timeseries/ANY", R"({"a":1})").status == 200);
  CHECK(application
            .post(base + "/timeseries/ANY/3600",
                  R"([{"ts":1,"values":{"b":1}},{"ts":2,"values":{"b":2}}])")
            .status == 200);
  CHECK(application.got(base + "/values/timeseries?keys=b")["b"][0]["value"] == "2");

  const auto post = [&](const std::string& body) {
    return application.post(base + "/timeseries/ANY", body);
  };
  check_text(post("{\"a\":"), 400, "Unable to parse time series payload: Invalid JSON body!");
  check_text(post("{}"), 400, "No time series data found in request body!");
  check_text(post("[]"), 400, "No time series data found in request body!");
  CHECK(post("5").status == 400);
  CHECK(post(R"({"c":1,"d":null})").status == 400);
  CHECK(post(R"({"ts":"soon","values":{"c":1}})").status == 400);
  check_text(application.post(base + "/timeseries/ANY/soon", R"({"c":1})"), 400,
             "Invalid ttl: soon");
  CHECK(application.got(base + "/keys/timeseries") == json({"a", "b"}));
}

TEST_CASE("Telemetry with a time to live ends") {
  demo_node node;
  auto application = node.tenant();
  const std::string base = device_path(application, "Mortal", "MORTAL");
  const std::string point =
      "{\"ts\":" + std::to_string(node.clock.now().wall) + ",\"values\":{\"a\":1}}";
  CHECK(application.post(base + "/timeseries/ANY/60", point).status == 200);
  const std::string query =
      base + "/values/timeseries?keys=a" + range(0, node.clock.now().wall + 1);
  CHECK(application.got(query)["a"].size() == 1);
  node.clock.advance(61'000);
  CHECK(application.got(query).empty());
}

TEST_CASE("History has order, limit and aggregates") {
  auto application = demo_node::shared().tenant();
  const std::string base = device_path(application, "History", "HISTORY");
  json points = json::array();
  for (int i = 0; i < 10; ++i) {
    points.push_back(
        {{"ts", start + i * 1000}, {"values", {{"n", i}, {"s", "v" + std::to_string(i)}}}});
  }
  CHECK(application.post(base + "/timeseries/ANY", points.dump()).status == 200);
  const std::string query = base + "/values/timeseries?keys=n,none" + range(start, start + 9000);

  const auto newest = application.got(query + "&limit=2");
  CHECK(newest.size() == 1);
  CHECK(newest["n"] ==
        json({{{"ts", start + 8000}, {"value", "8"}}, {{"ts", start + 7000}, {"value", "7"}}}));
  const auto oldest = application.got(query + "&limit=2&orderBy=ASC&useStrictDataTypes=true");
  CHECK(oldest["n"][0] == json({{"ts", start}, {"value", 0}}));
  // The end is not part of the range.
  CHECK(application.got(query)["n"].size() == 9);
  CHECK(application
            .got(base + "/values/timeseries/history?keys=n,s" + range(start, start + 9000))["s"]
            .size() == 9);

  const auto aggregate = [&](const std::string& how) {
    const auto found =
        application.got(base + "/values/timeseries?keys=n" + range(start, start + 10'000) +
                        "&interval=4000&orderBy=ASC&agg=" + how);
    json values = json::array();
    for (const auto& point : found["n"]) {
      values.push_back(point["value"]);
    }
    return values;
  };
  CHECK(aggregate("SUM") == json({"6", "22", "17"}));
  CHECK(aggregate("MIN") == json({"0", "4", "8"}));
  CHECK(aggregate("MAX") == json({"3", "7", "9"}));
  CHECK(aggregate("AVG") == json({"1.5", "5.5", "8.5"}));
  CHECK(aggregate("COUNT") == json({"4", "4", "2"}));
  CHECK(aggregate("NONE").size() == 10);

  const auto weeks =
      application.got(base + "/values/timeseries?keys=n" + range(start, start + 10'000) +
                      "&intervalType=WEEK_ISO&timeZone=Europe/Berlin&agg=COUNT");
  CHECK(weeks["n"][0]["value"] == "10");
}

TEST_CASE("Bad questions about history are 400 in plain text") {
  auto application = demo_node::shared().tenant();
  const std::string base =
      device_path(application, "Bad history", "BAD_HISTORY") + "/values/timeseries";
  const auto many = application.get(base + "?keys=n" + range(0, 1'000'000) + "&interval=1&agg=SUM");
  CHECK(many.status == 400);
  CHECK(many.body.find("Number of intervals is to high") != std::string::npos);
  CHECK(many.headers.at("content-type") == "text/plain;charset=UTF-8");
  for (const auto* rest :
       {"?keys=n&startTs=x&endTs=1", "?startTs=0&endTs=1", "?keys=n&startTs=0&endTs=1&agg=MEDIAN",
        "?keys=n&startTs=0&endTs=1&limit=0", "/history?keys=n", "/history?startTs=0&endTs=1",
        "?keys=n&startTs=0&endTs=9&intervalType=MONTH&timeZone=Nowhere/At_All&agg=SUM"}) {
    INFO(rest);
    CHECK(application.get(base + rest).status == 400);
  }
}

TEST_CASE("A long history is streamed whole") {
  auto application = demo_node::shared().tenant();
  const std::string base = device_path(application, "Long", "LONG");
  constexpr int messages = 3000;
  const std::string filling(1000, 'f');
  for (int from = 0; from < messages; from += 500) {
    json points = json::array();
    for (int i = from; i < from + 500; ++i) {
      points.push_back({{"ts", start + i}, {"values", {{"t", std::to_string(i) + filling}}}});
    }
    REQUIRE(application.post(base + "/timeseries/ANY", points.dump()).status == 200);
  }
  const auto answer = application.get(base + "/values/timeseries?keys=t&orderBy=ASC&limit=100000" +
                                      range(start, start + messages));
  CHECK(answer.status == 200);
  CHECK(answer.headers.count("content-length") == 0);
  const auto shown = json::parse(answer.body)["t"];
  REQUIRE(shown.size() == messages);
  for (int i = 0; i < messages; ++i) {
    REQUIRE(shown[i]["ts"] == start + i);
  }
  // The connection goes on.
  CHECK(application.got(base + "/keys/timeseries") == json({"t"}));
}

TEST_CASE("A client that leaves in the middle of a long history does no harm") {
  auto& node = demo_node::shared();
  auto application = node.tenant();
  const std::string base = device_path(application, "Left", "LEFT");
  json points = json::array();
  for (int i = 0; i < 2000; ++i) {
    points.push_back({{"ts", start + i}, {"values", {{"t", std::string(2000, 'x')}}}});
  }
  REQUIRE(application.post(base + "/timeseries/ANY", points.dump()).status == 200);
  for (int i = 0; i < 20; ++i) {
    auto leaving = node.tenant();
    leaving.start("GET",
                  base + "/values/timeseries?keys=t&limit=100000" + range(start, start + 2000));
    leaving.connection().read_bytes(1000);
    leaving.connection().reset();
  }
  CHECK(application.got(base + "/keys/timeseries") == json({"t"}));
}

TEST_CASE("Telemetry is deleted by range or whole") {
  auto application = demo_node::shared().tenant();
  const std::string base = device_path(application, "Deleted", "DELETED");
  json points = json::array();
  for (int i = 0; i < 5; ++i) {
    points.push_back({{"ts", start + i}, {"values", {{"a", i}, {"b", i}}}});
  }
  CHECK(application.post(base + "/timeseries/ANY", points.dump()).status == 200);
  const auto left = [&](const std::string& key) {
    const auto found =
        application.got(base + "/values/timeseries?orderBy=ASC&keys=" + key + range(0, start + 10));
    return found.contains(key) ? found[key].size() : 0;
  };
  const std::string erase = base + "/timeseries/delete?keys=a";
  CHECK(application.remove(erase + range(start, start + 2)).status == 200);
  CHECK(left("a") == 3);
  CHECK(left("b") == 5);
  CHECK(application.remove(erase + range(start + 4, start + 5) + "&rewriteLatestIfDeleted=true")
            .status == 200);
  CHECK(application.got(base + "/values/timeseries?keys=a")["a"][0] ==
        json({{"ts", start + 3}, {"value", "3"}}));
  CHECK(application.remove(erase + "&deleteAllDataForKeys=true").status == 200);
  CHECK(left("a") == 0);
  CHECK(application.got(base + "/keys/timeseries") == json({"b"}));

  check_text(application.remove(base + "/timeseries/delete?deleteAllDataForKeys=true"), 400,
             "Empty keys: []");
  CHECK(application.remove(erase).status == 400);
  CHECK(application.remove(erase + "&startTs=1").status == 400);
  CHECK(application.remove(erase + "&startTs=x&endTs=2").status == 400);
  CHECK(application.remove(erase + "&deleteAllDataForKeys=perhaps").status == 400);
}

} // namespace muster::http::rest::test
