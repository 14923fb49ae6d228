#include "persistence/rocksdb/inspection/expected_rows.hpp"

#include "persistence/rocksdb/batch_builder.hpp"
#include "persistence/rocksdb/batch_steps.hpp"
#include "persistence/rocksdb/inspection/no_clock.hpp"

namespace muster::persistence::rocks {

namespace {

class batch_reader final : public rocksdb::WriteBatch::Handler {
public:
  explicit batch_reader(const expected_rows::visitor& visit) : visit_(visit) {}

  rocksdb::Status PutCF(std::uint32_t which, const rocksdb::Slice& key,
                        const rocksdb::Slice& row) override {
    visit_(static_cast<family>(which), key.ToStringView(), row.ToStringView());
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override {
    return rocksdb::Status::OK();
  }

private:
  const expected_rows::visitor& visit_;
};

} // namespace

result<std::unique_ptr<expected_rows>> expected_rows::make() {
  std::unique_ptr<expected_rows> made(new expected_rows);
  made->env_.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  rocksdb_hooks hooks;
  hooks.env = made->env_.get();
  static_cast<void>(made->env_->CreateDirIfMissing("/expected"));
  auto none = database::open("/expected", tune({}, hooks, no_clock()));
  if (!none) {
    return tl::unexpected(std::move(none.error()));
  }
  made->none_ = std::move(*none);
  return made;
}

result<void> expected_rows::of(const write& what, timestamp now, const visitor& visit) {
  rocksdb::WriteBatch rows;
  batch_builder builder(*none_, rows, now);
  if (auto added = builder.add(what); !added) {
    return tl::unexpected(std::move(added.error()));
  }
  return builder.finish().and_then([&] {
    batch_reader reader(visit);
    return to_result(rows.Iterate(&reader));
  });
}

} // namespace muster::persistence::rocks
