#include "persistence/directory/entity_lists.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/first_keys.hpp"
#include "persistence/rocksdb/open_read.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <set>

namespace muster::persistence::rocks {

namespace {

using keys::device_kind;
using keys::directory_kind;

/// Which index holds the list: the smallest that is sure to.
keys::owner owner_of(const alarm_list& which) {
  const auto& entity = which.filter.entity;
  if (entity && *entity != which.tenant.value) {
    return {which.tenant.value, *entity};
  }
  return {which.tenant.value, which.customer ? which.customer->value : uuid{}};
}

/// Visits all alarms of the list, without their details.
template <class Visit>
result<void> walk_alarms(const database& from, const alarm_list& which, const std::string& search,
                         Visit visit) {
  const auto whose = owner_of(which);
  alarm row;
  if (which.filter.start > which.filter.end) {
    return {};
  }
  return walk_range(from, keys::of_alarm_time(whose, which.filter.start),
                    keys::after(keys::of_alarm_time(whose, which.filter.end)), false,
                    [&](std::string_view, std::string_view bytes) -> result<bool> {
                      if (auto read = decode(bytes, row); !read) {
                        return tl::unexpected(read.error());
                      }
                      if (matches(row, which, search)) {
                        visit(row);
                      }
                      return true;
                    });
}

result<std::optional<device_id>> device_of(const database& from, const alarm_id& id) {
  return read_row<alarm_place>(from, family::directory,
                               keys::of_directory(directory_kind::alarm, id.value), decode)
      .map([](const auto& place) { return place ? std::optional(place->device) : std::nullopt; });
}

} // namespace

result<std::optional<alarm>> read_alarm(const database& from, const alarm_id& id) {
  const auto device = device_of(from, id);
  if (!device || !*device) {
    return device ? result<std::optional<alarm>>(std::nullopt) : tl::unexpected(device.error());
  }
  const auto prefix = keys::of_device(**device);
  // An alarm that is cleared meanwhile goes from the first to the second.
  for (const auto where : {device_kind::alarm_active, device_kind::alarm_cleared}) {
    const auto key = keys::of_alarm(prefix, where, id);
    auto row = read_row<alarm>(from, family::devices, keys::view(key), decode);
    if (!row || *row) {
      return row;
    }
  }
  return std::nullopt;
}

result<page<alarm>> list_alarms(const database& from, const alarm_list& which,
                                const page_link& link) {
  if (const auto known = key_of(alarm{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  first_keys<> kept(first + link.size, link.descending);
  page<alarm> found;
  const auto walked = walk_alarms(from, which, lower_case(link.text_search), [&](const alarm& row) {
    ++found.total;
    kept.add(key_of(row, link.sort_property).value());
  });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  found.has_next = first + link.size < found.total;
  const auto order = kept.take();
  for (std::uint64_t i = first; i < order.size(); ++i) {
    auto row = read_alarm(from, alarm_id{order[i].id});
    if (!row) {
      return tl::unexpected(row.error());
    }
    // Deleted since the walk.
    if (*row) {
      found.data.push_back(std::move(**row));
    }
  }
  return found;
}

result<std::optional<alarm_severity>> highest_severity(const database& from,
                                                       const alarm_list& which) {
  std::optional<alarm_severity> highest;
  return walk_alarms(from, which, {},
                     [&](const alarm& row) {
                       highest = std::min(highest.value_or(row.severity), row.severity);
                     })
      .map([&] { return highest; });
}

result<page<std::string>> list_alarm_types(const database& from, const alarm_list& which,
                                           const page_link& link) {
  std::set<std::string> types;
  return walk_alarms(from, which, {}, [&](const alarm& row) { types.insert(row.type); }).map([&] {
    return page_of_types(types, lower_case(link.text_search), link);
  });
}

result<std::optional<alarm_comment>> read_alarm_comment(const database& from, const alarm_id& alarm,
                                                        const alarm_comment_id& id) {
  const auto device = device_of(from, alarm);
  if (!device || !*device) {
    return device ? result<std::optional<alarm_comment>>(std::nullopt)
                  : tl::unexpected(device.error());
  }
  const auto key = keys::of_alarm_comment(keys::of_device(**device), alarm, id);
  return read_row<alarm_comment>(from, family::devices, keys::view(key), decode);
}

result<page<alarm_comment>> list_alarm_comments(const database& from, const alarm_id& alarm,
                                                const page_link& link) {
  const auto device = device_of(from, alarm);
  if (!device) {
    return tl::unexpected(device.error());
  }
  std::vector<alarm_comment> all;
  if (*device) {
    const auto prefix =
        keys::of_alarm(keys::of_device(**device), device_kind::alarm_comment, alarm);
    rocksdb::ReadOptions options;
    options.prefix_same_as_start = true;
    const std::unique_ptr<rocksdb::Iterator> rows(
        from.db().NewIterator(options, from.of(family::devices)));
    for (rows->Seek(slice(keys::view(prefix))); rows->Valid(); rows->Next()) {
      if (!rows->key().ToStringView().starts_with(keys::view(prefix))) {
        break;
      }
      if (auto read = decode(rows->value().ToStringView(), all.emplace_back()); !read) {
        return tl::unexpected(read.error());
      }
    }
    if (!rows->status().ok()) {
      return tl::unexpected(error_of(rows->status()));
    }
  }
  return page_of(std::move(all), link);
}

result<std::optional<alarm>> rocksdb_store::read_alarm(const alarm_id& id) {
  return with(*slot_, [&](const database& from) { return rocks::read_alarm(from, id); });
}

result<page<alarm>> rocksdb_store::list_alarms(const alarm_list& which, const page_link& link) {
  return with(*slot_, [&](const database& from) { return rocks::list_alarms(from, which, link); });
}

result<std::optional<alarm_severity>> rocksdb_store::highest_severity(const alarm_list& which) {
  return with(*slot_, [&](const database& from) { return rocks::highest_severity(from, which); });
}

result<page<std::string>> rocksdb_store::list_alarm_types(const alarm_list& which,
                                                          const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_alarm_types(from, which, link); });
}

result<std::optional<alarm_comment>> rocksdb_store::read_alarm_comment(const alarm_id& alarm,
                                                                       const alarm_comment_id& id) {
  return with(*slot_,
              [&](const database& from) { return rocks::read_alarm_comment(from, alarm, id); });
}

result<page<alarm_comment>> rocksdb_store::list_alarm_comments(const alarm_id& alarm,
                                                               const page_link& link) {
  return with(*slot_,
              [&](const database& from) { return rocks::list_alarm_comments(from, alarm, link); });
}

} // namespace muster::persistence::rocks
