#pragma once

#include "actors/service/options.hpp"
#include "persistence/postgres/postgres_store.hpp"
#include "persistence/store/store.hpp"

#include <memory>

namespace muster {

/// The node's store, opened as the options say: its own, or its cluster's.
result<std::unique_ptr<persistence::store>> open_store(const service_options& options,
                                                       const clock_source& clock);

/// The cluster's.
result<std::unique_ptr<persistence::postgres_store>> open_database(const service_options& options,
                                                                   const clock_source& clock);

} // namespace muster
