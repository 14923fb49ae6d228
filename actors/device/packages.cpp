#include "actors/device/packages.hpp"

#include "actors/device/device_state.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace muster {

namespace {

constexpr std::array<const char*, 7> attributes{
    "title", "version", "tag", "size", "checksum_algorithm", "checksum", "url"};

const char* prefix_of(package_type type) noexcept {
  return type == package_type::firmware ? "fw_" : "sw_";
}

const char* name_of(checksum_algorithm algorithm) noexcept {
  switch (algorithm) {
  case checksum_algorithm::md5:
    return "MD5";
  case checksum_algorithm::sha256:
    return "SHA256";
  case checksum_algorithm::sha384:
    return "SHA384";
  case checksum_algorithm::sha512:
    return "SHA512";
  case checksum_algorithm::crc32:
    return "CRC32";
  case checksum_algorithm::murmur3_32:
    return "MURMUR3_32";
  case checksum_algorithm::murmur3_128:
    return "MURMUR3_128";
  }
  return "";
}

/// What the attributes should be; those left out should not be there.
std::vector<key_value> wanted(package_type type, const package_info& package) {
  const std::string prefix = prefix_of(type);
  std::vector<key_value> values;
  const auto put = [&](const char* name, value what) {
    values.push_back({prefix + name, std::move(what)});
  };
  put("title", package.title);
  put("version", package.release);
  if (package.tag) {
    put("tag", *package.tag);
  }
  if (package.url) {
    put("url", *package.url);
  }
  if (!package.url || package.size != 0) {
    put("size", static_cast<std::int64_t>(package.size));
  }
  if (package.algorithm) {
    put("checksum_algorithm", std::string(name_of(*package.algorithm)));
  }
  if (package.checksum) {
    put("checksum", *package.checksum);
  }
  return values;
}

void append(latest_values& latest, timestamp ts, std::vector<key_value>&& values,
            std::vector<persistence::mutation>& out) {
  latest.record(ts, values);
  out.emplace_back(persistence::append_history{ts, latest.arrival(), std::move(values), 0, true});
}

} // namespace

bool show_package(attribute_group& shared, package_type type,
                  const std::optional<package_info>& package, timestamp now, std::uint64_t change,
                  bool keep_tombstones) {
  std::vector<key_value> values;
  if (package) {
    values = wanted(type, *package);
  }
  const auto value_of = [&](const std::string& key) -> const value* {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [&](const key_value& item) { return item.key == key; });
    return found == values.end() ? nullptr : &found->val;
  };
  bool differs = false;
  std::vector<std::string> gone;
  for (const char* name : attributes) {
    const std::string key = std::string(prefix_of(type)) + name;
    const auto* shown = shared.find(key);
    const auto* meant = value_of(key);
    if (shown != nullptr && meant == nullptr) {
      gone.push_back(key);
    }
    differs |= meant != nullptr && (shown == nullptr || *shown->val != *meant);
  }
  if (!differs && gone.empty()) {
    return false;
  }
  // Whole, also what is equal: who polls sees one change with all that belongs together.
  shared.set(std::move(values), now, change, false);
  for (const auto& key : gone) {
    shared.erase(key, now, change, keep_tombstones);
  }
  return true;
}

void tell_target(latest_values& latest, package_type type, const package_info& package,
                 timestamp now, std::vector<persistence::mutation>& out) {
  const std::string prefix = prefix_of(type);
  const timestamp queued = latest.give_time(now);
  std::vector<key_value> values{{"target_" + prefix + "title", package.title},
                                {"target_" + prefix + "version", package.release},
                                {"target_" + prefix + "ts", queued},
                                {prefix + "state", std::string("QUEUED")}};
  if (package.tag) {
    values.push_back({"target_" + prefix + "tag", *package.tag});
  }
  append(latest, queued, std::move(values), out);
  // A moment later, so that both are seen in the history.
  append(latest, latest.give_time(queued + 1), {{prefix + "state", std::string("INITIATED")}}, out);
}

std::vector<persistence::mutation> packages_of_new_device(const target_packages& targets,
                                                          timestamp now) {
  std::vector<persistence::mutation> rows;
  attribute_group shared;
  latest_values latest;
  for (const auto type : {package_type::firmware, package_type::software}) {
    const auto& package = type == package_type::firmware ? targets.firmware : targets.software;
    if (package) {
      show_package(shared, type, package, now, 1, false);
      tell_target(latest, type, *package, now, rows);
    }
  }
  if (!rows.empty()) {
    rows.emplace_back(latest.snapshot());
    rows.emplace_back(persistence::put_attributes{attribute_scope::shared, shared.rows()});
  }
  return rows;
}

void device_state::on(set_target_package& what, context& with) {
  const auto& own = what.type == package_type::firmware ? info_.firmware : info_.software;
  const bool meant = !what.from_profile || (info_.profile == *what.from_profile && !own);
  auto& shared = group(attribute_scope::shared);
  if (meant && show_package(shared, what.type, what.package, with.now.wall, cursor_.newest() + 1,
                            cursor_.position().has_value())) {
    cursor_.next_change();
    attributes_changed(attribute_scope::shared, with.now, with.out);
    if (what.package) {
      tell_target(latest_, what.type, *what.package, with.now.wall, with.out.mutations);
      put_snapshot(with.out);
    }
  }
  with.answer(done{});
}

/// What the change of the device brings along is prepared beside the state.
void device_state::prepare(const target_packages& targets, instant now, pending_change& change,
                           effects& out) const {
  attribute_group shared = group(attribute_scope::shared);
  latest_values latest = latest_;
  bool shown = false;
  std::vector<persistence::mutation> told;
  for (const auto type : {package_type::firmware, package_type::software}) {
    const auto& package = type == package_type::firmware ? targets.firmware : targets.software;
    if (show_package(shared, type, package, now.wall, cursor_.newest() + 1,
                     cursor_.position().has_value())) {
      shown = true;
      if (package) {
        tell_target(latest, type, *package, now.wall, told);
      }
    }
  }
  if (!shown) {
    return;
  }
  out.mutations.emplace_back(persistence::put_attributes{attribute_scope::shared, shared.rows()});
  change.shared = std::move(shared);
  if (!told.empty()) {
    std::move(told.begin(), told.end(), std::back_inserter(out.mutations));
    auto row = latest.snapshot();
    row.seen = activity_.seen();
    out.mutations.emplace_back(std::move(row));
    change.latest = std::move(latest);
  }
}

} // namespace muster
