#include "persistence/encoding/keys.hpp"
#include "persistence/encoding/rows.hpp"
#include "persistence/rocksdb/first_keys.hpp"
#include "persistence/rocksdb/reads.hpp"
#include "persistence/timeseries/expiry.hpp"

namespace muster::persistence::rocks {

namespace {

using kind = keys::device_kind;

/// What the RPCs of a page may hold together.
constexpr std::size_t page_bytes = std::size_t{32} << 20;

std::size_t size_of(const rpc_record& rpc) {
  const auto& asked = rpc.request;
  return asked.method.size() + asked.params.text.size() + asked.additional_info.text.size() +
         (rpc.response ? rpc.response->text.size() : 0);
}

/// Adds the keys of all RPCs that are asked for and returns how many there are.
result<std::uint64_t> add_keys(rocksdb::Iterator& rows, const keys::device_prefix& device,
                               const std::optional<rpc_status>& status, std::string_view order,
                               const rpc_retention& kept, first_keys<>& into) {
  std::uint64_t total = 0;
  rpc_row row;
  const auto first = keys::of_device_row(device, kind::rpc_open);
  for (rows.Seek(slice(keys::view(first))); rows.Valid(); rows.Next()) {
    if (keys::kind_of_row(rows.key().ToStringView()) > static_cast<std::uint8_t>(kind::rpc_done)) {
      break;
    }
    if (auto read = decode(rows.value().ToStringView(), row); !read) {
      return tl::unexpected(read.error());
    }
    const bool over = row.ended != 0 && outlived(row.ended, kept.seconds, kept.now);
    // Those that are not persistent only moved here with their device.
    const bool shown = row.record.request.persistent && !over;
    if (!shown || (status && row.record.status != *status)) {
      continue;
    }
    auto key = key_of(row.record, order);
    if (!key) {
      return tl::unexpected(key.error());
    }
    into.add(std::move(*key));
    ++total;
  }
  if (!rows.status().ok()) {
    return tl::unexpected(error_of(rows.status()));
  }
  return total;
}

/// One that the same iterator has seen, so it is there: open or done.
result<rpc_record> read_again(rocksdb::Iterator& rows, const keys::device_prefix& device,
                              const rpc_id& id) {
  for (const auto where : {kind::rpc_open, kind::rpc_done}) {
    const auto key = keys::of_rpc(device, where, id);
    rows.Seek(slice(keys::view(key)));
    if (rows.Valid() && rows.key().ToStringView() == keys::view(key)) {
      rpc_row row;
      return decode(rows.value().ToStringView(), row).map([&] { return std::move(row.record); });
    }
  }
  return tl::unexpected(rows.status().ok()
                            ? error{error_code::storage_unavailable, "a stored RPC has gone"}
                            : error_of(rows.status()));
}

} // namespace

result<page<rpc_record>> list_rpcs(const database& from, const device_id& device,
                                   const std::optional<rpc_status>& status, const page_link& link,
                                   const rpc_retention& kept) {
  rocksdb::ReadOptions options;
  options.prefix_same_as_start = true;
  const std::unique_ptr<rocksdb::Iterator> rows(
      from.db().NewIterator(options, from.of(family::devices)));
  const auto prefix = keys::of_device(device);
  const std::uint64_t first = std::uint64_t{link.page} * link.size;
  first_keys<> wanted(first + link.size, link.descending);
  const auto total = add_keys(*rows, prefix, status, link.sort_property, kept, wanted);
  if (!total) {
    return tl::unexpected(total.error());
  }
  page<rpc_record> found;
  found.total = *total;
  found.has_next = first + link.size < *total;
  const auto order = wanted.take();
  std::size_t bytes = 0;
  for (std::uint64_t i = first; i < order.size(); ++i) {
    auto rpc = read_again(*rows, prefix, rpc_id{order[i].id});
    if (!rpc) {
      return tl::unexpected(rpc.error());
    }
    bytes += size_of(*rpc);
    if (bytes > page_bytes && i > first) {
      return fail(error_code::invalid, "The RPCs of this page are too large together, ask for "
                                       "fewer with pageSize");
    }
    found.data.push_back(std::move(*rpc));
  }
  return found;
}

} // namespace muster::persistence::rocks
