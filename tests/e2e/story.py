"""A whole story, told to the real muster-node over real sockets: an application logs in and makes a
device, the device sends and is asked, the node is stopped and killed in between, and all is still
there. Usage: story.py MUSTER_NODE"""

import json
import pathlib
import sys
import tempfile
import threading

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402


class Application:
    """What an integrator's program does."""

    def __init__(self, node):
        self.node = node
        self.session = requests.Session()
        self.tokens = None

    def url(self, path):
        return f"http://127.0.0.1:{self.node.port}{path}"

    def take(self, answer, expected=200):
        assert answer.status_code == expected, (
            f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def log_in(self, name, password):
        self.tokens = self.take(self.session.post(
            self.url("/api/auth/login"), json={"username": name, "password": password}, timeout=30))
        self.session.headers["X-Authorization"] = "Bearer " + self.tokens["token"]

    def get(self, path, expected=200, **params):
        return self.take(self.session.get(self.url(path), params=params, timeout=30), expected)

    def post(self, path, body=None, expected=200, **params):
        return self.take(
            self.session.post(self.url(path), json=body, params=params, timeout=30), expected)

    def delete(self, path, expected=200, **params):
        return self.take(self.session.delete(self.url(path), params=params, timeout=30), expected)


class Device:
    """What firmware does."""

    def __init__(self, node, token):
        self.base = f"http://127.0.0.1:{node.port}/api/v1/{token}"

    def post(self, path, body, expected=200):
        answer = requests.post(self.base + path, data=body, timeout=30)
        assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text}"

    def poll(self, path, timeout=20_000, expected=200):
        answer = requests.get(self.base + path, params={"timeout": timeout}, timeout=60)
        assert answer.status_code == expected, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def in_background(work):
    """Runs work on a thread; the function given back waits for it and returns what it gave."""
    outcome = {}

    def run():
        try:
            outcome["value"] = work()
        except BaseException as error:  # handed to the waiting thread
            outcome["error"] = error

    thread = threading.Thread(target=run)
    thread.start()

    def wait():
        thread.join(60)
        assert not thread.is_alive(), "the background work hangs"
        if "error" in outcome:
            raise outcome["error"]
        return outcome["value"]

    return wait


TOKEN = "STORY_TOKEN"
START = 1_700_000_000_000


def make_device(application):
    made = application.post("/api/device", {"name": "Story", "type": "thermostat"},
                            accessToken=TOKEN)
    assert made["type"] == "thermostat", made
    access = application.get(f"/api/device/{made['id']['id']}/credentials")
    assert access["credentialsId"] == TOKEN, access
    assert access["credentialsType"] == "ACCESS_TOKEN", access
    return made["id"]["id"]


def send_telemetry(device):
    # As the guide's curl lines put it on the wire.
    device.post("/telemetry", "{temperature:42,humidity:73}")
    for i in range(10):
        device.post("/telemetry", json.dumps({"ts": START + i * 1000, "values": {"level": i}}))


def check_telemetry(application, base):
    latest = application.get(base + "/values/timeseries", keys="temperature,level,missing")
    assert latest["temperature"][0]["value"] == "42", latest
    assert latest["level"][0] == {"ts": START + 9000, "value": "9"}, latest
    assert latest["missing"][0]["value"] is None, latest
    points = application.get(base + "/values/timeseries", keys="level", startTs=START,
                             endTs=START + 10_000, orderBy="ASC", useStrictDataTypes="true")
    assert [each["value"] for each in points["level"]] == list(range(10)), points
    sums = application.get(base + "/values/timeseries", keys="level", startTs=START,
                           endTs=START + 10_000, orderBy="ASC", agg="SUM", interval=5000)
    assert [each["value"] for each in sums["level"]] == ["10", "35"], sums
    assert [each["ts"] for each in sums["level"]] == [START + 2500, START + 7500], sums


def change_attribute(application, device, base, value):
    changes = in_background(lambda: device.poll("/attributes/updates"))
    application.post(base + "/SHARED_SCOPE", {"target": value})
    assert changes() == {"target": value}


def call_both_ways(application, device, device_id):
    call = in_background(lambda: application.post(
        f"/api/rpc/twoway/{device_id}",
        {"method": "getState", "params": {"unit": "C"}, "timeout": 20_000}))
    request = device.poll("/rpc")
    assert request["method"] == "getState" and request["params"] == {"unit": "C"}, request
    device.post(f"/rpc/{request['id']}", '{"state":1.0}')
    assert call() == {"state": 1.0}


def leave_persistent_call(application, device_id):
    accepted = application.post(f"/api/rpc/oneway/{device_id}",
                                {"method": "later", "params": None, "persistent": True,
                                 "timeout": 3_600_000})
    return accepted["rpcId"]


def check_persistent_call(application, device, device_id, rpc):
    assert application.get(f"/api/rpc/persistent/{rpc}")["status"] == "QUEUED"
    assert device.poll("/rpc")["method"] == "later"
    listed = application.get(f"/api/rpc/persistent/device/{device_id}", pageSize=10, page=0)
    assert [each["id"]["id"] for each in listed["data"]] == [rpc], listed
    application.delete(f"/api/rpc/persistent/{rpc}")
    gone = application.session.get(application.url(f"/api/rpc/persistent/{rpc}"), timeout=30)
    assert gone.status_code == 404, gone.text


def check_rest(application, base):
    shared = application.get(base + "/values/attributes/SHARED_SCOPE", keys="target")
    assert shared[0]["value"] == "warm", shared
    found = application.get("/api/tenant/devices", deviceName="Story")
    assert found["name"] == "Story", found


def tell(binary, folder):
    node = Node(binary, pathlib.Path(folder) / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        device_id = make_device(application)
        base = f"/api/plugins/telemetry/DEVICE/{device_id}"
        device = Device(node, TOKEN)
        send_telemetry(device)
        check_telemetry(application, base)
        device.poll("/attributes/updates", timeout=1, expected=408)
        change_attribute(application, device, base, "cold")
        call_both_ways(application, device, device_id)

        assert node.stop() == 0
        node.start()
        check_telemetry(application, base)
        application.post(base + "/SHARED_SCOPE", {"target": "warm"})
        rpc = leave_persistent_call(application, device_id)

        # What was answered 200 is durable, whatever becomes of the process.
        node.kill()
        node.start()
        check_telemetry(application, base)
        check_rest(application, base)
        assert device.poll("/attributes/updates") == {"target": "warm"}
        check_persistent_call(application, device, device_id, rpc)
        call_both_ways(application, device, device_id)

        application.delete(f"/api/device/{device_id}")
        device.post("/telemetry", "{a:1}", expected=401)
        application.post("/api/auth/logout")
        assert application.session.get(application.url("/api/auth/user"),
                                       timeout=30).status_code == 401
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        tell(sys.argv[1], folder)
    print("The story ended well.")
