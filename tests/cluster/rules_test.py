#!/usr/bin/env python3
"""A rule chain that is changed at one node holds at all others from its answer on: devices of each node ask for something
by any node, and are answered by the newest chain. Usage: rules_test.py MUSTER_NODE obeyed|lost"""

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


if __name__ == "__main__":
    tell(obeyed, lost)
