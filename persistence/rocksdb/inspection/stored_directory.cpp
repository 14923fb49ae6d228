#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/inspection/row_names.hpp"
#include "persistence/rocksdb/inspection/stored_entities.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <array>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// Reads the directory's rows that follow from no others.
class directory_visit {
public:
  directory_visit(expected_rows& expected, const entity_visitor& visit, known_entities& known)
      : expected_(expected), visit_(visit), known_(known) {}

  result<bool> operator()(std::string_view key, std::string_view bytes) {
    ++rows_;
    const auto kind = key.empty() ? directory_kind::format : static_cast<directory_kind>(key[0]);
    const auto role = role_of(kind);
    if (role == row_role::unknown) {
      visit_.problem("a row of unknown kind: " + hexadecimal(key));
    }
    if (role != row_role::primary) {
      return true;
    }
    auto read = read_row_of(kind, bytes);
    if (!read) {
      visit_.problem(key_text(family::directory, key) + ": " + read.error().message);
    }
    return true;
  }

  std::uint64_t rows() const noexcept { return rows_; }

private:
  result<void> read_row_of(directory_kind kind, std::string_view bytes) {
    switch (kind) {
    case directory_kind::tenant:
      return entity<tenant, put_tenant>(bytes);
    case directory_kind::customer:
      return entity<customer, put_customer>(bytes);
    case directory_kind::profile:
      return entity<device_profile, put_profile>(bytes);
    case directory_kind::user:
      return entity<user, put_user>(bytes);
    case directory_kind::package:
      return entity<package_info, put_package>(bytes);
    case directory_kind::rule_chain:
      return entity<rule_chain, put_rule_chain>(bytes);
    case directory_kind::relation:
      return relation_row(bytes);
    case directory_kind::rule_event:
      return alone<rule_event>(bytes);
    case directory_kind::entity_attribute:
      return alone<attribute>(bytes);
    case directory_kind::revocation:
      return alone<put_revocation>(bytes);
    case directory_kind::audit:
      return alone<audit_entry>(bytes);
    case directory_kind::job:
      return job_row(bytes);
    case directory_kind::format:
      return alone<format_row>(bytes);
    default: {
      std::string text;
      return decode_text(bytes, text);
    }
    }
  }

  template <class Row, class Put>
  result<void> entity(std::string_view bytes) {
    Row row{};
    return decode(bytes, row).and_then([&] {
      known_.ids.insert(row.id.value);
      write all;
      all.mutations.emplace_back(Put{std::nullopt, std::move(row)});
      return expected_.of(all, 0, visit_.expected);
    });
  }

  result<void> relation_row(std::string_view bytes) {
    put_relation row;
    return decode(bytes, row.now).and_then([&] {
      write all;
      all.mutations.emplace_back(std::move(row));
      return expected_.of(all, 0, visit_.expected);
    });
  }

  template <class Row>
  static result<void> alone(std::string_view bytes) {
    Row row{};
    return decode(bytes, row);
  }

  result<void> job_row(std::string_view bytes) {
    job row{};
    return decode(bytes, row).map([&] {
      if (!keeps_devices(row.kind)) {
        known_.going.insert(row.subject);
      }
    });
  }

  expected_rows& expected_;
  const entity_visitor& visit_;
  known_entities& known_;
  std::uint64_t rows_ = 0;
};

} // namespace

result<std::uint64_t> visit_directory(const database& from, expected_rows& expected,
                                      const entity_visitor& visit, known_entities& known) {
  directory_visit each(expected, visit, known);
  const auto take = [&](std::string_view key, std::string_view bytes) { return each(key, bytes); };
  for (unsigned kind = 0; kind < directory_kinds; ++kind) {
    const auto role = role_of(static_cast<directory_kind>(kind));
    if (role != row_role::index && role != row_role::count) {
      if (auto walked = walk(from, std::string(1, static_cast<char>(kind)), false, take); !walked) {
        return tl::unexpected(std::move(walked.error()));
      }
    }
  }
  return each.rows();
}

} // namespace muster::persistence::rocks
