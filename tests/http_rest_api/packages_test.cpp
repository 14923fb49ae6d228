// Packages' records and their bytes, through the whole node.
#include "tests/http_rest_api/package_support.hpp"
#include "tests/http_server/fixture.hpp"

namespace muster::http::rest::test {

using http::test::eventually;

namespace {

const std::string hello_sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

std::string decoded(const std::string& base64) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string made;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base64.substr(0, base64.find('='))) {
    bits = bits << 6 | static_cast<std::uint32_t>(digits.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      made += static_cast<char>(bits >> count);
    }
  }
  return made;
}

std::string record(const std::string& members) {
  return R"({"title":"record","version":"1","type":"FIRMWARE",)" + members + "}";
}

} // namespace

TEST_CASE("A package's record is made, found and deleted") {
  package_fixture at;
  const auto made = at.tenant.posted(
      "/api/otaPackage", R"({"title":"made","version":"1.2","type":"SOFTWARE","usesUrl":false,)"
                         R"("additionalInfo":{"a":[1.0,null]}})");
  const std::string id = made["id"]["id"];
  CHECK(made["id"]["entityType"] == "OTA_PACKAGE");
  CHECK(made["tenantId"]["entityType"] == "TENANT");
  CHECK(made["tag"] == "made 1.2");
  CHECK(made["name"] == "made");
  CHECK(made["type"] == "SOFTWARE");
  CHECK(made["hasData"] == false);
  for (const auto* absent : {"deviceProfileId", "url", "fileName", "contentType", "checksum",
                             "checksumAlgorithm", "dataSize", "externalId"}) {
    INFO(absent);
    CHECK(made.at(absent).is_null());
  }
  CHECK(made["additionalInfo"].dump() == R"({"a":[1.0,null]})");
  CHECK(at.info(id) == made);
  auto with_data = at.tenant.got("/api/otaPackage/" + id);
  CHECK(with_data["data"].is_null());
  with_data.erase("data");
  CHECK(with_data == made);

  CHECK(at.tenant.remove("/api/otaPackage/" + id).body.empty());
  check_fault(at.tenant.get("/api/otaPackage/info/" + id), 404, 32,
              "OtaPackage with id [" + id + "] is not found");
}

TEST_CASE("A record's mistakes are told in the reference's words") {
  package_fixture at;
  const auto refused = [&](const std::string& body, const std::string& message) {
    check_fault(at.tenant.post("/api/otaPackage", body), 400, 31, message);
  };
  refused(R"({"version":"1","type":"FIRMWARE"})", "OtaPackage title should be specified!");
  refused(R"({"title":"","version":"1","type":"FIRMWARE"})",
          "OtaPackage title should be specified!");
  refused(R"({"title":"a","type":"FIRMWARE"})", "OtaPackage version should be specified!");
  refused(R"({"title":"a","version":"1"})", "Type should be specified!");
  refused(R"({"title":"a","version":"1","type":"DRIVER"})", "Unknown package type: DRIVER");
  refused(R"({"title":")" + std::string(256, 'a') + R"(","version":"1","type":"FIRMWARE"})",
          "The length of title should be equal or shorter than 255");
  refused(record(R"("usesUrl":true)"), "Ota package URL should be specified!");
  check_fault(at.tenant.post("/api/otaPackage",
                             record(R"("deviceProfileId":{"entityType":"DEVICE_PROFILE","id":")" +
                                    nobody + "\"}")),
              404, 32, "Device profile with id [" + nobody + "] is not found");
  at.make("twice", "2");
  refused(R"({"title":"twice","version":"2","type":"FIRMWARE"})",
          "OtaPackage with such title and version already exists!");
}

TEST_CASE("Lists show packages, by profile and type only what devices can be given") {
  package_fixture at;
  const std::string profile = at.tenant.posted(
      "/api/deviceProfile", R"({"name":"of packages","type":"DEFAULT","transportType":"DEFAULT",)"
                            R"("profileData":{"configuration":{"type":"DEFAULT"},)"
                            R"("transportConfiguration":{"type":"DEFAULT"}}})")["id"]["id"];
  const auto of_profile = [&](const std::string& version, const std::string& more) {
    return at.tenant.posted("/api/otaPackage",
                            R"({"title":"listed","version":")" + version +
                                R"(","type":"FIRMWARE","deviceProfileId":{"entityType":)" +
                                R"("DEVICE_PROFILE","id":")" + profile + "\"}" + more + "}");
  };
  const std::string with_bytes = of_profile("1", "")["id"]["id"];
  of_profile("2", "");
  of_profile("3", R"(,"usesUrl":true,"url":"http://example.org/x")");
  at.upload(with_bytes, "listed");

  const auto page = "?pageSize=10&page=0&sortProperty=version&sortOrder=ASC";
  const auto all = at.tenant.got(std::string{"/api/otaPackages"} + page + "&textSearch=LISTED");
  REQUIRE(all["totalElements"] == 3);
  CHECK(all["data"][1]["version"] == "2");
  const auto usable = at.tenant.got("/api/otaPackages/" + profile + "/FIRMWARE" + page);
  REQUIRE(usable["totalElements"] == 2);
  CHECK(usable["data"][0]["version"] == "1");
  CHECK(usable["data"][1]["url"] == "http://example.org/x");
  CHECK(at.tenant.got("/api/otaPackages/" + profile + "/SOFTWARE" + page)["totalElements"] == 0);
  CHECK(at.tenant.get("/api/otaPackages/" + profile + "/OTHER" + page).status == 400);
}

TEST_CASE("Bytes are taken with each checksum, computed or given, in the query or in the form") {
  package_fixture at;
  const std::map<std::string, std::string> sums{
      {"MD5", "5d41402abc4b2a76b9719d911017c592"},
      {"SHA256", hello_sha256},
      {"CRC32", "86a61036"},
      {"MURMUR3_32", "47fa8b24"},
      {"MURMUR3_128", "029bbd41b3a7d8cb191dae486a901e5b"}};
  for (const auto& [algorithm, sum] : sums) {
    INFO(algorithm);
    const std::map<std::string, std::string> named{{"checksumAlgorithm", algorithm},
                                                   {"checksum", sum}};
    const std::vector<std::pair<std::string, std::string>> ways{
        {"?checksumAlgorithm=" + algorithm, upload_form{"hello"}.text()},
        {"?checksumAlgorithm=" + algorithm + "&checksum=" + sum, upload_form{"hello"}.text()},
        {"", upload_form{.bytes = "hello", .before = named}.text()},
        {"", upload_form{.bytes = "hello", .behind = named}.text()},
        {"", upload_form{.bytes = "hello",
                         .before = {{"checksumAlgorithm", algorithm}, {"checksum", ""}}}
                 .text()}};
    // Bytes are given once, so each way has a package of its own.
    int number = 0;
    for (const auto& [query, form] : ways) {
      const auto own = at.make("sum of " + algorithm, std::to_string(number++));
      const auto answer = at.send("/api/otaPackage/" + own + query, form);
      INFO(answer.body);
      REQUIRE(answer.status == 200);
      const auto saved = json::parse(answer.body);
      CHECK(saved["checksumAlgorithm"] == algorithm);
      CHECK(saved["checksum"] == sum);
      CHECK(saved["hasData"] == true);
      CHECK(saved["dataSize"] == 5);
      CHECK(saved["fileName"] == "a b.bin");
      CHECK(saved["contentType"] == "application/x-firmware");
      CHECK(at.info(own) == saved);
    }
  }
}

TEST_CASE("A wrong checksum is refused, and its bytes are never served") {
  package_fixture at;
  const auto id = at.make("wrong sum");
  const auto before = at.files();
  check_fault(at.send("/api/otaPackage/" + id + "?checksumAlgorithm=MD5&checksum=00",
                      upload_form{"wrong bytes"}.text()),
              400, 31, "Wrong otaPackage file!");
  CHECK(at.info(id)["hasData"] == false);
  CHECK(at.tenant.get("/api/otaPackage/" + id + "/download").status == 404);
  CHECK(at.files() == before);
}

TEST_CASE("Uploads that are none are refused with a reason") {
  package_fixture at;
  const auto path = "/api/otaPackage/" + at.make("refused") + "?checksumAlgorithm=SHA256";
  const auto good = upload_form{"hello"}.text();
  const auto refused = [&](const answer_seen& answer, const std::string& message) {
    check_fault(answer, 400, 31, message);
  };
  refused(at.send(path, good, "application/json"),
          "The body must be multipart/form-data with a boundary");
  refused(at.send(path, good, "multipart/form-data"),
          "The body must be multipart/form-data with a boundary");
  refused(at.send(path, good.substr(0, good.size() - 8)), "The multipart body is cut off");
  refused(at.send(path, "--cut--\r\n"), "Required part 'file' is not present.");
  refused(at.send(path, upload_form{.bytes = "a", .file_name = ""}.text()),
          "OtaPackage file name should be specified!");
  for (const auto& bad : {upload_form{.bytes = "a", .file_name = "\xff.bin"},
                          upload_form{.bytes = "a", .file_name = "\xC3"},
                          upload_form{.bytes = "a", .content_type = "a/\xE4"}}) {
    refused(at.send(path, bad.text()), "The file's name or its type is not UTF-8");
  }
  refused(at.send(path, good.substr(0, good.size() - 9) + good), "The part 'file' is there twice");
  refused(at.send(path + "x", good), "Unknown checksum algorithm: SHA256x");
  refused(at.send(path.substr(0, path.find('?')), good),
          "Required request parameter 'checksumAlgorithm' for method parameter type String is not "
          "present");
  refused(
      at.send(path.substr(0, path.find('?')),
              upload_form{.bytes = "a", .behind = {{"checksum", std::string(1025, 'x')}}}.text()),
      "A field of the form is longer than 1 KiB");
  check_fault(at.send("/api/otaPackage/" + nobody + "?checksumAlgorithm=SHA256", good), 404, 32,
              "OtaPackage with id [" + nobody + "] is not found");
  const std::string link = at.tenant.posted(
      "/api/otaPackage", R"({"title":"link","version":"1","type":"FIRMWARE","usesUrl":true,)"
                         R"("url":"http://example.org/a"})")["id"]["id"];
  refused(at.send("/api/otaPackage/" + link + "?checksumAlgorithm=SHA256", good),
          "File can't be saved if URL present!");
  CHECK(at.tenant.get("/api/otaPackage/" + link + "/download").status == 400);
}

TEST_CASE("An upload that its client gives up leaves nothing behind") {
  package_fixture at;
  const auto id = at.make("given up");
  const auto before = at.files();
  {
    auto peer = at.node.connect();
    peer.send(
        upload_head("/api/otaPackage/" + id + "?checksumAlgorithm=SHA256", at.token, 10'000'000) +
        upload_form{bytes_of(3'000'000)}.text().substr(0, 2'900'000));
    REQUIRE(eventually([&] { return at.files().size() == before.size() + 1; }));
    peer.reset();
  }
  CHECK(eventually([&] { return at.files() == before; }));
  CHECK(at.info(id)["hasData"] == false);
}

TEST_CASE("Whenever a client leaves, a record that has bytes has its file") {
  package_fixture at;
  for (int round = 0; round < 20; ++round) {
    const auto id = at.make("left early", std::to_string(round));
    const auto form = upload_form{"left in round " + std::to_string(round)}.text();
    {
      auto peer = at.node.connect();
      peer.send(upload_head("/api/otaPackage/" + id + "?checksumAlgorithm=SHA256", at.token,
                            form.size()) +
                form);
      peer.reset();
    }
    // Follows the one that was left through the same threads.
    at.upload(at.make("behind", std::to_string(round)), "behind " + std::to_string(round));
    if (at.info(id)["hasData"] == true) {
      CHECK(at.tenant.get("/api/otaPackage/" + id + "/download").status == 200);
    }
  }
}

TEST_CASE("Packages over the limit are 413 at the head, or where a body in chunks reaches it") {
  muster::service_options options;
  options.packages_max_size = 100'000;
  demo_node node{options};
  const std::string token = login(node, "tenant@thingsboard.org", "tenant")["token"];
  caller tenant{node, token};
  const std::string id = tenant.posted(
      "/api/otaPackage", R"({"title":"long","version":"1","type":"FIRMWARE"})")["id"]["id"];
  const auto target = "/api/otaPackage/" + id + "?checksumAlgorithm=SHA256";
  auto peer = node.connect();
  peer.send(upload_head(target, token, 200'000));
  CHECK(peer.read()->status == 413);

  auto chunked = node.connect();
  chunked.send("POST " + target + " HTTP/1.1\r\nHost: a\r\nX-Authorization: Bearer " + token +
               "\r\nContent-Type: multipart/form-data; boundary=cut\r\n"
               "Transfer-Encoding: chunked\r\n\r\n" +
               "33450\r\n" + upload_form{bytes_of(300'000)}.text().substr(0, 0x33450));
  CHECK(chunked.read()->status == 413);
  CHECK(tenant.got("/api/otaPackage/info/" + id)["hasData"] == false);
}

TEST_CASE("Bytes are given back whole, in ranges, and in base64 with the record") {
  package_fixture at;
  const auto size = GENERATE(5U, 65'536U, 65'537U, 500'000U);
  const auto bytes = bytes_of(size);
  const auto id = at.make("given back", std::to_string(size));
  at.upload(id, bytes, "CRC32");
  const auto path = "/api/otaPackage/" + id;
  const auto auth = "X-Authorization: Bearer " + at.token + "\r\n";

  const auto whole = ask_device(at.node, "GET", path + "/download", auth);
  CHECK(whole.status == 200);
  CHECK(whole.body == bytes);
  CHECK(whole.headers.at("content-length") == std::to_string(size));
  CHECK(whole.headers.at("content-disposition") == "attachment;filename=a b.bin");
  CHECK(whole.headers.at("x-filename") == "a b.bin");
  CHECK(whole.headers.at("content-type") == "application/x-firmware");
  CHECK(whole.headers.at("accept-ranges") == "bytes");
  const auto head = ask_device(at.node, "HEAD", path + "/download", auth);
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == std::to_string(size));

  const auto part = ask_device(at.node, "GET", path + "/download", auth + "Range: bytes=3-\r\n");
  CHECK(part.status == 206);
  CHECK(part.body == bytes.substr(3));
  CHECK(part.headers.at("content-range") ==
        "bytes 3-" + std::to_string(size - 1) + "/" + std::to_string(size));
  const auto behind = ask_device(at.node, "GET", path + "/download",
                                 auth + "Range: bytes=" + std::to_string(size) + "-\r\n");
  CHECK(behind.status == 416);
  CHECK(behind.body.empty());
  CHECK(behind.headers.at("content-range") == "bytes */" + std::to_string(size));

  const auto shown = ask_device(at.node, "GET", path, auth);
  REQUIRE(shown.status == 200);
  CHECK(shown.headers.at("content-length") == std::to_string(shown.body.size()));
  const std::string text = json::parse(shown.body)["data"];
  CHECK(text.size() == (size + 2) / 3 * 4);
  CHECK(decoded(text) == bytes);
}

TEST_CASE("A content type that is none is served as bytes") {
  package_fixture at;
  const auto id = at.make("odd type");
  at.send("/api/otaPackage/" + id + "?checksumAlgorithm=SHA256",
          upload_form{.bytes = "a", .content_type = "nothing known"}.text());
  const auto answer = at.tenant.get("/api/otaPackage/" + id + "/download");
  CHECK(answer.status == 200);
  CHECK(answer.headers.at("content-type") == "application/octet-stream");
}

TEST_CASE("A file stays as long as one package has its bytes") {
  package_fixture at;
  const auto first = at.make("shared", "1");
  const auto second = at.make("shared", "2");
  const std::string name = at.upload(first, "shared bytes")["checksum"];
  at.upload(second, "shared bytes");
  CHECK(at.files().contains(name));
  CHECK(at.tenant.remove("/api/otaPackage/" + first).status == 200);
  CHECK(at.tenant.get("/api/otaPackage/" + second + "/download").body == "shared bytes");
  CHECK(at.files().contains(name));
  CHECK(at.tenant.remove("/api/otaPackage/" + second).status == 200);
  CHECK(eventually([&] { return !at.files().contains(name); }));
}

} // namespace muster::http::rest::test
