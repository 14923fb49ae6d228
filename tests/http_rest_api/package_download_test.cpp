// Devices fetch the packages that they should run, through the whole node.
#include "tests/http_rest_api/package_support.hpp"

namespace muster::http::rest::test {

namespace {

/// A device with a token of its own that should run a firmware of `size` bytes.
struct download_fixture : package_fixture {
  std::string bytes;
  std::string device;
  std::string package;
  std::string access;
  std::string base;

  explicit download_fixture(std::size_t size = 100'000) : bytes{bytes_of(size)} {
    static int made = 0;
    access = "DOWNLOADER" + std::to_string(++made);
    device = tenant.make_device("downloader " + std::to_string(made), access);
    package = make("firm ware", std::to_string(made));
    upload(package, bytes);
    assign(device, "firmwareId", package);
    base = "/api/v1/" + access + "/firmware?title=firm+ware&version=" + std::to_string(made);
  }

  answer_seen get(const std::string& more = {}, const std::string& headers = {}) const {
    return ask_device(node, "GET", base + more, headers);
  }
};

} // namespace

TEST_CASE("A device fetches its firmware whole") {
  const download_fixture at{GENERATE(0U, 1U, 65'536U, 65'537U, 1'000'000U)};
  const auto answer = at.get();
  CHECK(answer.status == 200);
  CHECK(answer.body == at.bytes);
  CHECK(answer.headers.at("content-type") == "application/x-firmware");
  CHECK(answer.headers.at("content-disposition") == "attachment;filename=a b.bin");
  CHECK(answer.headers.at("x-filename") == "a b.bin");
  // No size: the chunk means nothing.
  CHECK(at.get("&size=0&chunk=3").body == at.bytes);
  CHECK(at.get("&size=-5").body == at.bytes);
}

TEST_CASE("A device fetches its firmware chunk by chunk, and one that is empty") {
  const download_fixture at;
  std::string got;
  for (int chunk = 0; chunk < 7; ++chunk) {
    const auto answer = at.get("&size=16384&chunk=" + std::to_string(chunk));
    REQUIRE(answer.status == 200);
    CHECK(answer.body.size() == (chunk < 6 ? 16'384U : 1'696U));
    got += answer.body;
  }
  CHECK(got == at.bytes);
  for (const auto* chunk : {"7", "8", "2147483647"}) {
    const auto answer = at.get(std::string{"&size=16384&chunk="} + chunk);
    CHECK(answer.status == 200);
    CHECK(answer.body.empty());
    CHECK(answer.headers.at("content-length") == "0");
  }
}

TEST_CASE("A range is one of the chunk") {
  const download_fixture at;
  const auto answer = at.get("&size=1000&chunk=2", "Range: bytes=10-19\r\n");
  CHECK(answer.status == 206);
  CHECK(answer.body == at.bytes.substr(2'010, 10));
  CHECK(answer.headers.at("content-range") == "bytes 10-19/1000");
  CHECK(at.get("&size=1000&chunk=2", "Range: bytes=1000-\r\n").status == 416);
  CHECK(at.get("&size=1000&chunk=2", "Range: bytes=0-1,5-6\r\n").body.size() == 1'000);
  CHECK(at.get("", "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n").status == 200);
}

TEST_CASE("Parameters that are missing or can't be are 400 with a reason, before the token") {
  const download_fixture at;
  const std::string unknown = "/api/v1/NOBODY/firmware";
  for (const auto& target :
       {unknown, unknown + "?title=a", unknown + "?version=a", at.base + "&chunk=-1",
        at.base + "&size=1&chunk=2147483648", at.base + "&size=2147483648", at.base + "&size=x",
        at.base + "&chunk=1.5"}) {
    INFO(target);
    const auto answer = ask_device(at.node, "GET", target);
    CHECK(answer.status == 400);
    CHECK(json::parse(answer.body)["errorCode"] == 31);
  }
}

TEST_CASE("Other titles and versions are 400, no package 404, an unknown token 401, all empty") {
  download_fixture at;
  const auto empty = [&](const std::string& target, int status) {
    INFO(target);
    const auto answer = ask_device(at.node, "GET", target);
    CHECK(answer.status == status);
    CHECK(answer.body.empty());
  };
  const auto of = "/api/v1/" + at.access;
  empty(of + "/firmware?title=other&version=1", 400);
  empty(of + "/firmware?title=firm+ware&version=other", 400);
  empty(of + "/software?title=firm+ware&version=1", 404);
  empty("/api/v1/NOBODY/firmware?title=a&version=b", 401);
  const std::string link = at.tenant.posted(
      "/api/otaPackage", R"({"title":"a link","version":"1","type":"FIRMWARE","usesUrl":true,)"
                         R"("url":"http://example.org/a"})")["id"]["id"];
  at.assign(at.device, "firmwareId", link);
  empty(of + "/firmware?title=a+link&version=1", 404);
  CHECK(at.tenant.remove("/api/device/" + at.device).status == 200);
  empty(of + "/firmware?title=a+link&version=1", 401);
}

TEST_CASE("Once another package is assigned, the old one is not served any more") {
  download_fixture at;
  CHECK(at.get("&size=10").status == 200);
  const auto next = at.make("firm ware", at.access + " next");
  at.upload(next, "next");
  at.assign(at.device, "firmwareId", next);
  CHECK(at.get("&size=10").status == 400);
  const auto now = ask_device(at.node, "GET",
                              "/api/v1/" + at.access +
                                  "/firmware?title=firm+ware&version=" + at.access + "+next");
  CHECK(now.body == "next");
}

TEST_CASE("HEAD tells the length, other methods are 405") {
  const download_fixture at;
  const auto head = ask_device(at.node, "HEAD", at.base);
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == "100000");
  CHECK(ask_device(at.node, "DELETE", at.base).status == 405);
}

TEST_CASE("A download goes on when its package is deleted meanwhile") {
  download_fixture at{30'000'000};
  auto peer = at.node.connect();
  peer.send("GET " + at.base + " HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(peer.read_bytes(1000).size() == 1000);
  const auto other = at.make("firm ware", at.access + " other");
  at.upload(other, "other");
  at.assign(at.device, "firmwareId", other);
  CHECK(at.tenant.remove("/api/otaPackage/" + at.package).status == 200);
  const auto rest = peer.read_bytes(29'999'000);
  CHECK(rest.size() == 29'999'000);
  CHECK(at.bytes.find(rest.substr(rest.size() - 40)) != std::string::npos);
}

TEST_CASE("The rollout of a package counts its devices by what they say") {
  download_fixture at;
  const auto path = "/api/otaPackage/" + at.package + "/rollout";
  const auto queued = at.tenant.got(path);
  CHECK(queued["devices"] == 1);
  CHECK(queued["told"] == 1);
  CHECK(queued["running"] == false);
  caller device{at.node};
  CHECK(device.post("/api/v1/" + at.access + "/telemetry", R"({"fw_state":"UPDATED"})").status ==
        200);
  CHECK(at.tenant.got(path)["states"] == json{{"UPDATED", 1}});
  check_fault(at.tenant.get("/api/otaPackage/" + nobody + "/rollout"), 404, 32,
              "Requested item wasn't found!");
}

} // namespace muster::http::rest::test
