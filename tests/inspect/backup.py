#!/usr/bin/env python3
"""A node is backed up under load; the copy is whole, holds all that was acknowledged before, and is served by another node."""

import hashlib
import pathlib
import sys
import tempfile
import threading

import requests

from inspected import Operator, tell
from muster_node import Node
from story import Application


class Writer(threading.Thread):
    """Counts up until it is told to stop."""

    def __init__(self, node, token):
        super().__init__(daemon=True)
        self.url = f"http://127.0.0.1:{node.port}/api/v1/{token}/telemetry"
        self.acknowledged = 0
        self.ending = threading.Event()

    def run(self):
        session = requests.Session()
        while not self.ending.is_set():
            answer = session.post(self.url, json={"ts": 1_700_000_000_000 + self.acknowledged,
                                                  "values": {"n": self.acknowledged}}, timeout=30)
            assert answer.status_code == 200, answer.text
            self.acknowledged += 1


def upload(application, content):
    device = application.get("/api/tenant/devices", deviceName="Test Device A1")
    package = application.post("/api/otaPackage", {
        "deviceProfileId": device["deviceProfileId"], "type": "FIRMWARE", "title": "firmware", "version": "1"})
    answer = application.session.post(
        application.url(f"/api/otaPackage/{package['id']['id']}"), params={"checksumAlgorithm": "SHA256"},
        files={"file": ("firmware.bin", content)}, timeout=30)
    return application.take(answer)["id"]["id"]


def story(node, application, operator):
    content = b"bytes of the firmware" * 1000
    package = upload(application, content)
    writers = [Writer(node, f"A{number + 1}_TEST_TOKEN") for number in range(3)]
    for writer in writers:
        writer.start()
    with tempfile.TemporaryDirectory(prefix="muster-backup-") as folder:
        backup, restored = pathlib.Path(folder) / "backup", pathlib.Path(folder) / "restored"
        before = []
        for number in range(3):
            while any(writer.acknowledged < 100 * (number + 1) for writer in writers):
                assert all(writer.is_alive() for writer in writers)
            before = [writer.acknowledged for writer in writers]
            told = operator.ask("backup", f"{backup}-{number}")
            assert told["packages"] == 1, told
        assert "is there already" in operator.run("backup", f"{backup}-0", status=1)
        assert "whole path" in operator.run("backup", "relative", status=1)
        for writer in writers:
            writer.ending.set()
            writer.join()
        assert operator.run("restore", f"{backup}-2", str(restored), data=False)
        assert "not empty" in operator.run("restore", f"{backup}-2", str(restored), status=1, data=False)
        copy = Operator(operator.program, restored)
        found = copy.ask("store", "check")
        assert found["problem_count"] == 0, found
        serve(restored, before, package, content)


def serve(folder, before, package, content):
    other = Node(sys.argv[1], folder)
    with other:
        application = Application(other)
        application.log_in("tenant@thingsboard.org", "tenant")
        for number, least in enumerate(before):
            device = application.get("/api/tenant/devices", deviceName=f"Test Device A{number + 1}")["id"]["id"]
            rows = application.get(f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries", keys="n", startTs=0,
                                   endTs=4_000_000_000_000, limit=1_000_000, useStrictDataTypes="true")["n"]
            saved = sorted(row["value"] for row in rows)
            assert saved == list(range(len(saved))) and len(saved) >= least, (number, len(saved), least)
        got = application.session.get(application.url(f"/api/otaPackage/{package}/download"), timeout=30)
        assert hashlib.sha256(got.content).digest() == hashlib.sha256(content).digest()


if __name__ == "__main__":
    tell(story)
