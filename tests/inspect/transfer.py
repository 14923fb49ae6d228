#!/usr/bin/env python3
"""All of a node, and one of its devices, are brought to other nodes, which then serve them."""

import json
import pathlib
import sys
import tempfile

from inspected import Operator, tell
from muster_node import Node
from story import Application, Device

NAME = "Travelling device"
TOKEN = "token of the travelling device"


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
    return made["id"]


def seen(application, identifier):
    """What applications see of the device."""
    values = "/api/plugins/telemetry/DEVICE/" + identifier
    alarms = application.get("/api/alarm/DEVICE/" + identifier, pageSize=10, page=0)["data"]
    return {
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
    assert "rows of history" in told, told
    copy = Operator(operator.program, restored)
    assert copy.ask("store", "check")["problem_count"] == 0
    again = copy.run("store", "export", "--secrets").splitlines()
    assert again[1:] == exported.read_text().splitlines()[1:]
    serves(restored, identifier, expected, 1)


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
    operator.run("store", "import", str(other), str(exported), "--yes", "--replace", data=False)
    serves(other, identifier, expected, 0)


def story(node, application, operator):
    identifier = prepare(node, application)
    expected = seen(application, identifier)
    assert "in use" in operator.run("store", "export", status=1)
    assert node.stop() == 0
    with tempfile.TemporaryDirectory(prefix="muster-transfer-") as name:
        folder = pathlib.Path(name)
        all_of_it(operator, folder, identifier, expected)
        one_device(operator, folder, identifier, expected)


if __name__ == "__main__":
    tell(story)
