#!/usr/bin/env python3
"""Any node of a cluster answers an operator for all of them, and names the one that does not answer.
Usage: inspect_test.py MUSTER_NODE STORY MUSTER_INSPECT"""

import json
import subprocess
import sys
import time

from story import tell
from fleet import expect, owned_by
from muster_cluster import until


class Operator:
    """muster-inspect on the machine of one node."""

    def __init__(self, node):
        self.where = ["--data", str(node.data_dir)]

    def run(self, *words, status=0):
        done = subprocess.run([sys.argv[3], *words, *self.where], capture_output=True, text=True, timeout=60,
                              check=False, stdin=subprocess.DEVNULL)
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done

    def ask(self, *words):
        return json.loads(self.run(*words, "--json").stdout)


def rows_of(rows, name="node"):
    return {row[name] for row in rows}


def check_tables(operator, names):
    """Every table has rows of every node, and says of which."""
    for command, rows in (("status", "nodes"), ("journal", "nodes"), ("shards", "shards"), ("actors", "actors"),
                          ("config", "options"), ("rpc", "rpcs"), ("polls", "polls")):
        told = operator.ask(command)
        assert rows_of(told[rows]) == names and told["silent"] == [], (command, told)
        shown = operator.run(command).stdout
        assert all(name in shown for name in names), (command, shown)
        alone = operator.ask(command, "--here")
        assert "silent" not in alone, alone
    assert {row["shard"] for row in operator.ask("shards")["shards"]} == set(range(256))
    top = json.loads(operator.run("top", "--times", "1", "--limit", "2", "--json").stdout)
    assert len(top["actors"]) == 2 and top["total"] >= 6, top
    # They wait at the last node, whoever owns their devices.
    assert all(row["peer"].startswith("127.") for row in operator.ask("polls")["polls"])
    oldest = operator.ask("polls", "--limit", "1")
    assert len(oldest["polls"]) == 1 and oldest["total"] == len(operator.ask("polls")["polls"]), oldest
    ages = [row["age"] for row in operator.ask("rpc")["rpcs"]]
    assert ages == sorted(ages, reverse=True), ages


def prepare(cluster, login):
    devices = [device for node in cluster.nodes for device in owned_by(cluster, node, 2, login, f"of_{node.name}")]
    for device in devices[::2]:
        expect(cluster.nodes[0], "POST", f"/api/rpc/oneway/{device.id}",
               {"method": "later", "params": {}, "persistent": True}, login)
    polls = [device.poll(cluster.nodes[2], "attributes/updates") for device in devices[1::2]]
    operator = Operator(cluster.nodes[0])
    until(lambda: len(operator.ask("polls")["polls"]) == len(polls), "polls to be parked")
    return devices


def all_nodes(cluster):
    """Each node is asked."""
    devices = prepare(cluster, cluster.nodes[0].log_in())
    names = {node.name for node in cluster.nodes}
    for node in cluster.nodes:
        operator = Operator(node)
        check_tables(operator, names)
        # What one device says comes from its owner, whoever is asked.
        for device in devices:
            assert operator.ask("device", device.token)["device"] == device.id
        assert operator.ask("activate", devices[0].token, "--yes")["phase"] == "ready"


def frozen_node(cluster):
    """A node that hangs is named, and holds nobody up for long."""
    prepare(cluster, cluster.nodes[0].log_in())
    cluster.nodes[2].freeze()
    begun = time.monotonic()
    done = Operator(cluster.nodes[0]).run("status", "--json")
    took = time.monotonic() - begun
    told = json.loads(done.stdout)
    assert rows_of(told["nodes"]) == {"n1", "n2"}, told
    assert rows_of(told["silent"]) == {"n3"}, told
    assert took < 10, took
    cluster.nodes[2].thaw()
    cluster.wait_balanced()
    until(lambda: rows_of(Operator(cluster.nodes[0]).ask("status")["nodes"]) == {"n1", "n2", "n3"}, "all to answer")


if __name__ == "__main__":
    tell(all_nodes, frozen_node)
