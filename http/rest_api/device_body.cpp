#include "http/rest_api/device_body.hpp"

#include "http/json/utf8.hpp"
#include "http/json/writer.hpp"
#include "http/rest_api/entity_json.hpp"

namespace muster::http::rest {

namespace {

constexpr std::size_t longest_name = 255;
/// A device's documents stay in memory with its actor, and lists hold those of a whole page.
constexpr std::size_t longest_document = std::size_t{64} << 10;

/// Reads members one after the other; the first error stays.
class device_reader {
public:
  explicit device_reader(const body_members& body) : body_{body} {}

  template <class Id>
  std::optional<Id> id(std::string_view name) {
    const auto read = take(body_.id(name));
    return read ? std::optional{Id{*read}} : std::nullopt;
  }
  std::optional<std::string> text(std::string_view name) {
    auto read = take(body_.text(name));
    if (read && json::count_code_points(*read) > longest_name) {
      fault_ =
          error{error_code::invalid, std::string{name} + " length must be equal or less than 255"};
    }
    return read;
  }
  json_text document(std::string_view name) {
    auto read = body_.document_or_null(name);
    if (read.text.size() > longest_document) {
      fault_ = error{error_code::invalid,
                     std::string{name} + " length must be equal or less than 65536 bytes"};
    }
    return read;
  }
  std::optional<std::int64_t> integer(std::string_view name) { return take(body_.integer(name)); }

  const std::optional<error>& fault() const { return fault_; }

private:
  template <class T>
  std::optional<T> take(result<std::optional<T>> read) {
    if (!read) {
      fault_ = fault_.value_or(std::move(read.error()));
      return std::nullopt;
    }
    return std::move(*read);
  }

  const body_members& body_;
  std::optional<error> fault_;
};

bool blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

} // namespace

result<device_body> read_device_body(const body_members& body) {
  device_body read;
  device_reader from{body};
  read.id = from.id<device_id>("id");
  read.profile = from.id<profile_id>("deviceProfileId");
  read.info.customer = from.id<customer_id>("customerId");
  read.info.firmware = from.id<package_id>("firmwareId");
  read.info.software = from.id<package_id>("softwareId");
  read.info.name = from.text("name").value_or("");
  read.info.type = from.text("type").value_or("");
  read.info.label = from.text("label");
  if (const auto version = from.integer("version")) {
    read.version = static_cast<std::uint64_t>(*version);
  }
  read.info.additional_info = from.document("additionalInfo");
  read.info.device_data = from.document("deviceData");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (blank(read.info.name)) {
    return fail(error_code::invalid, "Device name should be specified!");
  }
  if (read.info.firmware || read.info.software) {
    return fail(error_code::invalid, read.info.firmware ? "Can't assign non-existent firmware!"
                                                        : "Can't assign non-existent software!");
  }
  return read;
}

result<credentials> read_credentials_body(const body_members& body) {
  device_reader from{body};
  credentials access;
  if (const auto device = from.id<device_id>("deviceId")) {
    access.device = *device;
  }
  const auto type_name = from.text("credentialsType");
  const auto id = body.text("credentialsId");
  const auto value = body.text("credentialsValue");
  if (from.fault()) {
    return tl::unexpected{*from.fault()};
  }
  if (!id || !value) {
    return tl::unexpected{id ? value.error() : id.error()};
  }
  if (!type_name) {
    return fail(error_code::invalid, "Device credentials type should be specified!");
  }
  const auto type = credentials_type_from_name(*type_name);
  if (!type) {
    return fail(error_code::invalid, "Unknown device credentials type '" + *type_name + "'");
  }
  if (value->value_or("").size() > longest_document) {
    return fail(error_code::invalid,
                "credentialsValue length must be equal or less than 65536 bytes");
  }
  access.type = *type;
  access.credentials_id = id->value_or("");
  access.credentials_value = *value;
  if (const auto good = complete_credentials(access); !good) {
    return tl::unexpected{good.error()};
  }
  return access;
}

} // namespace muster::http::rest
