#!/usr/bin/env python3
"""Each command of muster-inspect on a real node, for people and for programs, and on its folder when it has ended."""

import json
import os
import pty
import select
import subprocess
import termios
import threading
import time

import requests
from inspected import tell
from story import Device

NAME = "Test Device A1"


def plain(operator):
    for command in ("status", "rpc", "polls", "actors", "shards", "journal", "cluster", "config"):
        assert operator.run(command).strip(), command
        assert isinstance(operator.ask(command), dict), command
        assert "Example:" in operator.run(command, "--help", data=False), command


def values(node, operator, device):
    device.post("/telemetry", '{"temperature":21}')
    device.post("/attributes", '{"color":"red"}')
    told = operator.ask("device", NAME)
    assert told["phase"] == "ready" and told["name"] == NAME, told
    assert told["latest"][0]["key"] == "temperature" and told["latest"][0]["value"] == 21, told
    assert told["attributes"]["CLIENT_SCOPE"][0]["value"] == "red", told
    assert operator.ask("device", told["device"])["name"] == NAME
    assert operator.ask("device", "A1_TEST_TOKEN")["name"] == NAME
    assert "A1_TEST_TOKEN" not in json.dumps(told)
    assert "temperature" in operator.run("device", NAME)
    assert "no device" in operator.run("device", "nobody", status=1)
    status = operator.ask("status")
    assert status["devices"]["active"] >= 1 and status["commands"] >= 2, status
    assert operator.ask("journal")["commits"] >= 2
    assert status["version"] and status["memory"]["resident"] > status["memory"]["anonymous"] > 1 << 20, status
    assert node.instrumented() or status["memory"]["heap"] > 1 << 20, status
    assert set(status["limits"].values()) == {0}, status["limits"]
    rates = operator.ask("status")["rates"]
    end = time.monotonic() + 20
    while rates["commands"] == 0:
        assert time.monotonic() < end, rates
        device.post("/telemetry", '{"temperature":21}')
        rates = operator.ask("status")["rates"]


def latencies(operator):
    """Of each endpoint that was asked, in the order of how often."""
    status = operator.ask("status")
    told = {(one["method"], one["path"]): one for one in status["http"]["endpoints"]}
    for asked in (("POST", "/api/v1/{token}/telemetry"), ("POST", "/api/v1/{token}/attributes"),
                  ("POST", "/api/auth/login"), ("GET", "/api/tenant/devices")):
        took = told[asked]["microseconds"]
        assert told[asked]["answers"] >= 1 and told[asked]["errors"] == 0, told[asked]
        assert 0 < took["p50"] <= took["p95"] <= took["p99"] < 10_000_000, told[asked]
    answers = [one["answers"] for one in status["http"]["endpoints"]]
    assert answers == sorted(answers, reverse=True), answers
    lines = operator.run("status").splitlines()
    assert any("/api/v1/{token}/telemetry" in line and line.count(" ms") == 3 for line in lines), lines
    return told


def waiting(application, operator, device, identifier):
    application.post(f"/api/rpc/twoway/{identifier}", {"method": "later", "params": {}, "persistent": True})
    pending = operator.ask("rpc")["rpcs"]
    assert [one["method"] for one in pending] == ["later"], pending
    assert "next poll" in pending[0]["reason"], pending
    device.poll("/rpc")
    forwarded = threading.Thread(target=requests.get, args=(device.base + "/rpc", {"timeout": 3_000}),
                                 kwargs={"headers": {"X-Forwarded-For": "192.0.2.7"}, "timeout": 60})
    forwarded.start()
    poll = threading.Thread(target=device.poll, args=("/attributes/updates", 3_000, 408))
    poll.start()
    end = time.monotonic() + 10
    while len(parked := operator.ask("polls")["polls"]) < 2:
        assert time.monotonic() < end
    assert all(one["left"] <= 3_000 for one in parked), parked
    # The proxy, which is trusted, tells whose it is.
    peers = {"attributes": "127.0.0.1", "rpc": "192.0.2.7"}
    assert {one["kind"]: one["peer"] for one in parked} == peers, parked
    told = operator.ask("device", NAME)["polls"]
    assert {one["kind"]: one["peer"] for one in told} == peers, told
    assert "192.0.2.7" in operator.run("polls") and "192.0.2.7" in operator.run("device", NAME)
    oldest = operator.ask("polls", "--limit", "1")
    assert oldest["total"] == 2 and len(oldest["polls"]) == 1, oldest
    assert "The oldest 1 of 2" in operator.run("polls", "--limit", "1")
    poll.join()
    forwarded.join()
    assert operator.ask("polls")["polls"] == [] and operator.ask("device", NAME)["polls"] == []
    polled = latencies(operator)["GET", "/api/v1/{token}/attributes/updates"]
    assert polled["errors"] == 1 and 1_000_000 < polled["microseconds"]["p50"] < 10_000_000, polled
    assert "delivered" in operator.ask("rpc")["rpcs"][0]["reason"]


def looking_on(operator, device):
    traced = subprocess.Popen([operator.program, "trace", NAME, "--for", "3", "--json", "--data", str(operator.data)],
                              stdout=subprocess.PIPE, text=True)
    # It looks on from its first question; the node says so.
    events = []
    end = time.monotonic() + 3
    while time.monotonic() < end and traced.poll() is None:
        device.post("/telemetry", '{"temperature":22}')
    events = [json.loads(line) for line in traced.communicate()[0].splitlines()]
    what = [event["what"] for event in events]
    assert "command" in what and "effects" in what and "durable" in what, events[:5]
    assert any(event.get("name") == "save_telemetry" for event in events), events[:5]
    lines = operator.run("top", "--times", "2", "--every", "1", "--json").splitlines()
    assert len(lines) == 2 and json.loads(lines[1])["total"] >= 1, lines
    assert "messages/s" in operator.run("top", "--times", "1")
    by_memory = operator.run("top", "--times", "2", "--every", "1", "--sort", "memory", "--json").splitlines()
    sizes = [one["bytes"] for one in json.loads(by_memory[1])["actors"]]
    assert all(500 < size < 100_000 for size in sizes) and sizes == sorted(sizes, reverse=True), by_memory
    assert " KiB" in operator.run("top", "--times", "1")
    device_id = operator.ask("device", NAME)["device"]
    found = operator.ask("top", "--times", "1", "--filter", device_id[:13])["actors"]
    assert device_id in [one["device"] for one in found], found
    assert operator.ask("top", "--times", "1", "--filter", "nothing")["actors"] == []
    keys(operator)


def keys(operator):
    """On a terminal keys order and filter, and the terminal is as before in the end."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    top = subprocess.Popen([operator.program, "top", "--every", "60", "--data", str(operator.data)], stdin=theirs,
                           stdout=theirs)

    def until(text):
        seen = b""
        end = time.monotonic() + 20
        while text not in seen:
            assert time.monotonic() < end, seen
            if select.select([ours], [], [], 1)[0]:
                seen += os.read(ours, 65_536)

    until(b"q end")
    os.write(ours, b"l")
    until(b"q end")
    os.write(ours, b"/nothing\n")
    until(b"(nothing)")
    os.write(ours, b"q")
    assert top.wait(10) == 0
    assert termios.tcgetattr(theirs) == before


def levers(operator):
    assert "--yes" in operator.run("passivate", NAME, status=1)
    operator.run("passivate", NAME, "--yes")
    end = time.monotonic() + 10
    while any(one["device"] for one in operator.ask("actors")["actors"]):
        assert time.monotonic() < end
        operator.run("passivate", NAME, "--yes")
    assert operator.ask("activate", NAME, "--yes")["phase"] == "ready"
    operator.run("drop", NAME, "--yes")
    assert operator.ask("device", NAME)["latest"][0]["value"] == 22
    operator.run("release", NAME, "--yes")
    assert operator.ask("log", "debug")["level"] == "debug"
    operator.run("log", "loud", status=1)
    operator.run("log", "info")


def config(operator):
    options = {one["option"]: one for one in operator.ask("config")["options"]}
    assert options["data.dir"]["from"] == "command line", options["data.dir"]
    assert options["rpc.client_timeout"] == {
        "option": "rpc.client_timeout", "value": "60000", "from": "default"}, options["rpc.client_timeout"]


def remote(node, operator):
    """By the application API, for the system administrator only."""
    where = ["--node", f"http://127.0.0.1:{node.port}", "--password", "sysadmin"]
    assert "commands" in operator.run("status", *where, data=False)
    assert "refused" in operator.run("status", *where[:2], "--password", "wrong", data=False, status=1)


def offline(operator):
    assert "in use" in operator.run("store", "ls", status=1)


def progress(operator):
    """A bar on a terminal, which a program does not get."""
    check = [operator.program, "store", "check", "--data", str(operator.data)]
    terminal, end = pty.openpty()
    subprocess.run(check, stdout=subprocess.DEVNULL, stderr=end, timeout=60, check=True)
    os.close(end)
    drawn = os.read(terminal, 65_536).decode()
    os.close(terminal)
    assert "\rChecking [" + 30 * "#" + "]" in drawn, drawn
    told = subprocess.run(check, capture_output=True, text=True, timeout=60, check=True).stderr
    assert "\r" not in told and "#" not in told and "100 %" in told, told


def story(node, application, operator):
    device = Device(node, "A1_TEST_TOKEN")
    identifier = application.get("/api/tenant/devices", deviceName=NAME)["id"]["id"]
    plain(operator)
    config(operator)
    values(node, operator, device)
    waiting(application, operator, device, identifier)
    looking_on(operator, device)
    levers(operator)
    remote(node, operator)
    offline(operator)
    application.get("/api/inspect/status", expected=403)
    assert node.stop() == 0
    assert "no node answers" in operator.run("status", status=1)
    kinds = operator.ask("store", "ls")
    assert any(one["kind"] == "credentials" for one in kinds), kinds
    assert "default" in operator.run("store", "scan", "directory", "03")
    assert "temperature" in operator.run("store", "device", NAME)
    assert operator.ask("store", "check")["problem_count"] == 0
    progress(operator)
    assert operator.ask("store", "size", "--device", NAME)[0]["name"] == "devices"
    key = json.loads(operator.run("store", "scan", "directory", "01"))["hex"]
    assert "Tenant" in operator.run("store", "get", "directory", key)
    operator.run("store", "get", "directory", "ff", status=1)


if __name__ == "__main__":
    tell(story, "--http.trusted_proxies", "127.0.0.1")
