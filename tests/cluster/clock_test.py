#!/usr/bin/env python3
"""Wall clocks that jump, of nodes and of the database, by a library that is loaded before them. It steps what they read
of CLOCK_REALTIME; waits in the kernel until a time of day are not covered, and the node has none.
Usage: clock_test.py MUSTER_NODE node_clocks|database_clock STEPPED_CLOCK"""

import json
import os
import pathlib
import struct
import sys
import time

from story import tell
from fleet import Device, expect
from muster_cluster import Cluster, rig, until
from writers import Load

HOUR = 3_600_000


class Clock:
    """A wall clock that is some milliseconds before the machine's."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.write_bytes(bytes(8))
        self.path.chmod(0o644)
        # A sanitizer would insist on being the first library.
        self.environment = {"LD_PRELOAD": os.path.abspath(sys.argv[3]), "MUSTER_TEST_CLOCK": str(self.path),
                            "ASAN_OPTIONS": "verify_asan_link_order=0"}

    def step(self, milliseconds):
        with open(self.path, "r+b") as file:
            file.write(struct.pack("<q", milliseconds))


class ClockedCluster(Cluster):
    """A clock for each node, and one for the database's servers."""

    def start_database(self):
        rig.make_folder(self.database.folder)
        self.clock = Clock(pathlib.Path(self.database.folder) / "clock")
        for server in self.database.servers:
            server.environment = self.clock.environment
        super().start_database()

    def make_node(self, name):
        node = super().make_node(name)
        node.clock = Clock(self.folder / f"{name}.clock")
        node.wrapper = ["env", *(f"{key}={value}" for key, value in node.clock.environment.items())]
        return node


class Witness:
    """A device whose telemetry gets its times from whoever serves it: they never go back, and what was written last is
    what is read."""

    def __init__(self, cluster, login):
        self.cluster = cluster
        self.login = login
        self.device = Device(cluster.nodes[0], "WITNESS", login)
        self.count = 0
        self.newest = 0

    def look(self):
        for writer in self.cluster.alive():
            self.count += 1
            expect(writer, "POST", "/api/v1/WITNESS/telemetry", {"count": self.count})
            for reader in self.cluster.alive():
                text = expect(reader, "GET", f"/api/plugins/telemetry/DEVICE/{self.device.id}/values/timeseries"
                                             "?keys=count", headers=self.login)
                point = json.loads(text)["count"][0]
                assert point["value"] == str(self.count), (self.count, point)
                assert point["ts"] >= self.newest, (self.newest, point)
                self.newest = point["ts"]


def generations(node):
    return {row["id"]: row["generation"] for row in node.view()["nodes"] if row["status"] == "ALIVE"}


def call(cluster, login, number):
    """A two-way RPC over three nodes, whatever time each thinks it is; and one that nobody takes ends in time."""
    asked, polled, made = cluster.nodes
    device = Device(made, f"CALLED_{number}", login)
    caller = device.call(asked, "now", 10_000)
    given = device.poll(polled, "rpc", 10_000).answer()
    device.reply(polled, given["id"], {"ok": number})
    assert caller.answer() == {"ok": number}
    nobody = device.call(polled, "nobody", 5_000)
    nobody.answer(expected=409)
    assert 4.5 < nobody.took < 8, nobody.took
    poll = device.poll(made, "attributes/updates", 500)
    poll.answer(expected=408)
    assert 0.4 < poll.took < 3, poll.took


def jump(cluster, steps, other_clocks):
    """Nobody is refused or expelled by a step of a clock, and a node that dies afterwards is replaced as always."""
    login = cluster.nodes[0].log_in()
    witness = Witness(cluster, login)
    with Load(cluster, 16) as load:
        load.flow()
        before = generations(cluster.nodes[0])
        for number, step in enumerate(steps):
            for clock, by in zip(other_clocks, step):
                clock.step(by * HOUR)
            # All look at the table before anybody has renewed his row.
            cluster.database.primary.query("notify muster_cluster")
            load.flow()
            witness.look()
            for node in cluster.nodes:
                expect(cluster.nodes[number % 3], "GET", "/api/tenant/devices?pageSize=1&page=0", headers=node.log_in())
            call(cluster, login, number)
            load.flow()
        # Longer than a silent member is borne.
        time.sleep(6)
        assert generations(cluster.nodes[0]) == before
        assert load.refused() == 0, load.statuses()
        for node in cluster.nodes:
            node.kill()
            moment = time.monotonic()
            took = until(lambda: node.name not in cluster.owners() and load.all_since(moment), "the shards", 20)
            print(f"shards of {node.name} answered again {took:.2f} s after the kill", flush=True)
            witness.look()
            node.start()
            cluster.wait_balanced()
            witness.look()
    load.check()


def node_clocks(cluster):
    """Two nodes' clocks jump, an hour ahead and two behind, and back."""
    jump(cluster, [(1, 0), (1, -2), (-2, 1), (0, 0), (-1, 1)], [node.clock for node in cluster.nodes[:2]])


def database_clock(cluster):
    """The database's clock jumps an hour ahead, two behind, and back."""
    jump(cluster, [(1,), (-2,), (0,), (-1,)], [cluster.clock])


if __name__ == "__main__":
    tell(node_clocks, database_clock, kind=ClockedCluster)
