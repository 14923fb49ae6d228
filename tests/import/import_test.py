#!/usr/bin/python3
"""muster-import against real nodes: from a file, from another server, broken off and gone on with."""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from muster_node import Node  # noqa: E402

PROGRAM, NODE = sys.argv[1:3]


class Application:
    """The demo tenant's administrator at one node."""

    def __init__(self, node):
        self.base = f"http://127.0.0.1:{node.port}"
        tokens = requests.post(self.base + "/api/auth/login", timeout=30,
                               json={"username": "tenant@thingsboard.org", "password": "tenant"})
        self.headers = {"X-Authorization": "Bearer " + tokens.json()["token"]}

    def get(self, path):
        answer = requests.get(self.base + path, headers=self.headers, timeout=30)
        return answer.json() if answer.status_code == 200 else None

    def post(self, path, body=None):
        answer = requests.post(self.base + path, headers=self.headers, json=body, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def device(self, name):
        return self.get(f"/api/tenant/devices?deviceName={name}")

    def token(self, name):
        return self.get(f"/api/device/{self.device(name)['id']['id']}/credentials")["credentialsId"]

    def attributes(self, name, scope):
        path = f"/api/plugins/telemetry/DEVICE/{self.device(name)['id']['id']}/values/attributes/{scope}"
        return {one["key"]: one["value"] for one in self.get(path)}

    def points(self, name, keys):
        path = f"/api/plugins/telemetry/DEVICE/{self.device(name)['id']['id']}/values/timeseries?keys={keys}"
        return self.get(path + "&startTs=0&endTs=9999999999999&orderBy=ASC&useStrictDataTypes=true&limit=50000")

    def count(self):
        return self.get("/api/tenant/devices?pageSize=1&page=0")["totalElements"]


class ImportTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.node, self.there = self.start("target")

    def start(self, name):
        node = Node(NODE, self.folder / name, ["--demo"])
        node.start()
        self.addCleanup(node.stop)
        return node, Application(node)

    def run_import(self, *arguments, expect=0, node=None):
        command = [PROGRAM, *map(str, arguments), "--to", f"http://127.0.0.1:{(node or self.node).port}",
                   "--to-user", "tenant@thingsboard.org", "--to-password", "tenant"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def write(self, name, rows):
        with open(self.folder / name, "w", newline="") as file:
            csv.writer(file).writerows(rows)
        return self.folder / name

    def test_devices_from_a_file(self):
        file = self.write("devices.csv", [
            ["name", "type", "label", "customer", "token", "server:site", "shared:limit", "client:fw", "telemetry:t"],
            ["Pump 1", "pump", "the first", "Water & Co", "PUMP_1", "north, left", "3", "1.0.7", "21.5"],
            ["Pump \u00e9", "pump", "", "Water & Co", "PUMP_2", '{"a":[1,null]}', "true", "", ""],
            ["Plain", "", "", "", "", "", "", "", ""],
        ])
        self.assertIn("3 devices made", self.run_import("csv", file).stdout)
        self.assertEqual(self.there.token("Pump 1"), "PUMP_1")
        device = self.there.device("Pump 1")
        self.assertEqual((device["type"], device["label"]), ("pump", "the first"))
        customer = self.there.get(f"/api/customer/{device['customerId']['id']}")
        self.assertEqual(customer["title"], "Water & Co")
        self.assertEqual(self.there.attributes("Pump 1", "SERVER_SCOPE")["site"], "north, left")
        self.assertEqual(self.there.attributes("Pump 1", "CLIENT_SCOPE")["fw"], "1.0.7")
        self.assertEqual(self.there.attributes("Pump \u00e9", "SERVER_SCOPE")["site"], {"a": [1, None]})
        self.assertIs(self.there.attributes("Pump \u00e9", "SHARED_SCOPE")["limit"], True)
        self.assertEqual(self.there.points("Pump 1", "t")["t"][0]["value"], 21.5)
        self.assertFalse((self.folder / "muster-import.journal").exists())
        # The firmware notices nothing.
        answer = requests.post(f"http://127.0.0.1:{self.node.port}/api/v1/PUMP_2/telemetry", json={"t": 1}, timeout=30)
        self.assertEqual(answer.status_code, 200)

    def test_a_second_run_does_no_harm_and_refusals_are_told(self):
        rows = [["name", "token", "server:a"], ["One", "ONE", "1"], ["Two", "A1_TEST_TOKEN", "2"],
                ["Test Device A1", "OTHER", "3"]]
        file = self.write("devices.csv", rows)
        self.run_import("csv", file, expect=3)
        with open(self.folder / "muster-import-refused.csv", newline="") as report:
            refused = list(csv.DictReader(report))
        self.assertEqual(sorted(one["name"] for one in refused), ["Test Device A1", "Two"])
        reasons = {one["name"]: one["reason"] for one in refused}
        self.assertIn("already assigned", reasons["Two"])
        self.assertIn("other credentials", reasons["Test Device A1"])
        self.assertEqual({one["name"]: one["place"] for one in refused}["Two"], "3")
        self.assertIsNone(self.there.device("Two"))
        # Without its journal all of it is tried again, and what is there is recognised.
        (self.folder / "muster-import.journal").unlink()
        self.assertIn("1 were there", self.run_import("csv", file, expect=3).stdout)

    def test_a_bad_file_sends_nothing(self):
        before = self.there.count()
        for rows, words in [([["name", "tokn"], ["a", "b"]], "unknown column"),
                            ([["name", "token"], ["a", "b"], ["c"]], "line 3"),
                            ([["token"], ["a"]], 'no column "name"')]:
            file = self.write("bad.csv", rows)
            self.assertIn(words, self.run_import("csv", file, expect=1).stderr)
        self.assertIn("can't be opened", self.run_import("csv", "none.csv", expect=1).stderr)
        self.assertEqual(self.there.count(), before)

    def test_broken_off_by_the_death_of_the_node(self):
        count = 2000
        file = self.write("devices.csv", [["name", "token", "server:a"]] +
                          [[f"Device {i}", f"TOKEN_{i}", i] for i in range(count)])
        command = [PROGRAM, "csv", str(file), "--to", f"http://127.0.0.1:{self.node.port}", "--to-user",
                   "tenant@thingsboard.org", "--to-password", "tenant"]
        broken = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal = self.folder / "muster-import.journal"
        while not journal.exists() or journal.stat().st_size < 2000:
            self.assertIsNone(broken.poll(), "it ended before it could be broken off")
        self.node.kill()
        broken.kill()
        broken.wait()
        self.node.start()
        self.there = Application(self.node)
        done = self.run_import("csv", file)
        self.assertRegex(done.stdout, r"[1-9]\d* done before")
        self.assertEqual(self.there.get("/api/tenant/devices?pageSize=1&page=0&textSearch=Device%20")
                         ["totalElements"], count + len(self.demo_devices()))
        for i in range(0, count, 97):
            self.assertEqual(self.there.token(f"Device {i}"), f"TOKEN_{i}")
            self.assertEqual(self.there.attributes(f"Device {i}", "SERVER_SCOPE")["a"], i)

    def demo_devices(self):
        page = self.there.get("/api/tenant/devices?pageSize=100&page=0&textSearch=Test%20Device%20")
        return page["data"]

    def test_journal_of_another_import(self):
        (self.folder / "muster-import.journal").write_text("muster-import 1 something else\n")
        file = self.write("devices.csv", [["name"], ["a"]])
        self.assertIn("of another import", self.run_import("csv", file, expect=1).stderr)

    def test_wrong_password(self):
        file = self.write("devices.csv", [["name"], ["a"]])
        done = subprocess.run([PROGRAM, "csv", str(file), "--to", f"http://127.0.0.1:{self.node.port}", "--to-user",
                               "tenant@thingsboard.org", "--to-password", "wrong"], cwd=self.folder,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("refuses the login", done.stderr)
        self.assertIsNone(self.there.device("a"))

    def test_history_from_a_file(self):
        devices = self.write("devices.csv", [["name", "token"], ["One", "ONE"], ["Two", "TWO"]])
        history = self.write("history.csv", [["name", "ts", "t", "state"]] +
                             [["One", 1_600_000_000_000 + i, i, "on"] for i in range(1200)] +
                             [["Two", 1_600_000_000_000, "", "off"], ["Nobody", 1, 2, ""]])
        done = self.run_import("csv", devices, "--history", history, expect=3)
        self.assertIn("1201 points", done.stdout)
        points = self.there.points("One", "t,state")
        self.assertEqual([one["value"] for one in points["t"]], list(range(1200)))
        self.assertEqual(self.there.points("Two", "t,state"),
                         {"state": [{"ts": 1_600_000_000_000, "value": "off"}]})

    def test_from_another_server(self):
        source, from_there = self.start("source")
        profile = from_there.post("/api/deviceProfile", {
            "name": "meter", "type": "DEFAULT", "transportType": "DEFAULT",
            "provisionType": "ALLOW_CREATE_NEW_DEVICES", "provisionDeviceKey": "meter-key",
            "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"},
                            "provisionConfiguration": {"type": "ALLOW_CREATE_NEW_DEVICES",
                                                       "provisionDeviceSecret": "meter-secret"}}})
        customer = from_there.post("/api/customer", {"title": "Owner", "city": "Kyiv"})
        for i in range(25):
            device = from_there.post(f"/api/device?accessToken=METER_{i}", {
                "name": f"Meter {i}", "deviceProfileId": profile["id"], "label": "m"})
            base = f"/api/plugins/telemetry/DEVICE/{device['id']['id']}"
            from_there.post(base + "/attributes/SHARED_SCOPE", {"limit": i, "name": "n"})
            from_there.post(base + "/attributes/SERVER_SCOPE", {"site": {"a": [1]}})
            requests.post(f"{from_there.base}/api/v1/METER_{i}/attributes", json={"fw": "v1"}, timeout=30)
            from_there.post(f"/api/customer/{customer['id']['id']}/device/{device['id']['id']}")
        requests.post(f"{from_there.base}/api/v1/METER_3/telemetry", timeout=30, json=[
            {"ts": 1_600_000_000_000 + i, "values": {"t": i, "dense": True} if i % 7 else {"t": i, "text": "x"}}
            for i in range(12_000)])
        arguments = ["thingsboard", "--history", "--from", from_there.base, "--from-user",
                     "tenant@thingsboard.org", "--from-password", "tenant"]
        # The demo's own devices stand at both.
        self.assertRegex(self.run_import(*arguments).stdout, "25 devices made, [1-9][0-9]* were there")
        self.assertEqual(self.there.token("Meter 7"), "METER_7")
        self.assertEqual(self.there.attributes("Meter 7", "SHARED_SCOPE"), {"limit": 7, "name": "n"})
        self.assertEqual(self.there.attributes("Meter 7", "CLIENT_SCOPE"), {"fw": "v1"})
        self.assertEqual(self.there.attributes("Meter 7", "SERVER_SCOPE")["site"], {"a": [1]})
        owner = self.there.device("Meter 7")["customerId"]["id"]
        self.assertEqual(self.there.get(f"/api/customer/{owner}")["city"], "Kyiv")
        for keys in ("t", "text", "dense"):
            self.assertEqual(self.there.points("Meter 3", keys), from_there.points("Meter 3", keys))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
