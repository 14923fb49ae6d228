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


def cut_off(cluster, *others):
    """n1, which is the one that plans, is cut from others for a while; these take its devices."""
    n1, rest = cluster.nodes[0], cluster.nodes[1:]
    with Load(cluster, 16, rest) as load, Load(cluster, 8) as anywhere:
        load.flow()
        anywhere.flow()
        before = generations(n1)
        cluster.network.cut("n1", *others)
        moment = time.monotonic()
        until(lambda: f"n1:{before['n1']}" not in cluster.owner_rows(), "the node to be expelled", 20)
        print(f"all shards moved {time.monotonic() - moment:.2f} s after the cut", flush=True)
        until(lambda: load.all_since(moment), "all writers at the others to be answered", 20)
        print(f"all writers at the others answered {time.monotonic() - moment:.2f} s after the cut", flush=True)
        slowest = stay(load, 15)
        print(f"slowest answer of the others while the cut lasts {slowest:.2f} s", flush=True)
        cluster.network.heal("n1", *others)
        took = cluster.wait_balanced()
        print(f"balanced {took:.2f} s after the link was back", flush=True)
        load.flow()
        anywhere.flow()
        now = generations(n1)
        assert now["n1"] > before["n1"], (before, now)
        assert all(now[node.name] == before[node.name] for node in rest), (before, now)
    for each in (load, anywhere):
        each.check()
        assert each.slowest() < DEADLINE, each.slowest()


def stay(load, seconds):
    """Lets time pass; returns the slowest answer meanwhile."""
    load.flow()
    for writer in load.writers:
        writer.slowest = 0.0
    time.sleep(seconds)
    return load.slowest()


def peers(cluster):
    """A node that none of the others reaches, while it and they reach the database."""
    cut_off(cluster, "n2", "n3")


def database(cluster):
    """A node that loses the database only: expelled for its silence there, not ready meanwhile."""
    cut_off(cluster, "database")


def alone(cluster):
    """A node that reaches nobody but its clients."""
    cut_off(cluster, "n2", "n3", "database")


def link(cluster):
    """Only the link between two nodes is cut. Neither is voted out, as the third reaches both: what one has to ask of
    the other gets 503, and all else goes on."""
    with Load(cluster, 24) as load:
        load.flow()
        before = generations(cluster.nodes[0])
        cluster.network.cut("n1", "n2")
        moment = time.monotonic()
        until(lambda: load.all_since(moment), "all writers to be answered by somebody", 60)
        time.sleep(10)
        assert generations(cluster.nodes[2]) == before
        cluster.network.heal("n1", "n2")
        took = load.flow()
        print(f"all writers answered {took:.2f} s after the link was back", flush=True)
        time.sleep(2)
        refused = load.refused()
        load.flow()
        assert load.refused() == refused, "requests are still refused"
        assert generations(cluster.nodes[2]) == before
    load.check()
    assert load.slowest() < DEADLINE, load.slowest()


if __name__ == "__main__":
    enter("net")
    tell(peers, database, alone, link, network=True)
