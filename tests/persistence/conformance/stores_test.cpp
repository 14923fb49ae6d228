#include "persistence/memory/memory_store.hpp"
#include "persistence/rocksdb/rocksdb_store.hpp"
#include "tests/catch.hpp"
#include "tests/persistence/conformance/model.hpp"
#include "tests/persistence/conformance/subject.hpp"
#include "tests/persistence/support/temporary_folder.hpp"

namespace muster::test {

using namespace persistence;

namespace {

class memory_subject final : public subject {
public:
  explicit memory_subject(const clock_source& clock)
      : store_(make_memory_store(clock, {model::retention_seconds, model::rpc_retention_seconds,
                                         model::audit_retention_seconds,
                                         model::rule_event_retention_seconds})) {}

  persistence::store& store() override { return *store_; }
  void reopen() override {}

private:
  std::unique_ptr<memory_store> store_;
};

class rocksdb_subject final : public subject {
public:
  explicit rocksdb_subject(const clock_source& clock) : clock_(clock) { open(); }

  persistence::store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }

private:
  void open() {
    rocksdb_options options;
    options.path = folder_.path();
    options.min_free = 0;
    options.retention_seconds = model::retention_seconds;
    options.rpc_retention_seconds = model::rpc_retention_seconds;
    options.audit_retention_seconds = model::audit_retention_seconds;
    options.rule_event_retention_seconds = model::rule_event_retention_seconds;
    rocksdb_hooks hooks;
    hooks.keeper_thread = false;
    store_ = rocks::rocksdb_store::open(options, hooks, clock_).value();
  }

  temporary_folder folder_;
  const clock_source& clock_;
  std::unique_ptr<rocks::rocksdb_store> store_;
};

} // namespace

TEST_CASE("the memory store conforms") {
  check_conformance([](const auto& clock) { return std::make_unique<memory_subject>(clock); });
}

TEST_CASE("the RocksDB store conforms") {
  check_conformance([](const auto& clock) { return std::make_unique<rocksdb_subject>(clock); });
}

} // namespace muster::test
