#include "persistence/directory/entity_lists.hpp"
#include "persistence/directory/lower_case.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/first_keys.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/rocksdb/walk.hpp"
#include "persistence/timeseries/expiry.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace muster::persistence::rocks {

namespace {

using keys::directory_kind;

/// Where a row lies in the order of its list, and its key.
struct place {
  sort_key order;
  std::string row;

  friend bool operator<(const place& a, const place& b) { return a.order < b.order; }
};

/// Between two keys.
struct key_range {
  std::string begin;
  std::string end;
};

key_range all_of(directory_kind kind) {
  std::string prefix = keys::of_directory(kind);
  std::string end = keys::after(prefix);
  return {std::move(prefix), std::move(end)};
}

std::vector<key_range> only(key_range one) {
  std::vector<key_range> ranges;
  ranges.push_back(std::move(one));
  return ranges;
}

/// Reads all rows of the ranges once and keeps but the places up to the page's end.
template <class Row, class Wanted>
result<page<Row>> page_of_rows(const database& from, const std::vector<key_range>& where,
                               const page_link& link, Wanted wanted) {
  if (const auto known = key_of(Row{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  first_keys<place> kept(first + link.size, link.descending);
  page<Row> found;
  const auto look = [&](std::string_view key, std::string_view bytes) -> result<bool> {
    Row row;
    if (auto read = decode(bytes, row); !read) {
      return tl::unexpected(read.error());
    }
    if (wanted(row)) {
      ++found.total;
      kept.add({key_of(row, link.sort_property).value(), std::string(key)});
    }
    return true;
  };
  for (const auto& range : where) {
    if (const auto walked = walk_range(from, range.begin, range.end, false, look); !walked) {
      return tl::unexpected(walked.error());
    }
  }
  found.has_next = first + link.size < found.total;
  const auto order = kept.take();
  for (std::uint64_t i = first; i < order.size(); ++i) {
    auto row = read_row<Row>(from, family::directory, order[i].row, decode);
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

} // namespace

result<page<device_profile>> list_profiles(const database& from, const profile_list& which,
                                           const page_link& link) {
  return page_of_rows<device_profile>(from, only(all_of(directory_kind::profile)), link,
                                      [&, search = lower_case(link.text_search)](const auto& row) {
                                        return matches(row, which, search);
                                      });
}

result<page<tenant>> list_tenants(const database& from, const page_link& link) {
  return page_of_rows<tenant>(
      from, only(all_of(directory_kind::tenant)), link,
      [search = lower_case(link.text_search)](const auto& row) { return matches(row, search); });
}

result<page<customer>> list_customers(const database& from, const tenant_id& tenant,
                                      const page_link& link) {
  return page_of_rows<customer>(from, only(all_of(directory_kind::customer)), link,
                                [&, search = lower_case(link.text_search)](const auto& row) {
                                  return matches(row, tenant, search);
                                });
}

result<page<user>> list_users(const database& from, const user_list& which, const page_link& link) {
  return page_of_rows<user>(from, only(all_of(directory_kind::user)), link,
                            [&, search = lower_case(link.text_search)](const auto& row) {
                              return matches(row, which, search);
                            });
}

result<page<package_info>> list_packages(const database& from, const package_list& which,
                                         const page_link& link) {
  return page_of_rows<package_info>(from, only(all_of(directory_kind::package)), link,
                                    [&, search = lower_case(link.text_search)](const auto& row) {
                                      return matches(row, which, search);
                                    });
}

result<page<rule_chain>> list_rule_chains(const database& from, const tenant_id& tenant,
                                          const page_link& link) {
  return page_of_rows<rule_chain>(from, only(all_of(directory_kind::rule_chain)), link,
                                  [&, search = lower_case(link.text_search)](const auto& row) {
                                    return matches(row, tenant, search);
                                  });
}

result<page<audit_entry>> list_audit(const database& from, const audit_list& which,
                                     const audit_retention& kept, const page_link& link) {
  key_range where = all_of(directory_kind::audit);
  if (which.start >= which.end) {
    where.end = where.begin;
  } else if (which.tenant) {
    // Newest first.
    where.begin = keys::of_audit_time(which.tenant->value, which.end - 1);
    where.end = keys::after(keys::of_audit_time(which.tenant->value, which.start));
  }
  return page_of_rows<audit_entry>(from, only(std::move(where)), link,
                                   [&, search = lower_case(link.text_search)](const auto& row) {
                                     return !outlived(row.created, kept.seconds, kept.now) &&
                                            matches(row, which, search);
                                   });
}

result<page<rule_event>> list_rule_events(const database& from, const rule_event_list& which,
                                          const event_retention& kept, const page_link& link) {
  std::vector<key_range> where;
  // One that is named twice is not to be listed twice.
  for (const auto& node : std::set(which.nodes.begin(), which.nodes.end())) {
    if (which.filter.start < which.filter.end) {
      where.push_back({keys::of_rule_event_time(node, which.filter.end - 1),
                       keys::after(keys::of_rule_event_time(node, which.filter.start))});
    }
  }
  return page_of_rows<rule_event>(from, where, link, [&](const auto& row) {
    return !outlived(row.created, kept.seconds, kept.now) && matches(row, which);
  });
}

result<std::vector<job>> read_jobs(const database& from) {
  std::vector<job> found;
  const auto walked = walk(from, keys::of_directory(directory_kind::job), false,
                           [&](std::string_view, std::string_view bytes) -> result<bool> {
                             return decode(bytes, found.emplace_back()).map([] { return true; });
                           });
  if (!walked) {
    return tl::unexpected(walked.error());
  }
  std::ranges::sort(found, [](const job& a, const job& b) {
    return std::tie(a.created, a.id) < std::tie(b.created, b.id);
  });
  return found;
}

} // namespace muster::persistence::rocks
