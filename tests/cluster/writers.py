"""Clients under load: each writes a growing number to a device of its own through one node after the other, and reads it
back through another, so that a lost write and a stale read are seen. Standard library only."""

import collections
import http.client
import itertools
import json
import random
import threading
import time

from muster_cluster import until


class Writer(threading.Thread):
    """Numbers 1, 2, ... into the telemetry of one device, at the times of the same numbers."""

    def __init__(self, cluster, number, login, nodes):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.token = f"WRITER_{number}"
        self.login = login
        self.nodes = nodes
        self.random = random.Random(number)
        self.device = None
        self.connection = None
        self.at = None
        self.stopping = False
        self.next = 0
        self.acknowledged = []
        self.acknowledged_at = 0.0
        self.statuses = collections.Counter()
        self.sent_again = 0
        self.slowest = 0.0
        self.faults = []

    def make_device(self):
        status, text = self.cluster.alive()[0].request(
            "POST", f"/api/device?accessToken={self.token}", {"name": self.token}, self.login)
        assert status == 200, (status, text)
        self.device = json.loads(text)["id"]["id"]
        return self

    def run(self):
        while not self.stopping:
            try:
                self.write()
                if self.acknowledged and self.next % 4 == 0:
                    self.read()
            except Exception as mistake:  # noqa: BLE001
                self.faults.append(repr(mistake))

    def send(self, method, path, body=None, headers=()):
        """As a client that sends again, elsewhere, when its connection closed before any byte of the answer."""
        while not self.stopping:
            if self.connection is None:
                self.at = self.random.choice([node for node in self.nodes if node.alive()])
                self.connection = http.client.HTTPConnection(self.at.address, self.at.port, timeout=30)
            begun = time.monotonic()
            try:
                self.connection.request(method, path, body, {"Content-Type": "application/json", **dict(headers)})
                answer = self.connection.getresponse()
                text = answer.read()
                self.slowest = max(self.slowest, time.monotonic() - begun)
                if answer.status == 503 and not answer.headers["Retry-After"]:
                    self.faults.append(f"{path}: 503 without Retry-After")
                if answer.will_close:
                    self.hang_up()
                return answer.status, text
            except (ConnectionError, http.client.RemoteDisconnected, http.client.CannotSendRequest):
                self.sent_again += 1
                self.hang_up()
                time.sleep(0.005)
            except (OSError, http.client.HTTPException) as late:
                # A frozen node, or half an answer: the request may have been carried out.
                self.hang_up()
                return 0, str(late).encode()
        return None, b""

    def hang_up(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def write(self):
        self.next += 1
        body = json.dumps({"ts": self.next, "values": {"n": self.next}})
        status, text = self.send("POST", f"/api/v1/{self.token}/telemetry", body)
        if status is None:
            return
        self.statuses[status] += 1
        if status == 200:
            self.acknowledged.append(self.next)
            self.acknowledged_at = time.monotonic()
        elif status not in (0, 503):
            self.faults.append(f"{status} {text!r}")
        if status != 200:
            # Elsewhere next time, as a balancer would have it.
            self.hang_up()
            time.sleep(0.01)

    def read(self):
        newest = self.acknowledged[-1]
        self.hang_up()
        status, text = self.send(
            "GET", f"/api/plugins/telemetry/DEVICE/{self.device}/values/timeseries?keys=n", headers=self.login)
        if status is None:
            return
        self.statuses[f"read {status}"] += 1
        if status == 200:
            seen = int(json.loads(text)["n"][0]["value"])
            if seen < newest:
                self.faults.append(f"{self.token}: read {seen} at {self.at.name} after {newest} was acknowledged")

    def stop(self):
        self.stopping = True
        self.join(60)
        self.hang_up()

    def lost(self):
        """Acknowledged numbers that are not in the device's history."""
        last = self.next + 1
        status, text = self.cluster.alive()[0].request(
            "GET", f"/api/plugins/telemetry/DEVICE/{self.device}/values/timeseries?keys=n&startTs=0&endTs={last}"
                   f"&limit={last}", headers=self.login)
        assert status == 200, (status, text)
        stored = {int(point["value"]) for point in json.loads(text).get("n", [])}
        return sorted(set(self.acknowledged) - stored)


class Load:
    """Many writers, at these nodes or at all."""

    numbers = itertools.count()

    def __init__(self, cluster, count, nodes=None):
        login = cluster.nodes[0].log_in()
        self.writers = [Writer(cluster, next(self.numbers), login, nodes or cluster.nodes).make_device()
                        for _ in range(count)]

    def __enter__(self):
        for writer in self.writers:
            writer.start()
        return self

    def __exit__(self, *_):
        for writer in self.writers:
            writer.stopping = True
        for writer in self.writers:
            writer.stop()

    def statuses(self):
        return sum((writer.statuses for writer in self.writers), collections.Counter())

    def acknowledged(self):
        return sum(len(writer.acknowledged) for writer in self.writers)

    def refused(self):
        return sum(count for status, count in self.statuses().items() if status not in (200, "read 200"))

    def all_since(self, moment):
        """Whether each writer has been answered 200 since then."""
        return all(writer.acknowledged_at > moment for writer in self.writers)

    def flow(self, seconds=30):
        """Until every writer has been answered once more; returns how long that took."""
        moment = time.monotonic()
        return until(lambda: self.all_since(moment), "all writers to be answered", seconds)

    @property
    def slowest(self):
        """Seconds of the request that was answered latest; may be set back."""
        return max(writer.slowest for writer in self.writers)

    @slowest.setter
    def slowest(self, seconds):
        for writer in self.writers:
            writer.slowest = seconds

    def faults(self):
        """Stale reads, and answers that should not have been given."""
        return [fault for writer in self.writers for fault in writer.faults]

    def lost(self):
        """Acknowledged numbers that are not there, by device."""
        found = {writer.token: writer.lost() for writer in self.writers}
        return {token: numbers for token, numbers in found.items() if numbers}

    def check(self):
        """After the end: nothing acknowledged is lost, nothing stale was read."""
        faults, lost = self.faults(), self.lost()
        assert not faults, faults[:10]
        assert not lost, lost
        again = sum(writer.sent_again for writer in self.writers)
        print(f"{self.acknowledged()} acknowledged writes, none lost; {dict(self.statuses())}, {again} sent again, "
              f"slowest answer {self.slowest:.2f} s", flush=True)
