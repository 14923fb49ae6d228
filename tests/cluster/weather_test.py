#!/usr/bin/env python3
"""What happens to nodes and to the database under load. No acknowledged write is ever lost and no stale value read.
Usage: weather_test.py MUSTER_NODE rolling|kill|freeze|away|primary|two_primaries"""

import signal
import time

from story import tell
import storm
from fleet import Device, expect
from muster_cluster import rig, until
from writers import Load


def rolling(cluster):
    """Each node is restarted in turn: no request fails."""
    load = storm.rolling(cluster)
    load.check()
    assert load.refused() == 0, load.statuses()


def kill(cluster):
    """kill -9: the shards of the dead node are served again soon."""
    with Load(cluster, 48) as load:
        load.flow()
        cluster.nodes[1].kill()
        moment = time.monotonic()
        took = until(lambda: load.all_since(moment + 0.001) and "n2" not in cluster.owners(), "the shards", 20)
        print(f"all shards answered again {took:.2f} s after the kill", flush=True)
        load.flow()
        cluster.nodes[1].start()
        cluster.wait_balanced()
        load.flow()
    load.check()
    assert took < 8, took


def freeze(cluster):
    """A node that stops where it stands is expelled; when it wakes it serves nothing stale and starts anew."""
    with Load(cluster, 24) as load:
        load.flow()
        frozen = cluster.nodes[2]
        before = frozen.view()
        frozen.freeze()
        took = until(lambda: "n3" not in cluster.owners(), "the frozen node to be expelled", 20)
        print(f"all shards moved {took:.2f} s after the freeze", flush=True)
        frozen.thaw()
        cluster.wait_balanced()
        load.flow()
        generations = {row["id"]: row["generation"] for row in before["nodes"]}
        now = {row["id"]: row["generation"] for row in frozen.view()["nodes"] if row["status"] == "ALIVE"}
        assert now["n3"] > generations["n3"], (generations, now)
        assert now["n1"] == generations["n1"], (generations, now)
    load.check()


def away(cluster):
    """The database is away for a while and comes back: all nodes go on, nobody is expelled."""
    with Load(cluster, 16) as load:
        load.flow()
        before = sorted((row["id"], row["generation"]) for row in cluster.nodes[0].view()["nodes"])
        cluster.database.freeze("primary")
        time.sleep(8)
        cluster.database.thaw("primary")
        took = load.flow(60)
        print(f"all writers answered {took:.2f} s after the database was back", flush=True)
        after = sorted((row["id"], row["generation"]) for row in cluster.nodes[0].view()["nodes"])
        assert before == after, (before, after)
    load.check()


def primary(cluster):
    """The primary is lost: reads go on as long as the lease lasts, writes are refused, a poll stays parked. The standby
    is promoted: all goes on by itself, nothing acknowledged is lost."""
    n1, login = cluster.nodes[0], cluster.nodes[0].log_in()
    quiet = [Device(n1, f"QUIET_{number}", login) for number in range(6)]
    for device in quiet:
        for node in cluster.nodes:
            expect(node, "POST", f"/api/v1/{device.token}/attributes", {"a": 1})
    quiet[0].poll(n1, "attributes/updates", 1).answer(expected=408)
    poll = quiet[0].poll(n1, "attributes/updates")
    with Load(cluster, 16) as load:
        load.flow()
        moment = time.monotonic()
        cluster.database.kill("primary")
        read_within_lease(cluster, quiet, moment)
        until(lambda: load.refused() > 0, "writes to be refused", 30)
        cluster.database.promote()
        cluster.database.rejoin()
        took = load.flow(60)
        print(f"all writers answered {took:.2f} s after the new standby followed", flush=True)
        quiet[0].share(cluster.nodes[1], {"target": 1})
        assert poll.answer() == {"target": 1}, (poll.text, poll.took)
        cluster.wait_balanced()
    load.check()


def read_within_lease(cluster, devices, moment):
    """A second from the sending of the last renewal, of which there is one every 300 ms."""
    for device in devices:
        for node in cluster.nodes:
            answer = node.request("GET", f"/api/v1/{device.token}/attributes")
            passed = time.monotonic() - moment
            assert answer[0] == 200 or passed > 0.6, (device.token, node.name, answer, passed)
            if passed > 0.6:
                return


def two_primaries(cluster):
    """The primary hangs, the standby is promoted, and the old one wakes and lives on beside it: neither confirms what
    only it has, and with the end of the old one all goes on."""
    third = rig.Server(f"{cluster.database.folder}/c", tied=True)
    with Load(cluster, 16) as load:
        load.flow()
        old = cluster.database.primary
        cluster.database.freeze("primary")
        cluster.database.promote(old_lives=True)
        until(lambda: load.refused() > 0, "writes to be refused", 30)
        old.signal_all(signal.SIGCONT)
        before = load.acknowledged()
        time.sleep(6)
        assert load.acknowledged() == before, "confirmed what is on one machine"
        cluster.database.follow(third)
        time.sleep(6)
        print(f"{load.acknowledged() - before} writes confirmed beside the old primary", flush=True)
        old.end(signal.SIGKILL)
        took = load.flow(60)
        print(f"all writers answered {took:.2f} s after the end of the old primary", flush=True)
        cluster.wait_balanced()
    load.check()


if __name__ == "__main__":
    tell(rolling, kill, freeze, away, primary, two_primaries)
