#include "actors/registry/actor_runtime.hpp"

#include "actors/registry/crash_ready_threads.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/atom.hpp>

namespace muster {

namespace {

caf::actor_system_config make_config(std::size_t threads) {
  caf::actor_system_config config;
  config.config_file_path.clear();
  // Commands come from threads outside of CAF: one shared queue wakes its workers fastest then, and
  // its workers sleep when there is nothing to do.
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", threads);
  // Else one busy device could hold a worker for ever.
  config.set("scheduler.max-throughput", std::size_t{100});
  config.add_thread_hook<crash_ready_threads>();
  return config;
}

} // namespace

struct actor_runtime::parts {
  explicit parts(std::size_t threads) : config(make_config(threads)), system(config) {}

  caf::actor_system_config config;
  caf::actor_system system;
};

actor_runtime::actor_runtime(std::size_t threads) : parts_(std::make_unique<parts>(threads)) {}

actor_runtime::~actor_runtime() = default;

caf::actor_system& actor_runtime::system() noexcept {
  return parts_->system;
}

} // namespace muster
