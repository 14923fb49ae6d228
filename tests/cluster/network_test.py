#!/usr/bin/env python3
"""Links that are cut. Clients reach all nodes all the time. Each request is answered within its deadline, with 200, or
with 503 where the device is out of reach; no acknowledged write is lost and no stale value read.
Usage: network_test.py MUSTER_NODE peers|database|alone|link"""

import time

from story import tell
from muster_cluster import until
from namespaces import enter
from writers import Load

# Ten seconds of a command's own, and what a node may be late with its answer.
DEADLINE = 15


def generations(node):
    return {row["id"]: row["generation"] for row in node.view()["nodes"] if row["status"] == "ALIVE"}


def cut_off(cluster, node, *others):
    """A node is cut from others for a while; these take its devices, and keep them until the cut is over."""
    rest = [one for one in cluster.nodes if one is not node]
    with Load(cluster, 16, rest) as load, Load(cluster, 8) as anywhere:
        load.flow()
        anywhere.flow()
        before = generations(node)
        cluster.network.cut(node.name, *others)
        moment = time.monotonic()
        until(lambda: node.name not in cluster.owners(), "the node to be expelled", 20)
        print(f"all shards moved {time.monotonic() - moment:.2f} s after the cut", flush=True)
        until(lambda: load.all_since(moment), "all writers at the others to be answered", 20)
        print(f"all writers at the others answered {time.monotonic() - moment:.2f} s after the cut", flush=True)
        slowest = stay(load, 10)
        print(f"slowest answer of the others while the cut lasts {slowest:.2f} s", flush=True)
        assert slowest < 2, slowest
        assert node.name not in cluster.owners(), "nobody reaches it, and it is given shards"
        assert not node.ready(), "a balancer would choose it"
        cluster.network.heal(node.name, *others)
        took = cluster.wait_balanced()
        print(f"balanced {took:.2f} s after the link was back", flush=True)
        load.flow()
        anywhere.flow()
        now = generations(node)
        assert now[node.name] > before[node.name], (before, now)
        assert all(now[one.name] == before[one.name] for one in rest), (before, now)
    check(load, anywhere)


def check(*loads):
    for load in loads:
        load.check()
        assert load.slowest < DEADLINE, load.slowest


def stay(load, seconds):
    """Lets time pass; returns the slowest answer meanwhile."""
    load.flow()
    slowest = load.slowest
    load.slowest = 0.0
    time.sleep(seconds)
    latest, load.slowest = load.slowest, max(load.slowest, slowest)
    return latest


def peers(cluster):
    """A node that none of the others reaches, while it and they reach the database: first the one that plans."""
    cut_off(cluster, cluster.nodes[0], "n2", "n3")
    cut_off(cluster, cluster.nodes[2], "n1", "n2")


def database(cluster):
    """A node that loses the database only: expelled for its silence there."""
    cut_off(cluster, cluster.nodes[0], "database")


def alone(cluster):
    """A node that reaches nobody but its clients."""
    cut_off(cluster, cluster.nodes[0], "n2", "n3", "database")


def link(cluster):
    """Only the link between two nodes is cut. Neither is voted out, as the third reaches both: what one has to ask of
    the other gets 503, and all else goes on."""
    with Load(cluster, 16, cluster.nodes[2:]) as load, Load(cluster, 8) as anywhere:
        load.flow()
        anywhere.flow()
        before = generations(cluster.nodes[2])
        cluster.network.cut("n1", "n2")
        slowest = stay(load, 15)
        print(f"slowest answer of the third node while the cut lasts {slowest:.2f} s", flush=True)
        assert slowest < 2, slowest
        assert generations(cluster.nodes[2]) == before
        assert load.refused() == 0 and anywhere.refused() > 0, (load.statuses(), anywhere.statuses())
        cluster.network.heal("n1", "n2")
        took = anywhere.flow()
        print(f"all writers answered {took:.2f} s after the link was back", flush=True)
        assert generations(cluster.nodes[2]) == before
    check(load, anywhere)


if __name__ == "__main__":
    enter("net")
    tell(peers, database, alone, link, network=True)
