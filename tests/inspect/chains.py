#!/usr/bin/env python3
"""What passes the nodes of a rule chain is counted by node, and a device's trace shows the way of its messages."""

import json
import subprocess
import time

from inspected import tell
from story import Device

NAME = "Test Device A1"


def script(name, body):
    return {"type": "org.thingsboard.rule.engine.transform.TbTransformMsgNode", "name": name,
            "configuration": {"scriptLang": "JS", "jsScript": body, "tbelScript": ""}}


def make_chain(application):
    """Telemetry is changed, then saved; that without a number fails."""
    chain = application.post("/api/ruleChain", {"name": "Counted"})
    nodes = [
        script("double it", "if (typeof msg.t !== 'number') { throw new Error('no number'); } msg.t *= 2;"
                            "return {msg: msg, metadata: metadata, msgType: msgType};"),
        {"type": "org.thingsboard.rule.engine.telemetry.TbMsgTimeseriesNode", "name": "save",
         "configuration": {"defaultTTL": 0}}]
    application.post("/api/ruleChain/metadata", {
        "ruleChainId": chain["id"], "firstNodeIndex": 0, "nodes": nodes,
        "connections": [{"fromIndex": 0, "toIndex": 1, "type": "Success"}], "ruleChainConnections": None})
    application.post(f"/api/ruleChain/{chain['id']['id']}/root")
    return chain["id"]["id"]


def counted(operator, *words):
    found = operator.ask("chains", "--chain", "Counted", *words)["chains"]
    assert len(found) == 1, found
    return found[0], {node["name"]: node for node in found[0]["nodes"]}


def counts(operator, device, chain):
    before, nodes = counted(operator, "--for", "0")
    assert before["id"] == chain and before["root"], before
    start = nodes["save"]["messages"]
    for _ in range(5):
        device.post("/telemetry", '{"t":1}')
    device.post("/telemetry", '{"t":"one"}')
    found, nodes = counted(operator, "--for", "0")
    assert nodes["save"]["messages"] == start + 5, nodes
    assert nodes["double it"]["errors"] >= 1 and "no number" in nodes["double it"]["lastError"], nodes
    assert nodes["save"]["errors"] == 0 and "lastError" not in nodes["save"], nodes
    assert found["messages"] >= 6 and found["errors"] >= 1, found
    # Somebody looks on since then, so that times are taken.
    device.post("/telemetry", '{"t":1}')
    _, nodes = counted(operator, "--for", "0")
    assert nodes["double it"]["microseconds"] > 0, nodes
    lines = operator.run("chains", "--chain", chain, "--for", "0")
    assert "double it" in lines and "no number" in lines, lines
    assert operator.ask("chains", "--chain", "nobody", "--for", "0")["chains"] == []
    assert "Example:" in operator.run("chains", "--help", data=False)


def rates(operator, device):
    looking = subprocess.Popen([operator.program, "chains", "--chain", "Counted", "--for", "2", "--json", "--data",
                                str(operator.data)], stdout=subprocess.PIPE, text=True)
    while looking.poll() is None:
        device.post("/telemetry", '{"t":1}')
    node = json.loads(looking.communicate()[0])["chains"][0]["nodes"][0]
    assert node["rate"] > 1 and node["load"] > 0, node


def way(operator, device):
    traced = subprocess.Popen([operator.program, "trace", NAME, "--for", "3", "--json", "--data", str(operator.data)],
                              stdout=subprocess.PIPE, text=True)
    end = time.monotonic() + 3
    while time.monotonic() < end and traced.poll() is None:
        device.post("/telemetry", '{"t":1}')
        device.post("/telemetry", '{"t":"one"}')
    steps = [event for event in map(json.loads, traced.communicate()[0].splitlines())
             if event["what"] == "chain" and event["type"] == "POST_TELEMETRY_REQUEST"]
    passed = {(step["chain"], step["node"], step["relation"]) for step in steps}
    assert passed == {("Counted", "double it", None), ("Counted", "double it", "Success"), ("Counted", "save", None),
                      ("Counted", "save", "Success"), ("Counted", "double it", "Failure")}, passed
    assert all("no number" in step["error"] for step in steps if step["relation"] == "Failure"), steps


def slow(node, application, device):
    """What holds up the other devices of a thread is logged with what it was for."""
    chain = application.post("/api/ruleChain", {"name": "Slow"})
    burn = ("var end = Date.now() + 30; while (Date.now() < end) {} "
            "return {msg: msg, metadata: metadata, msgType: msgType};")
    application.post("/api/ruleChain/metadata", {
        "ruleChainId": chain["id"], "firstNodeIndex": 0, "nodes": [script(name, burn) for name in ("a", "b", "c")],
        "connections": [{"fromIndex": 0, "toIndex": 1, "type": "Success"},
                        {"fromIndex": 1, "toIndex": 2, "type": "Success"}], "ruleChainConnections": None})
    application.post(f"/api/ruleChain/{chain['id']['id']}/root")
    device.post("/telemetry", '{"t":1}')
    end = time.monotonic() + 10
    while "save_telemetry took its actor" not in node.log.read_text():
        assert time.monotonic() < end, node.log.read_text()


def story(node, application, operator):
    device = Device(node, "A1_TEST_TOKEN")
    chain = make_chain(application)
    device.post("/telemetry", '{"t":1}')
    counts(operator, device, chain)
    rates(operator, device)
    way(operator, device)
    slow(node, application, device)


if __name__ == "__main__":
    tell(story)
