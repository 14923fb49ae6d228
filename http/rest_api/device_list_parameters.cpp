#include "http/rest_api/device_list_parameters.hpp"

#include "http/rest_api/body.hpp"
#include "http/rest_api/page_parameters.hpp"

#include <array>

namespace muster::http::rest {

namespace {

constexpr std::array<sort_name, 5> device_sorting{{{"createdTime", "createdTime"},
                                                   {"name", "name"},
                                                   {"type", "type"},
                                                   {"deviceProfileName", "type"},
                                                   {"label", "label"}}};

result<void> read_filters(const query_parameters& query, list_devices& wanted) {
  auto type = query.text("type");
  const auto profile = query.text("deviceProfileId");
  const auto active = query.text("active");
  for (const auto* read : {&std::as_const(type), &profile, &active}) {
    if (!*read) {
      return tl::unexpected{read->error()};
    }
  }
  if (*type && !(*type)->empty()) {
    wanted.type = std::move(*type);
  }
  if (*profile && !(*profile)->empty()) {
    const auto id = read_uuid(**profile);
    if (!id) {
      return tl::unexpected{id.error()};
    }
    wanted.profile = profile_id{*id};
  }
  if (*active && !(*active)->empty()) {
    const auto flag = query.boolean("active", false);
    if (!flag) {
      return tl::unexpected{flag.error()};
    }
    wanted.active = *flag;
  }
  return {};
}

} // namespace

result<list_devices> read_device_list(const query_parameters& query) {
  list_devices wanted;
  auto link = read_page(query, device_sorting);
  if (!link) {
    return tl::unexpected{std::move(link.error())};
  }
  wanted.link = std::move(*link);
  if (auto good = read_filters(query, wanted); !good) {
    return tl::unexpected{std::move(good.error())};
  }
  return wanted;
}

} // namespace muster::http::rest
