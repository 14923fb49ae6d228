"""Has the database itself judge each row of a device that is written: by the node that owns the device's shard, in a
transaction that has moved the shard's sequence. Standard library only."""

INSTALL = """
create table stale_write(
  at timestamptz not null default clock_timestamp(), relation text not null, device uuid not null, owner text not null,
  written_by text not null);
create function note_stale_writes() returns trigger language plpgsql as $$ begin
  insert into stale_write(relation, device, owner, written_by)
  select tg_table_name, d.id, o.owner, current_setting('application_name')
  from (select distinct device from written) w join device d on d.id = w.device
    join shard_owner o on o.shard = d.shard
  where split_part(o.owner, ':', 1) <> current_setting('application_name')
    or o.xmin::text::bigint <> pg_current_xact_id()::text::bigint & 4294967295;
  return null; end $$;
"""

TRIGGER = """
create trigger stale_{event} after {event} on {table} referencing new table as written
  for each statement execute function note_stale_writes();
"""

# Written by a node that owns nothing, without a fence; undone at once.
PROVOKE = """
begin; update latest set active = active; select count(*) > 0 from stale_write; rollback;
"""


def install(database):
    """From now on; devices that are made later are not fenced by their shard."""
    triggers = "".join(TRIGGER.format(event=event, table=table)
                       for table in ("latest", "history", "attribute_group", "counters")
                       for event in ("insert", "update"))
    database.primary.query(INSTALL + triggers)


def count(database):
    assert database.primary.query(PROVOKE).endswith("t"), "a stale write would not be seen"
    return int(database.primary.query("select count(*) from stale_write"))
