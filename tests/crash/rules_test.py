#!/usr/bin/python3
"""Kills a node again and again while messages pass a rule chain that saves, counts, waits, calls a server outside and
goes on at another device: of each acknowledged message all of that has happened, inside the node once. See README.md."""

import argparse
import http.client
import http.server
import json
import pathlib
import random
import sys
import tempfile
import threading
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parent / "support")]
sys.dont_write_bytecode = True

from client import Client, log_in  # noqa: E402
from muster_node import Node  # noqa: E402

DEVICES = 8
BEGIN = 1_700_000_000_000
ENGINE = "org.thingsboard.rule.engine."
SETTLED_WITHIN = 20
#: Messages of a device that its chain is not through with: an outbox that is full would refuse more.
MOST_BEHIND = 300


class Outside(http.server.ThreadingHTTPServer):
    """What the chain calls: keeps which message came under which key."""

    daemon_threads = True

    def __init__(self):
        self.calls = {}
        self.faults = []
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A node that was killed breaks its connection off."""

    def heard(self, key, message):
        with self.lock:
            before = self.calls.setdefault(key, message)
            if before != message:
                self.faults.append(f"{key} stands for {before} and for {message}")


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard(self.headers["Idempotency-Key"], (self.path, body["n"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def node_of(short_class, name, **configuration):
    return {"type": ENGINE + short_class, "name": name, "configuration": configuration}


def counting(attribute):
    return node_of("math.TbMathNode", "Count " + attribute, operation="ADD", arguments=[
        {"name": "x", "type": "ATTRIBUTE", "key": attribute, "attributeScope": "SERVER_SCOPE", "defaultValue": 0},
        {"name": "y", "type": "CONSTANT", "key": "1"}],
        result={"type": "ATTRIBUTE", "key": attribute, "attributeScope": "SERVER_SCOPE"})


def set_chain(client, outside):
    page = client.expect("GET", "/api/ruleChains?pageSize=10&page=0")
    root = next(one["id"] for one in page["data"] if one["root"])
    url = f"http://127.0.0.1:{outside.server_port}/${{deviceName}}"
    nodes = [
        node_of("filter.TbMsgTypeFilterNode", "Telemetry", messageTypes=["POST_TELEMETRY_REQUEST"]),
        counting("arrived"),
        node_of("telemetry.TbMsgTimeseriesNode", "Save"),
        node_of("delay.TbMsgDelayNode", "Wait", periodInSeconds=1, maxPendingMsgs=100000),
        counting("waited"),
        node_of("rest.TbRestApiCallNode", "Tell", restEndpointUrlPattern=url, requestMethod="POST"),
        counting("told"),
        node_of("transform.TbChangeOriginatorNode", "To the hub", originatorSource="ENTITY", entityType="DEVICE",
                entityNamePattern="Hub"),
        counting("handed"),
    ]
    links = [(0, 1, "True"), (1, 2, "Success"), (2, 3, "Success"), (3, 4, "Success"), (2, 5, "Success"),
             (5, 6, "Success"), (2, 7, "Success"), (7, 8, "Success")]
    graph = client.expect("POST", "/api/ruleChain/metadata", {
        "ruleChainId": root, "firstNodeIndex": 0, "nodes": nodes, "ruleChainConnections": None,
        "connections": [{"fromIndex": a, "toIndex": b, "type": relation} for a, b, relation in links]})
    assert not any("warning" in one for one in graph["nodes"]), graph


def counts_of(client, device, *keys):
    rows = client.expect("GET", f"/api/plugins/telemetry/DEVICE/{device}/values/attributes/SERVER_SCOPE"
                         f"?keys={','.join(keys)}")
    found = {row["key"]: int(row["value"]) for row in rows}
    return [found.get(key, 0) for key in keys]


class Device:
    """One device, which sends numbered messages one after the other."""

    def __init__(self, number, client):
        self.name = f"R{number}"
        made = client.expect("POST", f"/api/device?accessToken=RULES_{number}_TOKEN", {"name": self.name})
        self.id = made["id"]["id"]
        self.path = f"/api/v1/RULES_{number}_TOKEN/telemetry"
        self.next = 0
        self.acknowledged = set()

    def send(self, port, count):
        client = Client(port)
        try:
            for _ in range(count):
                number, self.next = self.next, self.next + 1
                client.expect("POST", self.path, {"ts": BEGIN + number, "values": {"n": number}})
                self.acknowledged.add(number)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            client.close()

    def saved(self, client):
        rows = client.expect("GET", f"/api/plugins/telemetry/DEVICE/{self.id}/values/timeseries?keys=n&startTs={BEGIN}"
                             f"&endTs={BEGIN + self.next}&limit=1000000&useStrictDataTypes=true")
        return {row["value"] for row in rows.get("n", [])}

    def counts(self, client):
        return counts_of(client, self.id, "arrived", "waited", "told")


def compare(devices, hub, client, outside):
    all_arrived = 0
    for device in devices:
        saved = device.saved(client)
        lost = device.acknowledged - saved
        assert not lost, f"{device.name}: saved without {sorted(lost)[:5]} of {len(lost)} acknowledged ones"
        arrived, waited, told = device.counts(client)
        assert arrived == len(saved), f"{device.name}: {len(saved)} were saved, {arrived} were counted"
        assert max(waited, told) <= arrived, (device.name, arrived, waited, told)
        all_arrived += arrived
    [handed] = counts_of(client, hub, "handed")
    assert handed <= all_arrived, f"{all_arrived} messages were counted, {handed} at the hub"
    assert not outside.faults, outside.faults


def catch_up(devices, client):
    """Kills go on when the chains have caught up so far that no outbox fills."""
    end = time.monotonic() + 60
    while any(counts[0] - min(counts) > MOST_BEHIND for counts in (device.counts(client) for device in devices)):
        assert time.monotonic() < end, [device.counts(client) for device in devices]
        time.sleep(0.05)


def settle(devices, hub, client, outside):
    """What waited, what was told and what was handed over comes to what arrived, and then stays."""
    seen, end = None, 0
    while True:
        now = [device.counts(client) for device in devices]
        handed = counts_of(client, hub, "handed")
        if all(len(set(counts)) == 1 for counts in now) and handed == [sum(counts[0] for counts in now)]:
            break
        now.append(handed)
        if now != seen:
            # It goes on: calls of a device are made one after the other.
            seen, end = now, time.monotonic() + SETTLED_WITHIN
        assert time.monotonic() < end, list(zip([*(device.name for device in devices), "Hub"], now))
        time.sleep(0.1)
    compare(devices, hub, client, outside)
    by_path = {}
    for path, number in outside.calls.values():
        by_path.setdefault(path, []).append(number)
    for device in devices:
        told, saved = by_path.get("/" + device.name, []), device.saved(client)
        assert set(told) == saved, (device.name, sorted(saved ^ set(told))[:5])
        assert len(told) == len(saved), f"{device.name}: a message was told under two keys"


def tell(options, folder):
    chance = random.Random(options.seed)
    outside = Outside()
    node = Node(options.node, folder / "data", ["--demo"], log=folder / "node.log")
    node.start()
    client = Client(node.port, log_in(node.port))
    set_chain(client, outside)
    devices = [Device(number, client) for number in range(DEVICES)]
    hub = client.expect("POST", "/api/device", {"name": "Hub"})["id"]["id"]
    for _ in range(options.kills):
        senders = [threading.Thread(target=device.send, args=(node.port, 100_000)) for device in devices]
        for sender in senders:
            sender.start()
        # Only spreads where the kill falls.
        time.sleep(chance.uniform(0.05, options.longest))
        node.kill()
        for sender in senders:
            sender.join()
        client.close()
        node.start()
        client = Client(node.port, log_in(node.port))
        compare(devices, hub, client, outside)
        catch_up(devices, client)
    settle(devices, hub, client, outside)
    acknowledged = sum(len(device.acknowledged) for device in devices)
    print(f"{options.kills} kills, {acknowledged} messages acknowledged, {len(outside.calls)} calls outside: "
          "nothing missing, nothing twice", flush=True)
    node.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--longest", type=float, default=0.8, help="seconds of load before a kill, at most")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print("seed", options.seed, flush=True)
    with tempfile.TemporaryDirectory(prefix="muster-rules-") as folder:
        tell(options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
