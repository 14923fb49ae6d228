#pragma once

namespace muster::persistence::postgres {

/// What the cluster's table consists of beside shard_owner: members and their generations, votes,
/// and who shall own which shard. May be run again.
inline constexpr const char* cluster_table_schema = R"sql(
create table if not exists cluster_state(
  one_row boolean primary key default true check (one_row),
  version bigint not null);
insert into cluster_state(version) values (1) on conflict do nothing;

-- The last generation that was given to a name: a generation never comes twice, though rows of dead
-- members are removed.
create table if not exists member_generation(id text primary key, last bigint not null);

-- Rewritten three times a second by each node, so there is room for new versions on the page.
create table if not exists member(
  id text not null,
  generation bigint not null,
  address text not null,
  status text not null check (status in ('ALIVE', 'LEAVING', 'DEAD')),
  heartbeat timestamptz not null,
  primary key (id, generation))
  with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

create table if not exists member_vote(
  id text not null,
  generation bigint not null,
  voter text not null,
  cast_at timestamptz not null,
  primary key (id, generation, voter),
  foreign key (id, generation) references member on delete cascade);

create table if not exists shard_target(shard int primary key, target text not null default '');
)sql";

} // namespace muster::persistence::postgres
