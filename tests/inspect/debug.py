#!/usr/bin/env python3
"""What came into and went out of a rule node in debug mode is shown to operators, by node and by chain."""

from chains import script
from inspected import tell
from story import Device

SAVE = {"type": "org.thingsboard.rule.engine.telemetry.TbMsgTimeseriesNode", "name": "save",
        "configuration": {"defaultTTL": 0}}


def make_chain(application):
    """The first node keeps what fails in it, the second all; the names of both nodes."""
    chain = application.post("/api/ruleChain", {"name": "Debugged"})["id"]
    check = script("check", "if (typeof msg.t !== 'number') { throw new Error('no number'); }"
                            "return {msg: msg, metadata: metadata, msgType: msgType};")
    check["debugSettings"] = {"failuresEnabled": True}
    made = application.post("/api/ruleChain/metadata", {
        "ruleChainId": chain, "firstNodeIndex": 0,
        "nodes": [check, {**SAVE, "debugSettings": {"failuresEnabled": True, "allEnabled": True}}],
        "connections": [{"fromIndex": 0, "toIndex": 1, "type": "Success"}], "ruleChainConnections": None})
    application.post(f"/api/ruleChain/{chain['id']}/root")
    return chain["id"], {node["name"]: node["id"]["id"] for node in made["nodes"]}


def shown(events):
    return [(event["ruleNode"], event["way"], event["relation"]) for event in events]


def story(node, application, operator):
    device = Device(node, "A1_TEST_TOKEN")
    identifier = application.get("/api/tenant/devices", deviceName="Test Device A1")["id"]["id"]
    # What it is told of the device's awakening is another message.
    device.post("/telemetry", '{"t":0}')
    chain, nodes = make_chain(application)
    assert operator.ask("debug", chain)["events"] == []
    assert "debug mode" in operator.run("debug", chain)
    device.post("/telemetry", '{"t":1}')
    device.post("/telemetry", '{"t":"one"}')
    told = operator.ask("debug", "Debugged")
    assert told["chain"] == "Debugged" and told["chainId"] == chain and told["total"] == 3, told
    assert shown(told["events"]) == [("check", "out", "Failure"), ("save", "out", "Success"), ("save", "in", None)], told
    failed = told["events"][0]
    assert "no number" in failed["error"] and failed["originator"] == identifier, failed
    assert failed["type"] == "POST_TELEMETRY_REQUEST" and failed["data"] == '{"t":"one"}', failed
    assert operator.ask("debug", chain)["events"] == told["events"]
    assert operator.ask("debug", chain, "--errors")["events"] == [failed]
    assert shown(operator.ask("debug", nodes["save"])["events"]) == shown(told["events"])[1:]
    assert shown(operator.ask("debug", chain, "--limit", "1")["events"]) == shown([failed])
    lines = operator.run("debug", chain, "--limit", "2")
    assert "no number" in lines and "POST_TELEMETRY_REQUEST" in lines and "The newest 2 of 3" in lines, lines
    assert "no rule chain" in operator.run("debug", "nobody", status=1)
    where = ["--node", f"http://127.0.0.1:{node.port}", "--password", "sysadmin"]
    assert "no number" in operator.run("debug", chain, "--errors", *where, data=False)
    assert "Example:" in operator.run("debug", "--help", data=False)


if __name__ == "__main__":
    tell(story)
