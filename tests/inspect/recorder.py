#!/usr/bin/env python3
"""The last events of a node are shown while it runs, and after it has crashed; they hold no token."""

import json
import signal

from inspected import tell
from story import Device

NAME = "Test Device A1"
TOKEN = "A1_TEST_TOKEN"


def named(events, name):
    return [one for one in events if one.get("name") == name]


def running(node, operator, application, device, identifier):
    device.post("/telemetry", '{"temperature":21}')
    application.post(f"/api/plugins/telemetry/DEVICE/{identifier}/SHARED_SCOPE", {"target": 3})
    Device(node, "nobody").post("/telemetry", '{"t":1}', expected=401)
    events = operator.ask("recorder", "--device", NAME)["events"]
    assert {one["device"] for one in events} == {identifier}, events
    saved = named(events, "save_telemetry")[-1]
    assert saved["from"] == "device" and saved["outcome"] == "done" and saved["rows"] >= 1, saved
    assert named(events, "save_attributes")[-1]["from"] == "application", events
    assert [one["ts"] for one in events] == sorted(one["ts"] for one in events), events
    everything = operator.ask("recorder")["events"]
    commits = [one for one in everything if one["what"] == "commit"]
    assert commits and commits[-1]["changes"] >= 1, everything
    assert len(operator.ask("recorder", "--limit", "1")["events"]) == 1
    lines = operator.run("recorder")
    assert "save_telemetry" in lines and TOKEN not in lines, lines
    refused(operator, application, device, identifier)


def refused(operator, application, device, identifier):
    """The edge refuses a device its former token."""
    access = application.get(f"/api/device/{identifier}/credentials")
    access["credentialsId"] = "another token"
    access = application.post("/api/device/credentials", access)
    device.post("/telemetry", '{"temperature":22}', expected=401)
    last = operator.ask("recorder", "--device", NAME)["events"][-1]
    assert last["what"] == "refused" and last["why"] == "unauthorized", last
    assert "another token" not in operator.run("recorder")
    access["credentialsId"] = TOKEN
    application.post("/api/device/credentials", access)


def crashed(node, operator, device, identifier):
    device.post("/attributes", '{"color":"red"}')
    # A sanitizer ends the process in its own way.
    usual = not node.instrumented()
    node.process.send_signal(signal.SIGSEGV)
    assert node.process.wait(30) == -signal.SIGSEGV or not usual, node.process.returncode
    dumps = list(operator.data.glob("crash-*.jsonl"))
    assert len(dumps) == 1 and dumps[0].stat().st_mode & 0o777 == 0o600, dumps
    text = dumps[0].read_text()
    assert TOKEN not in text, text
    assert all(json.loads(line) for line in text.splitlines())
    told = operator.ask("recorder", "--file", str(dumps[0]))
    assert told["crash"]["signal"] == "SIGSEGV" and told["crash"]["version"], told["crash"]
    mine = [one for one in told["events"] if one.get("device") == identifier]
    assert mine[-1]["name"] == "save_attributes" and mine[-1]["outcome"] == "done", mine
    assert operator.ask("recorder")["events"] == told["events"]
    lines = operator.run("recorder", "--file", str(dumps[0]))
    assert "SIGSEGV" in lines and "save_attributes" in lines, lines
    assert "left" in operator.run("recorder", "--file", str(node.log), status=1)
    assert "cannot be read" in operator.run("recorder", "--file", "nothing", status=1)
    return dumps[0]


def story(node, application, operator):
    device = Device(node, TOKEN)
    identifier = application.get("/api/tenant/devices", deviceName=NAME)["id"]["id"]
    running(node, operator, application, device, identifier)
    dump = crashed(node, operator, device, identifier)
    node.process = None
    node.start()
    # Whoever starts it anew is told.
    assert str(dump.name) in node.log.read_text()
    assert all(one["what"] != "crash" for one in operator.ask("recorder")["events"])


if __name__ == "__main__":
    tell(story)
