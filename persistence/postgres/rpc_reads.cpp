#include "persistence/directory/order.hpp"
#include "persistence/postgres/reads.hpp"

#include <algorithm>

namespace muster::persistence::postgres {

namespace {

/// What the RPCs of a page may hold together.
constexpr std::int64_t page_bytes = std::int64_t{32} << 20;

/// Open, or done for less long than these are kept; not those that only moved with their device.
constexpr const char* is_kept = "persistent and (ended is null or ended >= $2)";

/// An RPC's place in the order, and its size.
struct listed_rpc {
  sort_key key;
  std::int64_t bytes = 0;
};

/// Of all RPCs that are asked for only what orders them is read.
result<std::vector<listed_rpc>> read_order(connection& session, const device_id& device,
                                           const std::optional<rpc_status>& status,
                                           const page_link& link, const retention& kept) {
  auto given = parameters().id(device).number(kept.oldest());
  std::string text =
      "select id, created, expiration, substr(method, 1, 256), substr(params, 1, 256), "
      "substr(response, 1, 256), octet_length(method) + octet_length(params) + "
      "octet_length(additional_info) + coalesce(octet_length(response), 0) "
      "from rpc where device = $1 and " +
      std::string(is_kept);
  if (status) {
    text += " and status = $3";
    given.number(static_cast<int>(*status));
  }
  const auto found = ask(session, text, given);
  if (!found) {
    return tl::unexpected(found.error());
  }
  std::vector<listed_rpc> all;
  rpc_record row;
  for (std::size_t i = 0; i < found->size(); ++i) {
    row.id.value = found->id(i, 0);
    row.created = found->number(i, 1);
    row.request.expiration = found->number(i, 2);
    row.request.method = found->text(i, 3);
    row.request.params.text = found->text(i, 4);
    row.response =
        found->is_null(i, 5) ? std::nullopt : std::optional(json_text{found->text(i, 5)});
    auto key = key_of(row, link.sort_property);
    if (!key) {
      return tl::unexpected(key.error());
    }
    all.push_back({std::move(*key), found->number(i, 6)});
  }
  std::ranges::sort(all, {}, &listed_rpc::key);
  if (link.descending) {
    std::ranges::reverse(all);
  }
  return all;
}

/// The RPCs with these ids in this order; one that has gone meanwhile is left out.
result<std::vector<rpc_record>> read_in_order(connection& session,
                                              std::span<const listed_rpc> order) {
  static const std::string text = "select " + columns_of<rpc_record>("r.") +
                                  " from unnest($1) with ordinality q(id, n) "
                                  "join rpc r on r.id = q.id order by q.n";
  array ids(sql_type::uuid);
  std::int64_t bytes = 0;
  for (const auto& one : order) {
    ids.id(one.key.id);
    bytes += one.bytes;
  }
  if (bytes > page_bytes && order.size() > 1) {
    return fail(error_code::invalid, "The RPCs of this page are too large together, ask for "
                                     "fewer with pageSize");
  }
  return ask(session, text, parameters().list(ids)).map(all_rows<rpc_record>);
}

} // namespace

result<std::optional<std::pair<device_id, rpc_record>>>
read_rpc(connection& session, const rpc_id& id, const retention& kept) {
  static const std::string text =
      "select " + columns_of<rpc_record>() + ", device from rpc where id = $1 and " + is_kept;
  return ask(session, text, parameters().id(id).number(kept.oldest()))
      .map([](const rows& found) -> std::optional<std::pair<device_id, rpc_record>> {
        if (found.empty()) {
          return std::nullopt;
        }
        rpc_record record;
        field_reader in(found, 0);
        fields(in, record);
        return std::pair(device_id{found.id(0, in.column())}, std::move(record));
      });
}

result<page<rpc_record>> list_rpcs(connection& session, const device_id& device,
                                   const std::optional<rpc_status>& status, const page_link& link,
                                   const retention& kept) {
  if (const auto known = key_of(rpc_record{}, link.sort_property); !known) {
    return tl::unexpected(known.error());
  }
  const auto order = read_order(session, device, status, link, kept);
  if (!order) {
    return tl::unexpected(order.error());
  }
  const std::uint64_t first =
      std::min<std::uint64_t>(std::uint64_t{link.page} * link.size, order->size());
  const std::uint64_t count = std::min<std::uint64_t>(link.size, order->size() - first);
  return read_in_order(session, std::span(*order).subspan(first, count))
      .map([&](std::vector<rpc_record> rpcs) {
        return page<rpc_record>{std::move(rpcs), order->size(), first + count < order->size()};
      });
}

} // namespace muster::persistence::postgres
