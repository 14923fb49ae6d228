#!/usr/bin/env python3
"""All of a node, and one of its devices, are brought to other nodes, which then serve them."""

import json
import os
import pathlib
import pty
import resource
import signal
import subprocess
import sys
import tempfile

from inspected import Operator, tell
from muster_node import Node
from story import Application, Device

NAME = "Travelling device"
TOKEN = "token of the travelling device"
FIRMWARE = bytes(at * at // 7 % 256 for at in range(1_500_000))


def prepare(node, application):
    made = application.post("/api/device", {"name": NAME}, accessToken=TOKEN)["id"]
    device = Device(node, TOKEN.replace(" ", "%20"))
    device.post("/telemetry", '{"ts":1700000000000,"values":{"temperature":21}}')
    device.post("/telemetry", '{"ts":1700000001000,"values":{"temperature":22.5}}')
    device.post("/attributes", '{"color":"red"}')
    application.post(f"/api/plugins/telemetry/{made['id']}/SHARED_SCOPE", {"target": 3})
    application.post(f"/api/rpc/oneway/{made['id']}", {"method": "later", "params": {}, "persistent": True})
    application.post("/api/alarm", {"originator": made, "type": "hot", "severity": "MAJOR"})
    application.post("/api/relation", {
        "from": application.get("/api/tenant/devices", deviceName="Test Device A1")["id"], "to": made,
        "type": "Contains"})
    give_firmware(application, made)
    return made["id"]


def give_firmware(application, made):
    info = application.get("/api/device/" + made["id"])
    package = application.post("/api/otaPackage", {
        "deviceProfileId": info["deviceProfileId"], "type": "FIRMWARE", "title": "fw", "version": "1"})
    done = application.session.post(
        application.url(f"/api/otaPackage/{package['id']['id']}"), params={"checksumAlgorithm": "SHA256"},
        files={"file": ("fw.bin", FIRMWARE)}, timeout=30)
    assert done.status_code == 200, done.text
    application.post("/api/device", {**info, "firmwareId": package["id"]})


def seen(application, identifier):
    """What applications see of the device."""
    values = "/api/plugins/telemetry/DEVICE/" + identifier
    alarms = application.get("/api/alarm/DEVICE/" + identifier, pageSize=10, page=0)["data"]
    firmware = application.get("/api/device/" + identifier)["firmwareId"]["id"]
    return {
        "firmware": application.session.get(application.url(f"/api/otaPackage/{firmware}/download"),
                                            timeout=30).content == FIRMWARE,
        "info": {name: value for name, value in application.get("/api/device/" + identifier).items()
                 if name in ("name", "createdTime", "type", "label")},
        "credentials": application.get(f"/api/device/{identifier}/credentials")["credentialsId"],
        "history": application.get(values + "/values/timeseries", keys="temperature", startTs=0,
                                   endTs=4_000_000_000_000, limit=100),
        "latest": application.get(values + "/values/timeseries"),
        "client": application.get(values + "/values/attributes/CLIENT_SCOPE"),
        "shared": application.get(values + "/values/attributes/SHARED_SCOPE"),
        "rpcs": [one["id"]["id"] for one in application.get(
            "/api/rpc/persistent/device/" + identifier, pageSize=10, page=0)["data"]],
        "alarms": [(one["id"]["id"], one["type"], one["severity"]) for one in alarms],
    }


def relations(application, identifier):
    return len(application.get("/api/relations", toId=identifier, toType="DEVICE"))


def tenant_of(node):
    application = Application(node)
    application.log_in("tenant@thingsboard.org", "tenant")
    return application


def serves(folder, identifier, expected, related):
    node = Node(sys.argv[1], folder, ["--demo"])
    with node:
        application = tenant_of(node)
        assert seen(application, identifier) == expected, (seen(application, identifier), expected)
        assert relations(application, identifier) == related
        device = Device(node, TOKEN.replace(" ", "%20"))
        assert device.poll("/attributes?sharedKeys=target")["shared"] == {"target": 3}
        assert node.stop() == 0


def all_of_it(operator, folder, identifier, expected):
    exported = folder / "all"
    exported.write_text(operator.run("store", "export", "--secrets"))
    restored = folder / "restored"
    asked = operator.run("store", "import", str(restored), str(exported), status=1, data=False)
    assert "--yes" in asked and "nothing was changed" in asked and not restored.exists(), asked
    told = operator.run("store", "import", str(restored), str(exported), "--yes", data=False)
    assert "rows of history" in told and "the bytes of 1 packages" in told, told
    copy = Operator(operator.program, restored)
    assert copy.ask("store", "check")["problem_count"] == 0
    again = copy.run("store", "export", "--secrets").splitlines()
    assert again[1:] == exported.read_text().splitlines()[1:]
    serves(restored, identifier, expected, 1)


class Asking:
    """An import that has asked its question at a terminal."""

    def __init__(self, program, folder, file):
        self.terminal, end = pty.openpty()
        self.process = subprocess.Popen([program, "store", "import", str(folder), str(file), "--replace"], stdin=end,
                                        stdout=end, stderr=subprocess.DEVNULL)
        os.close(end)
        shown = ""
        while "[y/N]" not in shown:
            shown += os.read(self.terminal, 4096).decode()
        assert "1 devices (1 of them replaced)" in shown, shown

    def end(self, answer):
        if answer is None:
            self.process.kill()
        else:
            os.write(self.terminal, answer)
        status = self.process.wait(30)
        os.close(self.terminal)
        return status


def without_room():
    """No file may grow, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def rows_of(operator):
    return operator.run("store", "export", "--secrets").splitlines()[1:]


def broken_off(operator, folder, file):
    """Whatever ends an import before its answer, nothing has changed."""
    target = Operator(operator.program, folder)
    before = rows_of(target)
    full = subprocess.run([operator.program, "store", "import", str(folder), str(file), "--replace", "--yes"],
                          capture_output=True, text=True, preexec_fn=without_room, timeout=60, check=False)
    assert full.returncode == 1 and "nothing was changed" in full.stderr, full
    assert rows_of(target) == before
    assert Asking(operator.program, folder, file).end(b"n\n") == 1
    assert not (folder / "store.importing").exists() and rows_of(target) == before
    assert Asking(operator.program, folder, file).end(None) == -signal.SIGKILL
    assert (folder / "store.importing").exists() and rows_of(target) == before
    assert Asking(operator.program, folder, file).end(b"y\n") == 0
    assert not (folder / "store.importing").exists()
    assert sorted(rows_of(target)) == sorted(before)


def one_device(operator, folder, identifier, expected):
    """To another installation, whose tenant and profile have other identifiers."""
    exported = folder / "device"
    exported.write_text(operator.run("store", "export", NAME, "--secrets"))
    shown = operator.run("store", "export", NAME)
    assert TOKEN not in shown and json.loads(shown.splitlines()[0])["complete"] is False, shown
    other = folder / "other"
    with Node(sys.argv[1], other, ["--demo"]) as node:
        assert "in use" in operator.run("store", "import", str(other), str(exported), "--yes", status=1, data=False)
        assert node.stop() == 0
    operator.run("store", "import", str(other), str(exported), "--yes", data=False)
    assert Operator(operator.program, other).ask("store", "check")["problem_count"] == 0
    refused = operator.run("store", "import", str(other), str(exported), "--yes", status=1, data=False)
    assert "--replace" in refused and "line " in refused, refused
    broken_off(operator, other, exported)
    serves(other, identifier, expected, 0)


def story(node, application, operator):
    identifier = prepare(node, application)
    expected = seen(application, identifier)
    assert expected["firmware"]
    assert "in use" in operator.run("store", "export", status=1)
    assert node.stop() == 0
    with tempfile.TemporaryDirectory(prefix="muster-transfer-") as name:
        folder = pathlib.Path(name)
        all_of_it(operator, folder, identifier, expected)
        one_device(operator, folder, identifier, expected)


if __name__ == "__main__":
    tell(story)
