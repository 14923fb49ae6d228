"""Clients that write and read registers (an attribute of a device each) through random nodes, and note what they asked,
when, and what they were told. Standard library only."""

import http.client
import itertools
import json
import random
import threading
import time

from fleet import Device


class Client(threading.Thread):
    """Sends one request after the other, and none twice."""

    def __init__(self, cluster, number, registers, values):
        super().__init__(daemon=True)
        self.cluster = cluster
        self.number = number
        self.registers = registers
        self.values = values
        self.random = random.Random(number)
        self.connections = {}
        self.stopping = False
        self.told = []
        self.wrong = []

    def run(self):
        while not self.stopping:
            register = self.random.choice(self.registers)
            if self.random.random() < 0.5:
                self.write(register)
            else:
                self.read(register)

    def ask(self, method, path, body=None):
        """(status, text, when it was sent, when it was answered); status 0: no answer came."""
        node = self.random.choice(self.cluster.nodes)
        begun = time.monotonic_ns()
        try:
            connection = self.connections.pop(node.name, None) or http.client.HTTPConnection(
                node.address, node.port, timeout=20)
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
            return 0, b"", begun, None
        ended = time.monotonic_ns()
        if answer.status not in (200, 503):
            self.wrong.append((path, answer.status, text))
        if not answer.will_close:
            self.connections[node.name] = connection
        return answer.status, text, begun, ended

    def write(self, register):
        value = next(self.values)
        status, text, begun, ended = self.ask("POST", f"/api/v1/{register}/attributes", json.dumps({"r": value}))
        # What was not confirmed may have happened, and may still happen.
        self.note(register, "write", value, begun, ended if status == 200 else None, True if status == 200 else None)

    def read(self, register):
        status, text, begun, ended = self.ask("GET", f"/api/v1/{register}/attributes?clientKeys=r")
        if status == 200:
            value = json.loads(text).get("client", {}).get("r")
            self.note(register, "read", value, begun, ended, True)

    def note(self, register, what, value, begun, ended, done):
        self.told.append({"client": self.number, "device": register, "op": what, "value": value, "start": begun,
                          "end": ended, "ok": done})


class Registers:
    """So many clients at so many registers, while this is entered; then `history` is what they were told."""

    def __init__(self, cluster, clients, registers):
        login = cluster.nodes[0].log_in()
        names = [Device(cluster.nodes[0], f"REGISTER_{number}", login).token for number in range(registers)]
        values = itertools.count(1)
        self.clients = [Client(cluster, number, names, values) for number in range(clients)]

    def __enter__(self):
        for client in self.clients:
            client.start()
        return self

    def __exit__(self, *_):
        for client in self.clients:
            client.stopping = True
        for client in self.clients:
            client.join(60)

    def history(self):
        wrong = [each for client in self.clients for each in client.wrong]
        assert not wrong, wrong[:10]
        return sorted((each for client in self.clients for each in client.told), key=lambda each: each["start"])
