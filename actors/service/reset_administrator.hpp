#pragma once

#include "actors/model/error.hpp"
#include "actors/model/time.hpp"
#include "actors/service/options.hpp"

#include <string>

namespace muster {

/// Gives the administrator a new random password, which is returned, and ends his tokens. For a
/// node that does not run: a data folder in use is refused. Blocks.
result<std::string> reset_administrator(const service_options& options, const clock_source& clock);

} // namespace muster
