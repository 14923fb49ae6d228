#pragma once

#include "actors/model/time.hpp"
#include "actors/model/uuid.hpp"
#include "actors/model/value.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace muster {

/// The numbers are written to disk.
enum class package_type : std::uint8_t { firmware = 0, software = 1 };

/// The numbers are written to disk.
enum class checksum_algorithm : std::uint8_t {
  md5 = 0,
  sha256 = 1,
  sha384 = 2,
  sha512 = 3,
  crc32 = 4,
  murmur3_32 = 5,
  murmur3_128 = 6
};

/// SHA-256 of a package's bytes: the name of its file.
using content_digest = std::array<std::uint8_t, 32>;

/// A firmware or software package without its bytes (reference REST, section 7).
struct package_info {
  package_id id;
  timestamp created = 0;
  tenant_id tenant;
  /// Whose devices it is for; absent: any.
  std::optional<profile_id> profile;
  package_type type = package_type::firmware;
  /// Title and release together are unique in the tenant.
  std::string title;
  /// `version` on the wire.
  std::string release;
  std::optional<std::string> tag;
  /// Where devices fetch it instead of here; such a package has no content.
  std::optional<std::string> url;
  std::optional<std::string> file_name;
  std::optional<std::string> content_type;
  std::optional<checksum_algorithm> algorithm;
  /// In hexadecimal digits, in the byte order of the reference's section 9.3.
  std::optional<std::string> checksum;
  /// Absent: nothing has been uploaded yet.
  std::optional<content_digest> content;
  std::uint64_t size = 0;
  json_text additional_info{"null"};
  /// Grows by one per change.
  std::uint64_t version = 1;

  friend bool operator==(const package_info&, const package_info&) = default;
};

} // namespace muster
