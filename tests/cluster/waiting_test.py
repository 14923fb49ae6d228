#!/usr/bin/env python3
"""Clients that wait at one node while the node that serves their devices goes: each sends one request and is answered
with what happens after it. Usage: waiting_test.py MUSTER_NODE restart|killed|frozen"""

import time

from story import tell
from fleet import owned_by
from muster_cluster import until

EACH = 4


class Waiting:
    """Devices of n2, with their polls and the callers of their RPCs at n1."""

    def __init__(self, cluster):
        self.cluster = cluster
        n1, owner = cluster.nodes[:2]
        login = n1.log_in()
        self.polling = owned_by(cluster, owner, EACH, login, "POLLING")
        self.called = owned_by(cluster, owner, EACH, login, "CALLED")
        for device in self.polling:
            # A device's first poll only sets from when on it is told.
            device.poll(n1, "attributes/updates", 1).answer(expected=408)
        self.updates = [device.poll(n1, "attributes/updates") for device in self.polling]
        self.rpcs = [device.poll(n1, "rpc") for device in self.polling]
        self.callers = [device.call(n1, "late") for device in self.called]
        for what, count in (("muster_polls_parked", 2 * EACH), ('muster_rpcs{state="queued"}', EACH)):
            until(lambda: cluster.metric(owner, what) == count, what)

    def check_polls(self, by):
        """Something happens now, and reaches those who have waited all the time."""
        for number, device in enumerate(self.polling):
            device.share(by, {"target": number})
        for number, poll in enumerate(self.updates):
            assert poll.answer() == {"target": number}, (poll.text, poll.took)
        for device, poll in zip(self.polling, self.rpcs):
            caller = device.call(by, "now", 20_000)
            given = poll.answer()
            assert given["method"] == "now", given
            device.reply(by, given["id"], {"done": device.token})
            assert caller.answer() == {"done": device.token}, caller.text

    def check_callers(self, by):
        """RPCs that waited for their devices are answered when these come."""
        for device, caller in zip(self.called, self.callers):
            given = device.poll(by, "rpc").answer()
            assert given["method"] == "late", given
            device.reply(by, given["id"], {"done": device.token})
            assert caller.answer() == {"done": device.token}, caller.text

    def check_callers_told(self, moment, within):
        """Those whose RPC went with its node are told at once that its fate is not known."""
        for caller in self.callers:
            caller.answer(expected=503)
        print(f"callers told {time.monotonic() - moment:.2f} s after the loss", flush=True)
        assert time.monotonic() < moment + within


def restart(cluster):
    """Both other nodes are restarted, one after the other: all that waits goes on."""
    waiting = Waiting(cluster)
    for node in cluster.nodes[1:]:
        assert node.stop() == 0, node.name
        node.start()
        cluster.wait_balanced()
    waiting.check_callers(cluster.nodes[2])
    waiting.check_polls(cluster.nodes[1])


def killed(cluster):
    waiting = Waiting(cluster)
    cluster.nodes[1].kill()
    waiting.check_callers_told(time.monotonic(), 5)
    waiting.check_polls(cluster.nodes[2])


def frozen(cluster):
    waiting = Waiting(cluster)
    cluster.nodes[1].freeze()
    waiting.check_callers_told(time.monotonic(), 8)
    waiting.check_polls(cluster.nodes[2])
    cluster.nodes[1].thaw()
    cluster.wait_balanced()


if __name__ == "__main__":
    tell(restart, killed, frozen)
