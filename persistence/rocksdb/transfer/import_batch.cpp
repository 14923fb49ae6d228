#include "persistence/rocksdb/transfer/import_batch.hpp"

namespace muster::persistence::rocks {

namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;
/// Rows of the directory are no bytes of the batch before its end.
constexpr std::size_t most_writes = 5'000;

result<void> outcome_of(result<write_outcome> added) {
  if (!added) {
    return tl::unexpected(std::move(added.error()));
  }
  return added->what == write_outcome::kind::durable ? result<void>()
                                                     : tl::unexpected(std::move(added->why));
}

} // namespace

result<void> import_batch::add(const write& change) {
  if (rows_.GetDataSize() > most_bytes || writes_ >= most_writes) {
    if (auto flushed = flush(); !flushed) {
      return flushed;
    }
  }
  if (!builder_) {
    builder_.emplace(into_.rows(), rows_, 0);
  }
  ++writes_;
  return outcome_of(builder_->add(change));
}

result<void> import_batch::add(const write& change, timestamp ended) {
  batch_builder then(into_.rows(), rows_, ended);
  return outcome_of(then.add(change)).and_then([&] { return then.finish(); });
}

result<void> import_batch::flush() {
  auto done = builder_ ? builder_->finish() : result<void>();
  builder_.reset();
  writes_ = 0;
  done = done.and_then([&] { return into_.write(rows_); });
  rows_.Clear();
  return done;
}

} // namespace muster::persistence::rocks
