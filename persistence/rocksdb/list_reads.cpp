#include "persistence/directory/lower_case.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/first_keys.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/rocksdb/walk.hpp"

#include <unordered_set>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// A page before its devices are read.
struct id_page {
  std::vector<device_id> ids;
  std::uint64_t total = 0;
};

/// All of an owner by time or name: the index has the order and the count is kept.
result<id_page> plain_page(const database& from, const keys::owner& whose, directory_kind index,
                           const page_link& link) {
  std::uint64_t count = 0;
  const auto stored = read_row<std::uint64_t>(
      from, family::directory, keys::of_owner(directory_kind::count, whose), decode_number);
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  count = stored->value_or(0);
  id_page found{{}, count};
  std::uint64_t skip = std::uint64_t{link.page} * link.size;
  if (skip >= count) {
    return found;
  }
  const auto walked = walk(from, keys::of_owner(index, whose), link.descending,
                           [&](std::string_view key, std::string_view) -> result<bool> {
                             if (skip > 0) {
                               --skip;
                               return true;
                             }
                             if (const auto id = keys::parse_last_id(key)) {
                               found.ids.push_back(*id);
                             }
                             return found.ids.size() < link.size;
                           });
  return walked.map([&] { return std::move(found); });
}

/// Every device with a deadline for its inactivity; one walk over all deadlines there are.
result<void> add_active_devices(const database& from, std::unordered_set<device_id>& active) {
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(rocksdb::ReadOptions(), from.of(family::due)));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const auto place = keys::parse_due(rows->key().ToStringView());
    if (!place) {
      return fail(error_code::storage_unavailable, "a stored deadline has a bad key");
    }
    if (place->kind == due_kind::inactivity) {
      active.insert(place->device);
    }
  }
  return rows->status().ok() ? result<void>() : tl::unexpected(error_of(rows->status()));
}

result<bool> is_listed(const database& from, const keys::owner& whose, timestamp created,
                       const device_id& device) {
  rocksdb::PinnableSlice bytes;
  return from.get(family::directory, keys::of_listed_by_time(whose, created, device), bytes);
}

/// With a filter or another order: walks the owner's names, which hold all that is asked.
result<id_page> filtered_page(const database& from, const keys::owner& whose,
                              const device_list& which, device_property by, const page_link& link) {
  const std::string wanted = lower_case(link.text_search);
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  first_keys<> kept(first + link.size, link.descending);
  id_page found;
  listed_device row;
  std::unordered_set<device_id> active;
  if (which.active) {
    if (auto added = add_active_devices(from, active); !added) {
      return tl::unexpected(added.error());
    }
  }
  const auto walked =
      walk(from, keys::of_owner(directory_kind::listed_by_name, whose), false,
           [&](std::string_view key, std::string_view bytes) -> result<bool> {
             auto name = keys::parse_listed_by_name(key);
             if (!name) {
               return fail(error_code::storage_unavailable, "a stored name has a bad key");
             }
             if (auto read = decode(bytes, row); !read) {
               return tl::unexpected(read.error());
             }
             if ((which.type && row.type != *which.type) ||
                 (which.profile && row.profile != *which.profile) ||
                 (which.active && active.contains(name->device) != *which.active) ||
                 name->lower_name.find(wanted) == std::string::npos) {
               return true;
             }
             if (which.with_fields && which.customer) {
               const keys::owner customer{which.tenant.value, which.customer->value};
               const auto owned = is_listed(from, customer, row.created, name->device);
               if (!owned || !*owned) {
                 return owned.map([](bool) { return true; });
               }
             }
             ++found.total;
             device_info listed;
             listed.id = name->device;
             listed.created = row.created;
             listed.name = std::move(name->lower_name);
             listed.type = row.type;
             listed.label = row.label;
             kept.add(key_of(listed, by));
             return true;
           });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  const auto order = kept.take();
  for (std::uint64_t i = first; i < order.size(); ++i) {
    found.ids.push_back(device_id{order[i].id});
  }
  return found;
}

keys::owner owner_of(const device_group& group) {
  if (group.customer) {
    return {group.tenant.value, group.customer->value};
  }
  return {group.tenant.value, group.profile ? group.profile->value : uuid{}};
}

} // namespace

result<page<device_info>> list_devices(const database& from, const device_list& which,
                                       const page_link& link) {
  const auto by = parse_device_property(link.sort_property);
  if (!by) {
    return tl::unexpected(by.error());
  }
  keys::owner whose{which.tenant.value, which.customer.value_or(customer_id{}).value};
  bool plain = link.text_search.empty() && !which.type && !which.active &&
               (*by == device_property::created || *by == device_property::name);
  if (which.profile && plain) {
    // Profiles have an index by time alone.
    plain = *by == device_property::created && !which.customer;
    whose.part = plain ? which.profile->value : whose.part;
  }
  if (which.with_fields) {
    whose = keys::with_fields(which.tenant);
    plain = plain && !which.customer && !which.profile;
  }
  const auto index = *by == device_property::name ? directory_kind::listed_by_name
                                                  : directory_kind::listed_by_time;
  const auto found =
      plain ? plain_page(from, whose, index, link) : filtered_page(from, whose, which, *by, link);
  if (!found) {
    return tl::unexpected(found.error());
  }
  page<device_info> rows;
  rows.total = found->total;
  rows.has_next = (std::uint64_t{link.page} + 1) * link.size < found->total;
  for (const auto& id : found->ids) {
    auto info = read_device_info(from, id);
    if (!info) {
      return tl::unexpected(info.error());
    }
    // Deleted since the index was read.
    if (*info) {
      rows.data.push_back(std::move(**info));
    }
  }
  return rows;
}

result<std::vector<device_position>> next_devices(const database& from, const device_group& of,
                                                  const std::optional<device_position>& after,
                                                  std::size_t limit) {
  const std::string all = keys::of_owner(directory_kind::listed_by_time, owner_of(of));
  // The first key behind one is that key and a zero.
  const std::string begin =
      after ? keys::of_listed_by_time(owner_of(of), after->created, after->id) + '\0' : all;
  std::vector<device_position> found;
  const auto walked = walk_range(from, begin, keys::after(all), false,
                                 [&](std::string_view key, std::string_view) -> result<bool> {
                                   const auto created = keys::parse_listed_time(key);
                                   const auto id = keys::parse_last_id(key);
                                   if (!created || !id) {
                                     return fail(error_code::storage_unavailable,
                                                 "a stored list of devices has a bad key");
                                   }
                                   found.push_back({*created, *id});
                                   return found.size() < limit;
                                 });
  return walked.map([&] { return std::move(found); });
}

result<std::uint64_t> count_devices(const database& from, const device_group& of) {
  const auto count = read_row<std::uint64_t>(
      from, family::directory, keys::of_owner(directory_kind::count, owner_of(of)), decode_number);
  return count.map([](const auto& stored) { return stored.value_or(0); });
}

result<std::vector<bool>> are_active(const database& from, std::span<const device_id> devices) {
  std::vector<bool> active;
  active.reserve(devices.size());
  for (const auto& device : devices) {
    const auto key = keys::of_device_subrow(keys::of_device(device), keys::device_kind::due,
                                            static_cast<std::uint8_t>(due_kind::inactivity));
    rocksdb::PinnableSlice bytes;
    const auto there = from.get(family::devices, keys::view(key), bytes);
    if (!there) {
      return tl::unexpected(there.error());
    }
    active.push_back(*there);
  }
  return active;
}

result<std::vector<put_revocation>> read_revocations(const database& from, timestamp now) {
  std::vector<put_revocation> kept;
  const auto walked = walk(from, keys::of_directory(directory_kind::revocation), false,
                           [&](std::string_view, std::string_view bytes) -> result<bool> {
                             put_revocation row;
                             if (auto read = decode(bytes, row); !read) {
                               return tl::unexpected(read.error());
                             }
                             if (row.expires == 0 || now <= row.expires) {
                               kept.push_back(row);
                             }
                             return true;
                           });
  return walked.map([&] { return std::move(kept); });
}

} // namespace muster::persistence::rocks
