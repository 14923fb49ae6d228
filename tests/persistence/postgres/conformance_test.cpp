#include "tests/catch.hpp"
#include "tests/persistence/conformance/model.hpp"
#include "tests/persistence/conformance/subject.hpp"
#include "tests/persistence/postgres/database.hpp"

namespace muster::test {

using namespace persistence;

namespace {

class postgres_subject final : public subject {
public:
  explicit postgres_subject(const clock_source& clock) : clock_(clock) {
    empty_database(single_server(), clock);
    open();
  }

  persistence::store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }

private:
  void open() {
    auto options = options_of(single_server());
    options.retention_seconds = model::retention_seconds;
    options.rpc_retention_seconds = model::rpc_retention_seconds;
    options.audit_retention_seconds = model::audit_retention_seconds;
    options.rule_event_retention_seconds = model::rule_event_retention_seconds;
    store_ = open_owner(options, clock_);
  }

  const clock_source& clock_;
  std::unique_ptr<postgres_store> store_;
};

} // namespace

TEST_CASE("the PostgreSQL store conforms") {
  check_conformance([](const auto& clock) { return std::make_unique<postgres_subject>(clock); });
}

} // namespace muster::test
