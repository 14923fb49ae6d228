"""Restarts, kills and freezes of nodes, and promotions of the standby, under load. Standard library only."""

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


def rolling(cluster):
    """Each node is restarted in turn; the load that was there."""
    with Load(cluster, 24) as load:
        load.flow()
        for node in cluster.nodes:
            assert node.stop() == 0, node.name
            load.flow()
            node.start()
            cluster.wait_balanced()
            load.flow()
    return load


def storm(cluster, turns, seed, tell=lambda _: None):
    """So many turns; the load that was there, and how many rows the database found written by others than the owners of
    their shards."""
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
    return load, stale_writes.count(cluster.database)
