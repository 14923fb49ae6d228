#pragma once

#include "tests/http_rest_api/caller.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace muster::http::rest::test {

/// A form with the file first or last, as clients differ.
struct upload_form {
  std::string bytes;
  std::string file_name = "a b.bin";
  std::string content_type = "application/x-firmware";
  /// Fields before the file and behind it.
  std::map<std::string, std::string> before = {};
  std::map<std::string, std::string> behind = {};

  [[nodiscard]] std::string text() const {
    return fields(before) + "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" +
           file_name + "\"\r\nContent-Type: " + content_type + "\r\n\r\n" + bytes + "\r\n" +
           fields(behind) + "--cut--\r\n";
  }

private:
  static std::string fields(const std::map<std::string, std::string>& of) {
    std::string text;
    for (const auto& [name, value] : of) {
      text +=
          "--cut\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }
    return text;
  }
};

inline std::string upload_head(const std::string& target, const std::string& token,
                               std::size_t length,
                               const std::string& type = "multipart/form-data; boundary=cut") {
  return "POST " + target + " HTTP/1.1\r\nHost: muster\r\nX-Authorization: Bearer " + token +
         "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

/// A node with the demo tenant's administrator, for tests about packages.
struct package_fixture {
  demo_node& node = demo_node::shared();
  std::string token = login(node, "tenant@thingsboard.org", "tenant")["token"];
  caller tenant{node, token};

  /// A record without bytes; its identifier.
  std::string make(const std::string& title, const std::string& release = "1.0",
                   const std::string& type = "FIRMWARE") {
    return tenant.posted(
        "/api/otaPackage",
        json{{"title", title}, {"version", release}, {"type", type}, {"usesUrl", false}}
            .dump())["id"]["id"];
  }

  answer_seen send(const std::string& target, const std::string& form,
                   const std::string& type = "multipart/form-data; boundary=cut") {
    auto peer = node.connect();
    peer.send(upload_head(target, token, form.size(), type) + form);
    auto answer = peer.read();
    REQUIRE(answer);
    return std::move(*answer);
  }
  json upload(const std::string& id, const std::string& bytes,
              const std::string& algorithm = "SHA256") {
    const auto answer = send("/api/otaPackage/" + id + "?checksumAlgorithm=" + algorithm,
                             upload_form{bytes}.text());
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return json::parse(answer.body);
  }
  json info(const std::string& id) { return tenant.got("/api/otaPackage/info/" + id); }

  /// Gives a device the package; the device's identifier.
  void assign(const std::string& device, const char* member, const std::string& package) {
    auto record = tenant.got("/api/device/" + device);
    record[member] = {{"entityType", "OTA_PACKAGE"}, {"id", package}};
    tenant.posted("/api/device", record.dump());
  }

  /// The names of the files below `packages`.
  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator{node.data_folder() + "/packages"}) {
      names.insert(each.path().filename());
    }
    return names;
  }
};

/// A request of a device.
inline answer_seen ask_device(const demo_node& node, const std::string& method,
                              const std::string& target, const std::string& headers = {}) {
  auto peer = node.connect();
  peer.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  auto answer = peer.read(method == "HEAD");
  REQUIRE(answer);
  return std::move(*answer);
}

/// Bytes that are no text and no repetition.
inline std::string bytes_of(std::size_t size) {
  std::string made(size, '\0');
  std::uint32_t state = 1;
  for (auto& c : made) {
    state = state * 1'664'525 + 1'013'904'223;
    c = static_cast<char>(state >> 24);
  }
  return made;
}

} // namespace muster::http::rest::test
