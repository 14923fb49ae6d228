#pragma once

namespace muster::persistence::postgres {

// The statements of the cluster's table. Each is one transaction. What changes members, votes or
// the plan moves cluster_state's version first, in the same statement: so these wait for each other
// in one order, and a comparison with the version holds for all that the statement has read.

/// $1: name of the node, $2: address. In one transaction, in this order.
inline constexpr const char* join_statements[] = {
    "update cluster_state set version = version + 1",
    "insert into member_generation(id, last) values ($1, 1)"
    " on conflict (id) do update set last = member_generation.last + 1",
    "update member set status = 'DEAD' where id = $1 and status <> 'DEAD'",
    "delete from member m where id = $1"
    " and not exists (select from shard_owner where owner = m.id || ':' || m.generation)",
    "insert into member(id, generation, address, status, heartbeat)"
    " select id, last, $2, 'ALIVE', clock_timestamp() from member_generation where id = $1"
    " returning generation"};

/// $1, $2: the node.
inline constexpr const char* renew_statement =
    "update member set heartbeat = clock_timestamp()"
    " where id = $1 and generation = $2 and status <> 'DEAD'";

/// All of one snapshot: kind of row, three numbers, three texts.
inline constexpr const char* read_statement = R"sql(
select 0::bigint, version, 0::bigint, 0::bigint, ''::text, ''::text, ''::text from cluster_state
union all
select 1, generation, (extract(epoch from heartbeat) * 1000)::bigint,
  greatest(0, (extract(epoch from clock_timestamp() - heartbeat) * 1000)::bigint), id, address, status
from member
union all
select 2, generation, greatest(0, (extract(epoch from clock_timestamp() - cast_at) * 1000)::bigint), 0, id,
  voter, '' from member_vote
union all
select 3, o.shard, o.epoch, o.seq, o.owner, coalesce(t.target, ''), ''
from shard_owner o left join shard_target t using (shard)
order by 1, 5, 2, 6
)sql";

/// $1: version seen, $2, $3: the suspect, $4, $5: the voter, $6: the voter as text, $7: decides.
inline constexpr const char* vote_statement = R"sql(
with won as materialized (
  update cluster_state set version = version + 1
  where version = $1 and 2 = (select count(*) from member
    where status <> 'DEAD' and (id = $2 and generation = $3 or id = $4 and generation = $5))
  returning 1),
voted as (
  insert into member_vote(id, generation, voter, cast_at) select $2, $3, $6, clock_timestamp() from won
  on conflict (id, generation, voter) do update set cast_at = excluded.cast_at returning 1),
died as (
  update member m set status = 'DEAD' from won where $7 and m.id = $2 and m.generation = $3 returning 1)
select count(*) from won
)sql";

/// $1: version seen, $2: targets by shard from 0 on.
inline constexpr const char* plan_statement = R"sql(
with won as materialized (
  update cluster_state set version = version + 1 where version = $1 returning 1),
put as (
  insert into shard_target(shard, target)
  select wanted.shard - 1, wanted.target from won, unnest($2) with ordinality wanted(target, shard)
  on conflict (shard) do update set target = excluded.target
    where shard_target.target <> excluded.target returning 1)
select count(*) from won
)sql";

/// $1: the shard, $2: epoch seen, $3: owner seen as text, $4, $5: that owner, $6: the taker as
/// text, $7, $8: the taker. An owner that is no member any more was one that is dead.
inline constexpr const char* take_statement = R"sql(
update shard_owner set epoch = epoch + 1, owner = $6
where shard = $1 and epoch = $2 and owner = $3
  and not exists (select from member where id = $4 and generation = $5 and status <> 'DEAD')
  and exists (select from member where id = $7 and generation = $8 and status <> 'DEAD')
returning epoch, seq
)sql";

/// $1: shards. Locks them all, whosever they are: a take-over that is still under way would not
/// match the owner yet.
inline constexpr const char* confirm_statement = R"sql(
with locked as materialized (
  select shard from shard_owner where shard = any($1) order by shard for no key update)
update shard_owner o set seq = o.seq from locked l where o.shard = l.shard
returning o.shard, o.epoch, o.seq, o.owner
)sql";

/// $1, $2: shards and epochs, $3: the owner as text.
inline constexpr const char* release_statement = R"sql(
with locked as materialized (
  select o.shard from shard_owner o join unnest($1, $2) own(shard, epoch) using (shard, epoch)
  where o.owner = $3 order by o.shard for no key update of o)
update shard_owner o set owner = '' from locked l where o.shard = l.shard
)sql";

/// $1, $2: the node, $3: status from now on.
inline constexpr const char* status_statement = R"sql(
with moved as materialized (
  update cluster_state set version = version + 1
  where exists (select from member where id = $1 and generation = $2 and status <> 'DEAD')
  returning 1)
update member m set status = $3 from moved
where m.id = $1 and m.generation = $2 and m.status <> 'DEAD'
)sql";

/// $1: who it was.
inline constexpr const char* notify_statement = "select pg_notify('muster_cluster', $1)";
inline constexpr const char* listen_script =
    "listen muster_cluster; set lock_timeout = '300ms'; set application_name = 'muster membership'";

} // namespace muster::persistence::postgres
