#include "tools/bench/load.hpp"

#include <nlohmann/json.hpp>

namespace muster::bench {
namespace {

/// The rest of a POST's head, and its body.
std::string head_end(const target& where, std::string_view type, std::size_t length) {
  return " HTTP/1.1\r\nHost: " + where.host + "\r\nContent-Type: " + std::string(type) +
         "\r\nConnection: keep-alive\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

std::string telemetry_body(const telemetry_options& options) {
  if (!options.cbor)
    return options.body;
  const auto bytes = nlohmann::json::to_cbor(nlohmann::json::parse(options.body));
  return {bytes.begin(), bytes.end()};
}

class telemetry final : public request_source {
public:
  telemetry(const target& where, const telemetry_options& options, const fleet& devices)
      : options_(options), devices_(devices) {
    const std::string body = telemetry_body(options);
    const auto* type = options.cbor ? "application/cbor" : "application/json";
    after_token_ = "/" + options.resource + head_end(where, type, body.size()) + body;
  }

  bool more() const override { return !options_.once || next_device_ < devices_.size(); }

  void next(std::string& into) override {
    into.append("POST /api/v1/");
    into.append(devices_.at(pick()).token);
    into.append(after_token_);
  }

private:
  std::size_t pick() {
    if (!options_.random || options_.once)
      return next_device_++ % devices_.size();
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return static_cast<std::size_t>(random_ % devices_.size());
  }

  const telemetry_options options_;
  const fleet& devices_;
  std::string after_token_;
  std::size_t next_device_ = 0;
  std::uint64_t random_ = 0x9e3779b97f4a7c15;
};

/// As the guide for device makers has it: the server makes the token.
class provision final : public request_source {
public:
  provision(target where, provision_options options)
      : where_(std::move(where)), options_(std::move(options)) {}

  bool more() const override { return next_ < options_.devices; }

  void next(std::string& into) override {
    const std::string number = std::to_string(next_++);
    const nlohmann::json body{{"deviceName", options_.prefix + number},
                              {"provisionDeviceKey", options_.key},
                              {"provisionDeviceSecret", options_.secret}};
    const std::string text = body.dump();
    into.append("POST /api/v1/provision");
    into.append(head_end(where_, "application/json", text.size()));
    into.append(text);
  }

private:
  const target where_;
  const provision_options options_;
  std::size_t next_ = 0;
};

} // namespace

std::unique_ptr<request_source>
telemetry_requests(const target& where, const telemetry_options& options, const fleet& devices) {
  return std::make_unique<telemetry>(where, options, devices);
}

std::unique_ptr<request_source> provision_requests(const target& where,
                                                   const provision_options& options) {
  return std::make_unique<provision>(where, options);
}

} // namespace muster::bench
