#!/usr/bin/env python3
"""A rule chain that is changed at one node holds at all others from its answer on: devices of each node ask for something
by any node, and are answered by the newest chain. Alarm rules of devices of each node follow their owner's attributes.
Usage: rules_test.py MUSTER_NODE obeyed|lost|owned"""

import json
import time

from story import tell
from fleet import expect, owned_by

CHANGES = 30
ENGINE = "org.thingsboard.rule.engine."


def node_of(short_class, name, **configuration):
    return {"type": ENGINE + short_class, "name": name, "configuration": configuration}


class AnsweringChain:
    """The tenant's root chain, which answers a device's own RPC with a number."""

    def __init__(self, cluster):
        self.node = cluster.nodes[0]
        self.login = self.node.log_in()
        page = json.loads(expect(self.node, "GET", "/api/ruleChains?pageSize=10&page=0", headers=self.login))
        self.chain = next(one["id"] for one in page["data"] if one["root"])

    def answer_with(self, number, node=None):
        """Returns how long it took; the status is 200."""
        script = f"return {{msg: {{number: {number}}}, metadata: metadata, msgType: msgType}};"
        begun = time.monotonic()
        expect(node or self.node, "POST", "/api/ruleChain/metadata", {
            "ruleChainId": self.chain, "firstNodeIndex": 0, "ruleChainConnections": None,
            "nodes": [node_of("transform.TbTransformMsgNode", "Answer", scriptLang="JS", jsScript=script),
                      node_of("rpc.TbSendRPCReplyNode", "Reply", serviceIdMetaDataAttribute="serviceId",
                              sessionIdMetaDataAttribute="sessionId", requestIdMetaDataAttribute="requestId")],
            "connections": [{"fromIndex": 0, "toIndex": 1, "type": "Success"}]}, self.login)
        return time.monotonic() - begun


def ask(node, device, expected):
    """The first answer after a change; a shard that moves may have none for a moment."""
    text = expect(node, "POST", f"/api/v1/{device.token}/rpc", {"method": "which", "params": {}})
    assert json.loads(text) == {"number": expected}, (node.name, device.token, text, expected)


def obeyed(cluster):
    """The next request after the answer meets the new chain, whoever is asked."""
    chain = AnsweringChain(cluster)
    devices = [owned_by(cluster, node, 1, chain.login, f"ASKS_{node.name}")[0] for node in cluster.nodes]
    took = []
    for number in range(CHANGES):
        took.append(chain.answer_with(number, cluster.nodes[number % 3]))
        for at, device in enumerate(devices):
            ask(cluster.nodes[(number + at) % 3], device, number)
    print(f"a change took {sorted(took)[len(took) // 2] * 1000:.0f} ms, at most {max(took) * 1000:.0f} ms")


def lost(cluster):
    """A node that is killed holds a change up until it is declared dead; a frozen one is not asked what it thinks."""
    chain = AnsweringChain(cluster)
    other, victim = cluster.nodes[1:]
    device = owned_by(cluster, other, 1, chain.login, "ASKS")[0]
    chain.answer_with(1)
    victim.freeze()
    took = chain.answer_with(2)
    ask(other, device, 2)
    print(f"with a frozen node a change took {took:.1f} s")
    assert took > 1.0, took
    victim.kill()
    chain.answer_with(3)
    ask(other, device, 3)


def threshold(key, value):
    return {"condition": {"condition": [{
        "key": {"type": "TIME_SERIES", "key": key}, "valueType": "NUMERIC",
        "predicate": {"type": "NUMERIC", "operation": "GREATER", "value": value}}], "spec": {"type": "SIMPLE"}}}


class AlarmedDevice:
    """A device, asked at one node about its alarms."""

    def __init__(self, device, node, login):
        self.device, self.node, self.login = device, node, login

    def measure(self, value):
        expect(self.node, "POST", f"/api/v1/{self.device.token}/telemetry", {"t": value})

    def alarms(self):
        page = json.loads(expect(self.node, "GET", f"/api/alarm/DEVICE/{self.device.id}?pageSize=99&page=0"
                                 "&searchStatus=ACTIVE", headers=self.login))
        return {one["type"]: one["id"]["id"] for one in page["data"]}

    def raises(self, value):
        """The alarm is cleared again."""
        self.measure(value)
        raised = self.alarms().get("hot")
        if raised:
            expect(self.node, "POST", f"/api/alarm/{raised}/clear", headers=self.login)
        return raised is not None


def within(seconds, what):
    """How long it took until that was so."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() < begun + seconds, "it has not come to be"
        time.sleep(0.005)
    return time.monotonic() - begun


def owned(cluster):
    """A threshold of the tenant that is set at one node is soon in force at all; a device's own rules and what its alarms
    are shown at work wherever the device is."""
    login = cluster.nodes[0].log_in()
    devices = [AlarmedDevice(owned_by(cluster, node, 1, login, f"ALARMED_{node.name}")[0], node, login)
               for node in cluster.nodes]
    tenant = json.loads(expect(cluster.nodes[0], "GET", "/api/auth/user", headers=login))["tenantId"]["id"]
    first = devices[0].device
    whole = json.loads(expect(cluster.nodes[0], "GET", f"/api/device/{first.id}", headers=login))
    path = f"/api/deviceProfile/{whole['deviceProfileId']['id']}"
    profile = json.loads(expect(cluster.nodes[0], "GET", path, headers=login))
    profile["profileData"]["alarms"] = [{"id": "1", "alarmType": "hot", "propagate": True, "createRules": {
        "MAJOR": threshold("t", {"defaultValue": 1e9, "dynamicValue": {
            "sourceType": "CURRENT_TENANT", "sourceAttribute": "limit", "inherit": False}})}}]
    expect(cluster.nodes[0], "POST", "/api/deviceProfile", profile, login)
    took = []
    for number in range(CHANGES):
        limit = 1000 - number
        expect(cluster.nodes[number % 3], "POST", f"/api/plugins/telemetry/TENANT/{tenant}/SERVER_SCOPE",
               {"limit": limit}, login)
        assert devices[number % 3].raises(limit + 0.5), "who has changed it does not know it"
        took.append(max(within(6, lambda one=one, limit=limit: one.raises(limit + 0.5)) for one in devices))
        assert not any(one.raises(limit) for one in devices)
    print(f"a threshold was in force everywhere after {sorted(took)[len(took) // 2] * 1000:.0f} ms, "
          f"at most {max(took) * 1000:.0f} ms")

    house, pump = devices[0], devices[1]
    expect(cluster.nodes[2], "POST", "/api/relation", {
        "from": {"entityType": "DEVICE", "id": house.device.id}, "to": {"entityType": "DEVICE", "id": pump.device.id},
        "type": "Contains"}, login)
    expect(cluster.nodes[2], "POST", "/api/calculatedField", {
        "type": "ALARM", "name": "own", "entityId": {"entityType": "DEVICE", "id": pump.device.id}, "configuration": {
            "type": "ALARM", "propagate": True,
            "arguments": {"t": {"refEntityKey": {"key": "t", "type": "TS_LATEST"}}},
            "createRules": {"MINOR": {"condition": {"type": "SIMPLE", "expression": {"type": "SIMPLE", "filters": [{
                "argument": "t", "valueType": "NUMERIC", "predicates": [{
                    "type": "NUMERIC", "operation": "LESS", "value": {"staticValue": 0}}]}]}}}}}}, login)
    pump.measure(-1)
    assert "own" in pump.alarms()
    within(6, lambda: "own" in house.alarms())


if __name__ == "__main__":
    tell(obeyed, lost, owned)
