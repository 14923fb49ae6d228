"""One writer: a device of its own, one request under way, everything told to the oracle."""

import http.client
import json
import random
import time

import client as api
import oracle

#: Far enough that no RPC expires during a test.
RPC_LIFE_MS = 24 * 3600 * 1000


class Worker:
    def __init__(self, name, seed):
        self.name = name
        self.random = random.Random(f"{seed} {name}")
        self.token = f"CRASH{name}"
        self.history = oracle.History()
        self.client_attribute = oracle.Register()
        self.shared_attribute = oracle.Register()
        self.cursor = oracle.Cursor()
        self.rpcs = oracle.Rpcs()
        self.devices = oracle.Devices()
        self.to_answer = []
        self.made = 0
        self.acknowledged = 0

    def set_up(self, client):
        device = client.expect("POST", f"/api/device?accessToken={self.token}", {"name": f"crash {self.name}"})
        self.id = device["id"]["id"]
        # The first poll sets the cursor, however it ends.
        client.expect("GET", f"/api/v1/{self.token}/attributes/updates?timeout=-1", status=408)

    # Load.

    def run(self, client, acknowledged):
        """Writes until the connection breaks; calls `acknowledged` after each 200 that wrote."""
        actions = [self.post_telemetry] * 12 + [self.post_batch] * 2 + [self.post_attribute] * 3
        actions += [self.set_shared] * 3 + [self.poll_attribute] * 2
        actions += [self.call] * 2 + [self.poll_rpc] * 3 + [self.answer_rpc] * 2 + [self.make_device]
        try:
            while True:
                if self.random.choice(actions)(client):
                    self.acknowledged += 1
                    acknowledged()
        except (OSError, http.client.HTTPException):
            return
        finally:
            client.close()

    def post_telemetry(self, client, count=1):
        points = self.history.begin(count)
        messages = [{"ts": ts, "values": {"n": value, "text": f"value {value}"}} for ts, value in points.items()]
        client.expect("POST", f"/api/v1/{self.token}/telemetry", messages if count > 1 else messages[0])
        self.history.acknowledge()
        return True

    def post_batch(self, client):
        return self.post_telemetry(client, self.random.randint(2, 20))

    def post_attribute(self, client):
        value = self.client_attribute.begin()
        client.expect("POST", f"/api/v1/{self.token}/attributes", {"own": value})
        self.client_attribute.acknowledge()
        return True

    def set_shared(self, client):
        value = self.shared_attribute.begin()
        client.expect("POST", f"/api/plugins/telemetry/DEVICE/{self.id}/SHARED_SCOPE", {"shared": value})
        self.shared_attribute.acknowledge()
        return True

    def poll_attribute(self, client):
        status, text = client.ask("GET", f"/api/v1/{self.token}/attributes/updates?timeout=-1")
        if status == 200:
            self.cursor.received(json.loads(text)["shared"])
        elif status != 408:
            raise api.Refused(f"attribute poll: {status} {text}")

    def call(self, client):
        parameter = self.rpcs.begin_creation()
        reply = client.expect("POST", f"/api/rpc/twoway/{self.id}", {
            "method": "work", "params": {"parameter": parameter}, "persistent": True,
            "expirationTime": int(time.time() * 1000) + RPC_LIFE_MS})
        self.rpcs.acknowledge_creation(reply["rpcId"])
        return True

    def poll_rpc(self, client):
        self.rpcs.open_poll = True
        status, text = client.ask("GET", f"/api/v1/{self.token}/rpc?timeout=-1")
        self.rpcs.open_poll = False
        if status == 408:
            return
        if status != 200:
            raise api.Refused(f"RPC poll: {status} {text}")
        rpc = json.loads(text)
        self.rpcs.received(rpc["id"], rpc["params"]["parameter"])
        if rpc["id"] not in self.to_answer:
            self.to_answer.append(rpc["id"])

    def answer_rpc(self, client):
        if not self.to_answer:
            return False
        number = self.to_answer[0]
        self.rpcs.begin_answer(number)
        client.expect("POST", f"/api/v1/{self.token}/rpc/{number}", {"done": self.rpcs.numbers[number]})
        self.rpcs.acknowledge_answer()
        self.to_answer.pop(0)
        return True

    def make_device(self, client):
        self.made += 1
        token = f"{self.token}N{self.made}"
        self.devices.begin(token)
        device = client.expect("POST", f"/api/device?accessToken={token}", {"name": f"made {token}"})
        self.devices.acknowledge(device["id"]["id"])
        return True

    # Comparison, with the node at rest.

    def compare(self, client):
        entity = f"/api/plugins/telemetry/DEVICE/{self.id}"
        every = f"{entity}/values/timeseries?keys=n&useStrictDataTypes=true"
        rows = client.expect("GET", f"{every}&startTs=0&endTs={self.history.next_time + 1}&limit=10000000")
        self.history.compare({row["ts"]: row["value"] for row in rows.get("n", [])})
        if self.history.points:
            self.history.compare_latest(client.expect("GET", every)["n"][0]["value"])
        self.client_attribute.compare(self.read_attribute(client, "CLIENT_SCOPE", "own"))
        self.shared_attribute.compare(self.read_attribute(client, "SHARED_SCOPE", "shared"))
        self.compare_cursor(client)
        self.compare_rpcs(client)
        self.devices.compare(lambda token: self.find_made(client, token))

    def read_attribute(self, client, scope, key):
        rows = client.expect("GET", f"/api/plugins/telemetry/DEVICE/{self.id}/values/attributes/{scope}?keys={key}")
        return rows[0]["value"] if rows else None

    def compare_cursor(self, client):
        status, text = client.ask("GET", f"/api/v1/{self.token}/attributes/updates?timeout=-1")
        self.cursor.compare(json.loads(text)["shared"] if status == 200 else None, self.shared_attribute.value)

    def compare_rpcs(self, client):
        found, page, more = {}, 0, True
        while more:
            listed = client.expect("GET", f"/api/rpc/persistent/device/{self.id}?pageSize=1000&page={page}")
            for rpc in listed["data"]:
                params = json.loads(rpc["request"]["body"]["params"])
                found[rpc["id"]["id"]] = (params["parameter"], rpc["status"], rpc["response"])
            page, more = page + 1, listed["hasNext"]
        self.rpcs.compare(found)
        answered = {number for number, parameter in self.rpcs.numbers.items()
                    if self.rpcs.states.get(parameter) == oracle.Rpcs.ANSWERED}
        self.to_answer = [number for number in self.to_answer if number not in answered]

    def find_made(self, client, token):
        status, text = client.ask("GET", f"/api/tenant/devices?deviceName=made%20{token}")
        works = client.ask("GET", f"/api/v1/{token}/attributes")[0]
        if (status == 200) != (works == 200):
            raise oracle.Loss(f"device {token}: by name {status}, by token {works}")
        return json.loads(text)["id"]["id"] if status == 200 else None
