#!/usr/bin/env python3
"""What rule chains do over several nodes while nodes die: readings of devices of one node are kept at a device of
another and told to another server, and alarms are raised, seen and acknowledged by any node.
Usage: chains_test.py MUSTER_NODE handed|alarms"""

import json
import time

from story import tell
from fleet import expect, owned_by
from http_receiver import Receiver
from rules_test import node_of

READINGS = 60
SENDERS = 3
BEGIN = 1_700_000_000_000


def link(start, end, relation):
    return {"fromIndex": start, "toIndex": end, "type": relation}


def save_root(node, login, nodes, connections):
    page = json.loads(expect(node, "GET", "/api/ruleChains?pageSize=10&page=0", headers=login))
    chain = next(one["id"] for one in page["data"] if one["root"])
    graph = json.loads(expect(node, "POST", "/api/ruleChain/metadata", {
        "ruleChainId": chain, "firstNodeIndex": 0, "ruleChainConnections": None, "nodes": nodes,
        "connections": connections}, login))
    assert not any("warning" in one for one in graph["nodes"]), graph


def ask(cluster, method, path, body=None, login=()):
    """Of any node that lives, until one answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for node in cluster.alive():
            try:
                status, text = node.request(method, path, body, login)
            except OSError:
                continue
            if status == 200:
                return json.loads(text) if text else None
            assert status in (401, 503), (method, path, status, text)
        time.sleep(0.05)
    raise AssertionError(f"{method} {path} has no answer")


def telemetry_of(cluster, login, device, key):
    path = (f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries?keys={key}&startTs=0&endTs=4000000000000"
            "&limit=10000")
    return ask(cluster, "GET", path, login=login).get(key, [])


def wait_for(readings, found, where):
    end = time.monotonic() + 60
    while missing := readings - set(found()):
        assert time.monotonic() < end, f"readings are missing {where}: {sorted(missing)}"
        time.sleep(0.05)


def handed(cluster):
    """Each acknowledged reading is kept once at the hub, and is told outside under one key."""
    first, second, third = cluster.nodes
    login = first.log_in()
    receiver = Receiver()
    save_root(first, login, [
        node_of("filter.TbMsgTypeFilterNode", "Telemetry", messageTypes=["POST_TELEMETRY_REQUEST"]),
        node_of("transform.TbChangeOriginatorNode", "Hub", originatorSource="RELATED",
                relationsQuery={"direction": "FROM", "maxLevel": 1,
                                "filters": [{"relationType": "Feeds", "entityTypes": ["DEVICE"]}]}),
        node_of("telemetry.TbMsgTimeseriesNode", "Save", defaultTTL=0),
        node_of("rest.TbRestApiCallNode", "Call", requestMethod="POST",
                restEndpointUrlPattern=f"http://127.0.0.1:{receiver.port}/heard"),
    ], [link(0, 1, "True"), link(1, 2, "Success"), link(0, 3, "True")])
    hub = owned_by(cluster, second, 1, login, "HUB")[0]
    senders = owned_by(cluster, third, SENDERS, login, "SENDER")
    for sender in senders:
        expect(first, "POST", "/api/relation", {
            "from": {"entityType": "DEVICE", "id": sender.id}, "to": {"entityType": "DEVICE", "id": hub.id},
            "type": "Feeds"}, login)

    acknowledged = set()
    for n in range(READINGS):
        if n == READINGS // 3:
            second.kill()
        if n == 2 * READINGS // 3:
            second.start()
            third.kill()
        # Two of one millisecond would have one value.
        ask(cluster, "POST", f"/api/v1/{senders[n % SENDERS].token}/telemetry", {"ts": BEGIN + n, "values": {"n": n}})
        acknowledged.add(n)

    def kept():
        return sorted(int(one["value"]) for one in telemetry_of(cluster, login, hub.id, "n"))

    wait_for(acknowledged, kept, "at the hub")
    wait_for(acknowledged, receiver.heard, "outside")
    assert kept() == sorted(acknowledged), kept()
    print(f"{len(acknowledged)} readings")


def alarms(cluster):
    """A rule of the profile raises an alarm whoever takes the value; it outlives its owner, and is one."""
    first, second, third = cluster.nodes
    login = first.log_in()
    device = owned_by(cluster, second, 1, login, "HOT")[0]
    info = ask(cluster, "GET", f"/api/device/{device.id}", login=login)
    profile = ask(cluster, "GET", f"/api/deviceProfile/{info['deviceProfileId']['id']}", login=login)
    condition = {"condition": [{"key": {"type": "TIME_SERIES", "key": "t"}, "valueType": "NUMERIC",
                                "predicate": {"type": "NUMERIC", "operation": "GREATER",
                                              "value": {"defaultValue": 30}}}], "spec": {"type": "SIMPLE"}}
    profile["profileData"]["alarms"] = [{"id": "hot", "alarmType": "Hot",
                                         "createRules": {"MAJOR": {"condition": condition}}}]
    expect(third, "POST", "/api/deviceProfile", profile, login)

    def listed():
        page = ask(cluster, "GET", f"/api/alarm/DEVICE/{device.id}?pageSize=10&page=0", login=login)
        return [(one["type"], one["status"]) for one in page["data"]]

    ask(cluster, "POST", f"/api/v1/{device.token}/telemetry", {"t": 31})
    assert listed() == [("Hot", "ACTIVE_UNACK")], listed()
    second.kill()
    ask(cluster, "POST", f"/api/v1/{device.token}/telemetry", {"t": 32})
    assert listed() == [("Hot", "ACTIVE_UNACK")], listed()
    alarm = ask(cluster, "GET", f"/api/alarm/DEVICE/{device.id}?pageSize=10&page=0", login=login)["data"][0]
    ask(cluster, "POST", f"/api/alarm/{alarm['id']['id']}/ack", login=login)
    second.start()
    cluster.wait_balanced()
    for node in cluster.nodes:
        found = json.loads(expect(node, "GET", f"/api/alarm/{alarm['id']['id']}", headers=login))
        assert found["status"] == "ACTIVE_ACK", (node.name, found)


if __name__ == "__main__":
    tell(handed, alarms)
