#include "actors/service/bootstrap.hpp"
#include "actors/service/cluster_service.hpp"
#include "actors/service/local_packages.hpp"
#include "actors/service/node_service.hpp"
#include "actors/service/open_store.hpp"

#include <utility>

namespace muster {

namespace {

result<std::unique_ptr<service>> open_single(const service_options& options,
                                             const clock_source& clock) {
  auto rows = open_store(options, clock);
  if (!rows) {
    return tl::unexpected(std::move(rows.error()));
  }
  auto key = bootstrap(**rows, clock, options.demo);
  if (!key) {
    return tl::unexpected(std::move(key.error()));
  }
  auto folder =
      persistence::package_folder::open(options.data_dir + "/packages", options.data_min_free);
  if (!folder) {
    return tl::unexpected(std::move(folder.error()));
  }
  auto packages = std::make_unique<local_packages>(std::move(*folder), **rows);
  auto made = std::make_unique<node_service>(
      options, clock, node_parts{std::move(*rows), std::move(*key), std::move(packages)});
  if (const auto loaded = made->load(); !loaded) {
    return tl::unexpected(loaded.error());
  }
  return made;
}

} // namespace

result<std::unique_ptr<service>> service::open(const service_options& options,
                                               const clock_source& clock) {
  if (std::string wrong = validate(options); !wrong.empty()) {
    return fail(error_code::invalid, std::move(wrong));
  }
  if (options.cluster.enabled()) {
    return cluster_service::open(options, clock);
  }
  return open_single(options, clock);
}

} // namespace muster
