#include "actors/service/open_store.hpp"

#include "persistence/rocksdb/open.hpp"

#include <utility>

namespace muster {

result<std::unique_ptr<persistence::store>> open_store(const service_options& options,
                                                       const clock_source& clock) {
  if (options.cluster.enabled()) {
    return open_database(options, clock).map([](auto&& made) {
      return std::unique_ptr<persistence::store>(std::move(made));
    });
  }
  persistence::rocksdb_options store;
  store.path = options.data_dir;
  store.memory = options.data_memory;
  store.min_free = options.data_min_free;
  store.retention_seconds = options.data_retention;
  store.rpc_retention_seconds = options.rpc_retention;
  store.audit_retention_seconds = options.audit_retention;
  store.rule_event_retention_seconds = options.rule_event_retention;
  return persistence::open_rocksdb(store, clock);
}

result<std::unique_ptr<persistence::postgres_store>> open_database(const service_options& options,
                                                                   const clock_source& clock) {
  persistence::postgres_options database;
  database.dsn = options.cluster.dsn;
  database.unsafe_single_copy = options.cluster.unsafe_single_copy;
  database.retention_seconds = options.data_retention;
  database.rpc_retention_seconds = options.rpc_retention;
  database.audit_retention_seconds = options.audit_retention;
  database.rule_event_retention_seconds = options.rule_event_retention;
  return persistence::postgres_store::open(database, clock);
}

} // namespace muster
