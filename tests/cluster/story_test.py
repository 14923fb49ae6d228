#!/usr/bin/env python3
"""The first steps of a device and its application, each through another node than the one before, so that whoever is
asked, it is the same. Usage: story_test.py MUSTER_NODE"""

import json
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_cluster import Cluster  # noqa: E402


class Anywhere:
    """Sends each request to the next node."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.turn = 0

    def node(self):
        self.turn += 1
        return self.cluster.nodes[self.turn % len(self.cluster.nodes)]

    def send(self, method, path, body=None, expected=200, headers=(), node=None):
        node = node or self.node()
        status, text = node.request(method, path, body, headers)
        assert status == expected, f"{method} {path} by {node.name}: {status} {text}"
        return json.loads(text) if text.startswith(("{", "[")) else text


def telemetry_and_attributes(at, login):
    for number, node in enumerate(at.cluster.nodes):
        at.send("POST", "/api/v1/A1_TEST_TOKEN/telemetry", {"temperature": number}, node=node)
        device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20A1", headers=login)
        path = f"/api/plugins/telemetry/DEVICE/{device['id']['id']}"
        for reader in at.cluster.nodes:
            latest = at.send("GET", path + "/values/timeseries?keys=temperature", headers=login, node=reader)
            assert latest["temperature"][0]["value"] == str(number), latest
            target = f"{node.name} {reader.name}"
            at.send("POST", path + "/SHARED_SCOPE", {"target": target}, headers=login, node=reader)
            read = at.send("GET", "/api/v1/A1_TEST_TOKEN/attributes?sharedKeys=target")
            assert read["shared"]["target"] == target, read
        history = at.send("GET", path + "/values/timeseries?keys=temperature&startTs=0&endTs=4000000000000",
                          headers=login)
        assert history["temperature"], history


def two_way_rpc(at, login):
    """The application at one node, the device parked at another, for each pair."""
    device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20B1", headers=login)["id"]["id"]
    for asked in at.cluster.nodes:
        for parked in at.cluster.nodes:
            replies = []
            caller = threading.Thread(target=lambda n=asked: replies.append(at.send(
                "POST", f"/api/plugins/rpc/twoway/{device}",
                {"method": "reboot", "params": {"delay": 5}, "timeout": 20000}, headers=login, node=n)))
            caller.start()
            given = at.send("GET", "/api/v1/B1_TEST_TOKEN/rpc?timeout=20000", node=parked)
            assert given["method"] == "reboot" and given["params"] == {"delay": 5}, given
            at.send("POST", f"/api/v1/B1_TEST_TOKEN/rpc/{given['id']}", {"ok": asked.name})
            caller.join(30)
            assert replies == [{"ok": asked.name}], replies


def attribute_poll(at, login):
    device = at.send("GET", "/api/tenant/devices?deviceName=Test%20Device%20C1", headers=login)["id"]["id"]
    path = f"/api/plugins/telemetry/DEVICE/{device}/SHARED_SCOPE"
    at.send("GET", "/api/v1/C1_TEST_TOKEN/attributes/updates?timeout=1", expected=408)
    for number, parked in enumerate(at.cluster.nodes):
        seen = []
        poll = threading.Thread(target=lambda n=parked: seen.append(
            at.send("GET", "/api/v1/C1_TEST_TOKEN/attributes/updates?timeout=20000", node=n)))
        poll.start()
        at.send("POST", path, {"target": number}, headers=login)
        poll.join(30)
        assert seen == [{"target": number}], seen


def directory(at, login):
    """What one node has made, all others know at once; what was deleted is refused at once."""
    for number, maker in enumerate(at.cluster.nodes):
        made = at.send("POST", f"/api/device?accessToken=TOKEN_{number}", {"name": f"Made {number}"}, headers=login,
                       node=maker)
        device = made["id"]["id"]
        for other in at.cluster.nodes:
            at.send("POST", f"/api/v1/TOKEN_{number}/telemetry", {"a": 1}, node=other)
            assert at.send("GET", f"/api/device/{device}", headers=login, node=other)["name"] == f"Made {number}"
        for other in at.cluster.nodes:
            at.send("POST", "/api/device", {"name": f"Made {number}"}, expected=400, headers=login, node=other)
        page = at.send("GET", "/api/tenant/devices?pageSize=100&page=0&textSearch=Made", headers=login)
        assert page["totalElements"] == 1, page
        at.send("DELETE", f"/api/device/{device}", headers=login)
        for other in at.cluster.nodes:
            at.send("POST", f"/api/v1/TOKEN_{number}/telemetry", {"a": 1}, expected=401, node=other)


def credentials(at, login):
    """An old token is refused on every node from the moment on that the change was answered."""
    device = at.send("GET", "/api/tenant/devices?deviceName=Thermostat%20T1", headers=login)["id"]["id"]
    for number in range(3):
        access = at.send("GET", f"/api/device/{device}/credentials", headers=login)
        old = access["credentialsId"]
        for node in at.cluster.nodes:
            at.send("POST", f"/api/v1/{old}/telemetry", {"a": 1}, node=node)
        access["credentialsId"] = f"FRESH_{number}"
        at.send("POST", "/api/device/credentials", access, headers=login)
        for node in at.cluster.nodes:
            at.send("POST", f"/api/v1/{old}/telemetry", {"a": 1}, expected=401, node=node)
            at.send("POST", f"/api/v1/FRESH_{number}/telemetry", {"a": 1}, node=node)


def one_view(at):
    for node in at.cluster.nodes:
        view = node.view()
        assert view["shardCount"] == 256 and len(view["shards"]) == 256, view
        alive = [one for one in view["nodes"] if one["status"] == "ALIVE"]
        assert len(alive) == len(at.cluster.nodes), view["nodes"]
        assert sum(one["shards"] for one in alive) == 256, view["nodes"]
    assert at.send("GET", "/health/ready")["status"] == "UP"


def main():
    with Cluster(sys.argv[1]) as cluster:
        at = Anywhere(cluster)
        login = cluster.nodes[0].log_in()
        one_view(at)
        for step in (telemetry_and_attributes, two_way_rpc, attribute_poll, directory, credentials):
            step(at, login)
            print(step.__name__.replace("_", " "), "ok", flush=True)


if __name__ == "__main__":
    main()
