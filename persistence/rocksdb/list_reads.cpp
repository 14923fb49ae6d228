#include "persistence/directory/lower_case.hpp"
#include "persistence/directory/order.hpp"
#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/first_keys.hpp"
#include "persistence/rocksdb/reads.hpp"

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// A page before its devices are read.
struct id_page {
  std::vector<device_id> ids;
  std::uint64_t total = 0;
};

/// Walks one index, forwards or backwards, until `visit` returns false.
template <class Visit>
result<void> walk(const database& from, const std::string& prefix, bool descending, Visit visit) {
  const std::string end = keys::after(prefix);
  const rocksdb::Slice lower = slice(prefix);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = end.empty() ? nullptr : &upper;
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(options, from.of(family::directory)));
  descending ? rows->SeekToLast() : rows->SeekToFirst();
  for (; rows->Valid(); descending ? rows->Prev() : rows->Next()) {
    const result<bool> more = visit(rows->key().ToStringView(), rows->value().ToStringView());
    if (!more) {
      return tl::unexpected(more.error());
    }
    if (!*more) {
      break;
    }
  }
  return rows->status().ok() ? result<void>() : tl::unexpected(error_of(rows->status()));
}

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

/// With a filter or another order: walks the owner's names, which hold all that is asked.
result<id_page> filtered_page(const database& from, const keys::owner& whose,
                              const device_list& which, device_property by, const page_link& link) {
  const std::string wanted = lower_case(link.text_search);
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  first_keys kept(first + link.size, link.descending);
  id_page found;
  listed_device row;
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
                 name->lower_name.find(wanted) == std::string::npos) {
               return true;
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

} // namespace

result<page<device_info>> list_devices(const database& from, const device_list& which,
                                       const page_link& link) {
  const auto by = parse_device_property(link.sort_property);
  if (!by) {
    return tl::unexpected(by.error());
  }
  const keys::owner whose{which.tenant, which.customer.value_or(customer_id{})};
  const bool plain = link.text_search.empty() && !which.type &&
                     (*by == device_property::created || *by == device_property::name);
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
