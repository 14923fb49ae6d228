#include "http/rest_api/package_json.hpp"

#include "http/rest_api/form_header.hpp"
#include "http/rest_api/member_reader.hpp"
#include "http/rest_api/names.hpp"
#include "http/rest_api/object_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace muster::http::rest {

namespace {

/// Kept in memory with the record.
constexpr std::size_t longest_additional_info = 64 * 1024;

constexpr std::array types{
    std::pair{package_type::firmware, std::string_view{"FIRMWARE"}},
    std::pair{package_type::software, std::string_view{"SOFTWARE"}},
};

constexpr std::array algorithms{
    std::pair{checksum_algorithm::md5, std::string_view{"MD5"}},
    std::pair{checksum_algorithm::sha256, std::string_view{"SHA256"}},
    std::pair{checksum_algorithm::sha384, std::string_view{"SHA384"}},
    std::pair{checksum_algorithm::sha512, std::string_view{"SHA512"}},
    std::pair{checksum_algorithm::crc32, std::string_view{"CRC32"}},
    std::pair{checksum_algorithm::murmur3_32, std::string_view{"MURMUR3_32"}},
    std::pair{checksum_algorithm::murmur3_128, std::string_view{"MURMUR3_128"}},
};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// A string of at most 255 characters; an empty one counts as absent.
result<void> read_text(const body_members& members, std::string_view name,
                       std::optional<std::string>& into) {
  auto text = members.text(name);
  if (!text) {
    return tl::unexpected{text.error()};
  }
  if (*text && characters(**text) > longest_text) {
    return fail(error_code::invalid,
                "The length of " + std::string{name} + " should be equal or shorter than 255");
  }
  if (*text && !(*text)->empty()) {
    into = std::move(**text);
  }
  return {};
}

result<void> read_required(const body_members& members, std::string_view name, std::string& into) {
  std::optional<std::string> text;
  if (auto good = read_text(members, name, text); !good) {
    return good;
  }
  if (!text) {
    return fail(error_code::invalid, "OtaPackage " + std::string{name} + " should be specified!");
  }
  into = std::move(*text);
  return {};
}

result<void> read_type(const body_members& members, package_type& into) {
  const auto name = members.text("type");
  if (!name) {
    return tl::unexpected{name.error()};
  }
  if (!*name) {
    return fail(error_code::invalid, "Type should be specified!");
  }
  const auto type = package_type_from_name(**name);
  if (!type) {
    return fail(error_code::invalid, "Unknown package type: " + **name);
  }
  into = *type;
  return {};
}

result<void> read_place(const body_members& members, package_info& into) {
  if (auto good = read_text(members, "url", into.url); !good) {
    return good;
  }
  for (const auto name : {"usesUrl", "isURL"}) {
    const auto uses = members.boolean(name);
    if (!uses) {
      return tl::unexpected{uses.error()};
    }
    const bool blank = !into.url || into.url->find_first_not_of(" \t") == std::string::npos;
    if (uses->value_or(false) && blank) {
      return fail(error_code::invalid, "Ota package URL should be specified!");
    }
  }
  return {};
}

result<void> read_identity(const body_members& members, package_body& into) {
  const auto id = members.id("id");
  if (!id) {
    return tl::unexpected{id.error()};
  }
  if (*id) {
    into.id = package_id{**id};
  }
  const auto profile = members.id("deviceProfileId");
  if (!profile) {
    return tl::unexpected{profile.error()};
  }
  if (*profile) {
    into.info.profile = profile_id{**profile};
  }
  return {};
}

} // namespace

result<package_body> read_package_body(const body_members& members) {
  package_body made;
  package_info& info = made.info;
  const auto good = read_identity(members, made)
                        .and_then([&] { return read_type(members, info.type); })
                        .and_then([&] { return read_required(members, "title", info.title); })
                        .and_then([&] { return read_required(members, "version", info.release); })
                        .and_then([&] { return read_text(members, "tag", info.tag); })
                        .and_then([&] { return read_place(members, info); });
  if (!good) {
    return tl::unexpected{good.error()};
  }
  info.additional_info = members.document_or_null("additionalInfo");
  if (info.additional_info.text.size() > longest_additional_info) {
    return fail(error_code::invalid, "additionalInfo is longer than 64 KiB");
  }
  return made;
}

void append_package(std::string& out, const package_info& package) {
  object_writer to{out};
  to.id("id", "OTA_PACKAGE", package.id.value)
      .number("createdTime", package.created)
      .id("tenantId", "TENANT", package.tenant.value)
      .id("deviceProfileId", "DEVICE_PROFILE", package.profile)
      .text("type", package_type_name(package.type))
      .text("title", std::string_view{package.title})
      .text("version", std::string_view{package.release})
      .text("tag", package.tag)
      .text("url", package.url)
      .boolean("hasData", package.content.has_value())
      .text("fileName", package.file_name)
      .text("contentType", package.content_type);
  if (package.algorithm) {
    to.text("checksumAlgorithm", checksum_algorithm_name(*package.algorithm));
  } else {
    to.raw("checksumAlgorithm", "null");
  }
  to.text("checksum", package.checksum);
  if (package.content) {
    to.number("dataSize", static_cast<std::int64_t>(package.size));
  } else {
    to.raw("dataSize", "null");
  }
  to.raw("additionalInfo", package.additional_info.text)
      .raw("externalId", "null")
      .text("name", std::string_view{package.title})
      .end();
}

std::string_view package_type_name(package_type type) noexcept {
  return name_in(types, type);
}

std::optional<package_type> package_type_from_name(std::string_view name) noexcept {
  return value_in(types, name);
}

std::string_view checksum_algorithm_name(checksum_algorithm which) noexcept {
  return name_in(algorithms, which);
}

std::optional<checksum_algorithm> checksum_algorithm_from_name(std::string_view name) noexcept {
  for (const auto& [which, known] : algorithms) {
    if (same_name(name, known)) {
      return which;
    }
  }
  return std::nullopt;
}

} // namespace muster::http::rest
