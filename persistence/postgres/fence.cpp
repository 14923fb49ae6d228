#include "persistence/postgres/fence.hpp"

#include <string_view>

namespace muster::persistence::postgres {

namespace {

// The sequence is compared besides the epoch, since the statement's snapshot is older than its wait
// for the lock; the ordered, materialized rows keep commits from deadlocks with each other. Without
// them each row would be written once instead of twice, which was measured to gain nothing.
constexpr std::string_view move_shards = R"(
with locked as materialized (
  select o.shard from shard_owner o join unnest($1, $2, $3) w(shard, epoch, seq)
    on o.shard = w.shard and o.epoch = w.epoch and o.seq = w.seq
  order by o.shard for no key update of o),
won as (
  update shard_owner o set seq = o.seq + 1 from locked l where o.shard = l.shard returning o.shard)
select 1 / (count(*) = cardinality($1))::int, current_setting('synchronous_standby_names') <> '' from won)";

constexpr std::string_view move_writer = R"(
with won as (update writer set seq = seq + 1, seen = now() where id = $1 and seq = $2 returning id)
select 1 / (count(*) = 1)::int, current_setting('synchronous_standby_names') <> '' from won)";

// Locking and judging are two statements, because only a later one sees what was waited for.
constexpr std::string_view lock_shards = R"(
select o.shard from shard_owner o join unnest($1, $2) w(shard, epoch)
  on o.shard = w.shard and o.epoch = w.epoch
order by o.shard for no key update of o)";

constexpr std::string_view settle_shards = R"(
update shard_owner o set seq = case when o.seq = w.seq then o.seq + 2 else o.seq end
from unnest($1, $2, $3) w(shard, epoch, seq) where o.shard = w.shard and o.epoch = w.epoch
returning o.shard, o.epoch, o.seq)";

constexpr std::string_view lock_writer = "select id from writer where id = $1 for no key update";

constexpr std::string_view settle_writer = R"(
update writer set seq = case when seq = $2 then seq + 2 else seq end where id = $1 returning seq)";

struct columns {
  array shards{sql_type::bigint};
  array epochs{sql_type::bigint};
  array sequences{sql_type::bigint};
};

columns mark_columns(const std::vector<shard_mark>& marks) {
  columns all;
  for (const auto& mark : marks) {
    all.shards.number(static_cast<std::int64_t>(mark.shard));
    all.epochs.number(static_cast<std::int64_t>(mark.epoch));
    all.sequences.number(static_cast<std::int64_t>(mark.sequence));
  }
  return all;
}

std::vector<shard_mark> marks_of(const rows& found) {
  std::vector<shard_mark> marks;
  for (std::size_t i = 0; i < found.size(); ++i) {
    marks.push_back({static_cast<shard_id>(found.number(i, 0)),
                     static_cast<shard_epoch>(found.number(i, 1)),
                     static_cast<std::uint64_t>(found.number(i, 2))});
  }
  return marks;
}

/// By one row: the others went with it or stayed with it.
settlement::verdict verdict_of(std::uint64_t expected, std::uint64_t found) {
  using verdict = settlement::verdict;
  return found == expected + 1   ? verdict::durable
         : found == expected + 2 ? verdict::undone
                                 : verdict::unknown;
}

settlement judge(const fence& expected, const fence& found) {
  settlement settled{settlement::verdict::unknown, found};
  if (found.writer) {
    settled.what = verdict_of(expected.writer->sequence, found.writer->sequence);
  }
  for (const auto& now : found.shards) {
    for (const auto& before : expected.shards) {
      if (before.shard == now.shard && settled.what == settlement::verdict::unknown) {
        settled.what = verdict_of(before.sequence, now.sequence);
      }
    }
  }
  return settled;
}

} // namespace

std::size_t queue_fence(connection& to, const fence& expected) {
  std::size_t count = 0;
  if (!expected.shards.empty()) {
    const auto all = mark_columns(expected.shards);
    to.queue(move_shards, parameters().list(all.shards).list(all.epochs).list(all.sequences));
    ++count;
  }
  if (expected.writer) {
    to.queue(move_writer, parameters().id(expected.writer->id).number(expected.writer->sequence));
    ++count;
  }
  return count;
}

answer<settlement> settle(connection& by, const fence& expected) {
  const auto all = mark_columns(expected.shards);
  by.queue("begin");
  by.queue(lock_shards, parameters().list(all.shards).list(all.epochs));
  by.queue(settle_shards, parameters().list(all.shards).list(all.epochs).list(all.sequences));
  if (expected.writer) {
    const auto& mark = *expected.writer;
    by.queue(lock_writer, parameters().id(mark.id));
    by.queue(settle_writer, parameters().id(mark.id).number(mark.sequence));
  }
  by.queue("commit");
  by.take_warning();
  const auto answers = by.flush();
  if (!answers) {
    if (by.alive()) {
      by.roll_back();
    }
    return tl::unexpected(answers.error());
  }
  if (by.take_warning()) {
    by.cut();
    return tl::unexpected(failure{failure::kind::lost, {}, "the standby was not waited for", {}});
  }
  fence now{marks_of((*answers)[2]), std::nullopt};
  if (expected.writer && !(*answers)[4].empty()) {
    now.writer = {expected.writer->id, static_cast<std::uint64_t>((*answers)[4].number(0, 0))};
  }
  return judge(expected, now);
}

answer<std::vector<shard_mark>> read_marks(connection& by, const std::vector<shard_mark>& shards) {
  return by
      .run("select shard, epoch, seq from shard_owner where shard = any($1) order by shard",
           parameters().list(mark_columns(shards).shards))
      .map(marks_of);
}

} // namespace muster::persistence::postgres
