"""Many kills and freezes of nodes, and promotions of the standby, under load. Standard library only."""

import random
import time

import stale_writes
from writers import Load

# Each eleventh turn is a promotion.
PROMOTION = 11


def strike(cluster, choose):
    """One node is killed, or frozen for a while, and is there again afterwards."""
    victim = choose.choice(cluster.nodes)
    if choose.random() < 0.5:
        victim.kill()
        time.sleep(choose.uniform(0, 3))
        victim.start(60)
        return f"kill {victim.name}"
    victim.freeze()
    time.sleep(choose.uniform(0.05, 6))
    victim.thaw()
    return f"freeze {victim.name}"


def storm(cluster, turns, seed, tell=lambda _: None):
    """What the load saw, and how many rows the database found written by others than their owners; fails when an
    acknowledged write is lost or a stale value was read."""
    choose = random.Random(seed)
    with Load(cluster, 24) as load:
        stale_writes.install(cluster.database)
        load.flow()
        for turn in range(turns):
            if turn % PROMOTION == PROMOTION - 1:
                cluster.database.promote()
                cluster.database.rejoin()
                what = "promote"
            else:
                what = strike(cluster, choose)
            took = load.flow(60)
            tell(f"{turn} {what}: all writers answered {took:.2f} s later")
        cluster.wait_balanced()
    load.check()
    return {"acknowledged": load.acknowledged(), "statuses": dict(load.statuses()),
            "stale_rows": stale_writes.count(cluster.database)}
