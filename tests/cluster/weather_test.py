#!/usr/bin/env python3
"""What happens to nodes and to the database under load. No acknowledged write is ever lost and no stale value read.
Usage: weather_test.py MUSTER_NODE rolling|kill|freeze|cut|away|primary|storm [SEED [TURNS]]"""

import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_cluster import Cluster, until  # noqa: E402
from writers import Load  # noqa: E402

sys.dont_write_bytecode = True


def flow(load, seconds=30):
    """Until every writer has been answered once more; returns how long that took."""
    moment = time.monotonic()
    return until(lambda: load.all_since(moment), "all writers to be answered", seconds)


def rolling(cluster):
    """Each node is restarted in turn: no request fails."""
    with Load(cluster, 24) as load:
        flow(load)
        for node in cluster.nodes:
            assert node.stop() == 0, node.name
            flow(load)
            node.start()
            cluster.wait_balanced()
            flow(load)
    load.check()
    assert load.refused() == 0, load.statuses()


def kill(cluster):
    """kill -9: the shards of the dead node are served again soon."""
    with Load(cluster, 48) as load:
        flow(load)
        cluster.nodes[1].kill()
        moment = time.monotonic()
        took = until(lambda: load.all_since(moment + 0.001) and "n2" not in cluster.owners(), "the shards", 20)
        print(f"all shards answered again {took:.2f} s after the kill", flush=True)
        flow(load)
        cluster.nodes[1].start()
        cluster.wait_balanced()
        flow(load)
    load.check()
    assert took < 8, took


def freeze(cluster):
    """A node that stops where it stands is expelled; when it wakes it serves nothing stale and starts anew."""
    with Load(cluster, 24) as load:
        flow(load)
        frozen = cluster.nodes[2]
        before = frozen.view()
        frozen.freeze()
        took = until(lambda: "n3" not in cluster.owners(), "the frozen node to be expelled", 20)
        print(f"all shards moved {took:.2f} s after the freeze", flush=True)
        frozen.thaw()
        cluster.wait_balanced()
        flow(load)
        generations = {row["id"]: row["generation"] for row in before["nodes"]}
        now = {row["id"]: row["generation"] for row in frozen.view()["nodes"] if row["status"] == "ALIVE"}
        assert now["n3"] > generations["n3"], (generations, now)
        assert now["n1"] == generations["n1"], (generations, now)
    load.check()


def cut(cluster):
    """A node that loses the database only is expelled for its silence there; then it starts anew."""
    with Load(cluster, 24) as load:
        flow(load)
        lonely = cluster.nodes[1]
        lonely.cut_from_database()
        moment = time.monotonic()
        until(lambda: lonely.get("/health/ready", timeout=5).status == 503, "the node not to be ready", 10)
        print(f"not ready {time.monotonic() - moment:.2f} s after the cut", flush=True)
        until(lambda: "n2" not in cluster.owners(), "the node to be expelled", 30)
        print(f"all shards moved {time.monotonic() - moment:.2f} s after the cut", flush=True)
        lonely.heal()
        cluster.wait_balanced()
        flow(load)
    load.check()


def away(cluster):
    """The database is away for a while and comes back: all nodes go on, nobody is expelled."""
    with Load(cluster, 16) as load:
        flow(load)
        before = sorted((row["id"], row["generation"]) for row in cluster.nodes[0].view()["nodes"])
        cluster.database.freeze("primary")
        time.sleep(8)
        cluster.database.thaw("primary")
        took = flow(load, 60)
        print(f"all writers answered {took:.2f} s after the database was back", flush=True)
        after = sorted((row["id"], row["generation"]) for row in cluster.nodes[0].view()["nodes"])
        assert before == after, (before, after)
    load.check()


def primary(cluster):
    """The primary is killed and the standby promoted: all goes on by itself, nothing acknowledged is lost."""
    with Load(cluster, 16) as load:
        flow(load)
        cluster.database.promote()
        cluster.database.rejoin()
        took = flow(load, 60)
        print(f"all writers answered {took:.2f} s after the new standby followed", flush=True)
        cluster.wait_balanced()
    load.check()


def storm(cluster):
    """Many kills, freezes and promotions in a random order."""
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() % 100_000
    print("seed", seed, flush=True)
    choose = random.Random(seed)
    with Load(cluster, 24) as load:
        for turn in range(int(sys.argv[4]) if len(sys.argv) > 4 else 110):
            victim = choose.choice(cluster.nodes)
            what = "promote" if turn % 10 == 9 else choose.choice(["kill", "kill", "freeze", "stop"])
            print(turn, what, victim.name if what != "promote" else "", flush=True)
            if what == "promote":
                cluster.database.promote()
                cluster.database.rejoin()
            elif what == "freeze":
                victim.freeze()
                time.sleep(choose.uniform(0.05, 6))
                victim.thaw()
            else:
                victim.kill() if what == "kill" else victim.stop()
                time.sleep(choose.uniform(0, 3))
                victim.start(60)
            flow(load, 60)
    load.check()


def main():
    stories = {each.__name__: each for each in (rolling, kill, freeze, cut, away, primary, storm)}
    story = stories[sys.argv[2]]
    with Cluster(sys.argv[1], proxies=story is cut) as cluster:
        story(cluster)


if __name__ == "__main__":
    main()
