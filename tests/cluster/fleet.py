"""Devices of which it is known who serves them. Standard library only."""

import json
import threading
import time

from muster_cluster import shard_of


class Device:
    """A device and its application, by requests to any node."""

    def __init__(self, node, name, login):
        self.token = name
        self.login = login
        made = json.loads(expect(node, "POST", f"/api/device?accessToken={name}", {"name": name}, login))
        self.id = made["id"]["id"]

    def poll(self, node, what, timeout=60_000):
        """A poll (`rpc`, `attributes/updates`) that waits for something to happen."""
        return Request(node, "GET", f"/api/v1/{self.token}/{what}?timeout={timeout}")

    def call(self, node, method, timeout=60_000):
        """A two-way RPC whose caller waits."""
        return Request(node, "POST", f"/api/plugins/rpc/twoway/{self.id}",
                       {"method": method, "params": {}, "timeout": timeout}, self.login)

    def reply(self, node, rpc, body):
        expect(node, "POST", f"/api/v1/{self.token}/rpc/{rpc}", body)

    def share(self, node, values):
        """Sets shared attributes; again while the answer is 503."""
        path = f"/api/plugins/telemetry/DEVICE/{self.id}/SHARED_SCOPE"
        end = time.monotonic() + 60
        while (status := node.request("POST", path, values, self.login)[0]) == 503 and time.monotonic() < end:
            time.sleep(0.05)
        assert status == 200, status


class Request(threading.Thread):
    """One request that may wait long."""

    def __init__(self, node, *request):
        super().__init__(daemon=True)
        self.node = node
        self.request = request
        self.status = None
        self.text = ""
        self.took = 0.0
        self.start()

    def run(self):
        begun = time.monotonic()
        try:
            self.status, self.text = self.node.request(*self.request, timeout=120)
        except OSError as broken:
            self.text = repr(broken)
        self.took = time.monotonic() - begun

    def answer(self, within=30, expected=200):
        """What it was answered."""
        self.join(within)
        assert not self.is_alive(), f"{self.request[1]} has no answer"
        assert self.status == expected, (self.request[1], self.status, self.text, self.took)
        return json.loads(self.text) if self.text else None


def expect(node, method, path, body=None, headers=(), expected=200):
    status, text = node.request(method, path, body, headers)
    assert status == expected, (method, path, status, text)
    return text


def owned_by(cluster, node, count, login, prefix):
    """New devices that this node serves."""
    found, number, owners = [], 0, cluster.owners()
    while len(found) < count:
        device = Device(cluster.nodes[0], f"{prefix}_{number}", login)
        number += 1
        if owners[shard_of(device.id)] == node.name:
            found.append(device)
    return found
