#pragma once

#include "actors/service/options.hpp"
#include "persistence/store/store.hpp"

#include <memory>

namespace muster {

/// The node's store, opened as the options say.
result<std::unique_ptr<persistence::store>> open_store(const service_options& options,
                                                       const clock_source& clock);

} // namespace muster
