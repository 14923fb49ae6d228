"""What rule chains leave to be done outside of their device, told to the real muster-node: a message waits over a
crash, another server is asked, and hears of each message although the node is killed in between. Usage: outbox.py
MUSTER_NODE"""

import json
import pathlib
import sys
import tempfile
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from http_receiver import Receiver  # noqa: E402
from muster_node import Node  # noqa: E402
from rule_chains import link, node_of, save_graph  # noqa: E402
from story import Application, Device  # noqa: E402

MESSAGES = 40
# Of messages: two of one millisecond would have one value.
BEGIN = 1_700_000_000_000


def wait_until(done, what, seconds=60):
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def values_of(application, device, key):
    return application.get(f"/api/plugins/telemetry/DEVICE/{device}/values/timeseries", keys=key,
                           startTs=0, endTs=4_000_000_000_000, limit=10_000).get(key, [])


def route(application, chain):
    device = application.get("/api/tenant/devices", deviceName="Test Device A1")
    profile = application.get("/api/deviceProfile/" + device["deviceProfileId"]["id"])
    profile["defaultRuleChainId"] = chain["id"]
    application.post("/api/deviceProfile", profile)
    return device["id"]["id"]


def rest_call(name, url):
    return node_of("rest.TbRestApiCallNode", name, restEndpointUrlPattern=url, requestMethod="POST",
                   headers={"X-Device": "${deviceName}"},
                   credentials={"type": "basic", "username": "me", "password": "secret"})


def make_chain(application, receiver):
    """Telemetry with `d` is saved after three seconds; with `n` it is told to the receiver, whose answer is saved;
    with `link` it is told to where clouds keep secrets."""
    chain = application.post("/api/ruleChain", {"name": "Outside"})
    base = f"http://127.0.0.1:{receiver.port}"
    graph = save_graph(application, chain, [
        node_of("filter.TbMsgTypeSwitchNode", "Switch", version=0),
        node_of("filter.TbJsSwitchNode", "Which", scriptLang="JS",
                jsScript="return 'd' in msg ? 'delay' : 'link' in msg ? 'link' : 'r' in msg ? 'refused' : 'call';"),
        node_of("delay.TbMsgDelayNode", "Wait", periodInSeconds=3),
        rest_call("Call", base + "/heard"),
        node_of("telemetry.TbMsgTimeseriesNode", "Save", defaultTTL=0),
        rest_call("Refused", base + "/refused"),
        rest_call("Link", "http://169.254.169.254/latest"),
        node_of("transform.TbTransformMsgNode", "Why", scriptLang="JS",
                jsScript="return {msg: {why: metadata.error || metadata.statusCode + metadata.error_body}};"),
    ], [link(0, 1, "Post telemetry"), link(1, 2, "delay"), link(1, 3, "call"), link(2, 4, "Success"),
        link(3, 4, "Success"), link(1, 5, "refused"), link(1, 6, "link"), link(5, 7, "Failure"),
        link(6, 7, "Failure"), link(7, 4, "Success")])
    assert not any("warning" in one for one in graph["nodes"]), graph
    return chain


def delay_over_a_kill(node, application, device):
    Device(node, "A1_TEST_TOKEN").post("/telemetry", '{"d":1}')
    node.kill()
    node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    wait_until(lambda: values_of(application, device, "d"), "the delayed message has not come")


def calls(node, application, device, receiver):
    Device(node, "A1_TEST_TOKEN").post("/telemetry", '{"n":-1}')
    wait_until(lambda: values_of(application, device, "heard"), "the answer has not come")
    assert receiver.headers["X-Device"] == "Test Device A1", receiver.headers
    assert receiver.headers["Authorization"] == "Basic bWU6c2VjcmV0", receiver.headers
    assert receiver.headers["Content-Type"] == "application/json", receiver.headers
    for body, why in (('{"r":1,"n":-2}', "409no"), ('{"link":1}', "may not be called")):
        Device(node, "A1_TEST_TOKEN").post("/telemetry", body)
        wait_until(lambda: any(why in one["value"] for one in values_of(application, device, "why")),
                   f"{why} has not come: {values_of(application, device, 'why')}")


def calls_over_kills(node, application, device, receiver):
    for n in range(MESSAGES):
        Device(node, "A1_TEST_TOKEN").post("/telemetry", json.dumps({"ts": BEGIN + n, "values": {"n": n}}))
        if n % 10 == 9:
            node.kill()
            node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    wanted = set(range(MESSAGES))
    wait_until(lambda: wanted <= set(receiver.heard()), f"heard {receiver.heard()}")

    def saved():
        return [int(one["value"]) for one in values_of(application, device, "heard")]

    wait_until(lambda: wanted <= set(saved()), f"saved {saved()}")
    assert len(saved()) == len(set(saved())), "an answer was saved twice"
    assert len(values_of(application, device, "d")) == 1, "the delayed message has come twice"


def tell(binary, folder):
    receiver = Receiver()
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        device = route(application, make_chain(application, receiver))
        delay_over_a_kill(node, application, device)
        calls(node, application, device, receiver)
        calls_over_kills(node, application, device, receiver)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))
