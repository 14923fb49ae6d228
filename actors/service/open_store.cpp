#include "actors/service/open_store.hpp"

#include "persistence/rocksdb/open.hpp"

namespace muster {

result<std::unique_ptr<persistence::store>> open_store(const service_options& options,
                                                       const clock_source& clock) {
  persistence::rocksdb_options store;
  store.path = options.data_dir;
  store.memory = options.data_memory;
  store.min_free = options.data_min_free;
  store.retention_seconds = options.data_retention;
  store.rpc_retention_seconds = options.rpc_retention;
  store.audit_retention_seconds = options.audit_retention;
  return persistence::open_rocksdb(store, clock);
}

} // namespace muster
