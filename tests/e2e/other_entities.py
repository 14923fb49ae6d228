"""What rule chains do at other entities than their device, and what they are told of how devices come about, told to
the real muster-node: readings are kept at another device, each once although the node is killed in between.
Usage: other_entities.py MUSTER_NODE"""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
import relations  # noqa: E402
from outbox import BEGIN, route, values_of, wait_until  # noqa: E402
from relations import relate  # noqa: E402
from rule_chains import link, node_of, save_graph  # noqa: E402
from story import Application, Device  # noqa: E402

READINGS = 40


def script(name, text):
    return node_of("transform.TbTransformMsgNode", name, scriptLang="JS", jsScript=text)


def make_chain(application):
    """A reading is kept at the device that this one feeds; a limit at its customer and, by name, at another device; of
    a device's making and relations the device itself keeps something, of its end the tenant. A generator of no device
    makes the hub's heart beat."""
    chain = application.post("/api/ruleChain", {"name": "Others"})
    kept = "return {msg: %s, metadata: metadata, msgType: '%s'};"
    graph = save_graph(application, chain, [
        node_of("filter.TbMsgTypeSwitchNode", "Switch", version=0),
        node_of("filter.TbJsSwitchNode", "Which", scriptLang="JS",
                jsScript="return 'reading' in msg ? 'reading' : 'limit' in msg ? 'limit' : [];"),
        node_of("transform.TbChangeOriginatorNode", "Hub", originatorSource="RELATED",
                relationsQuery={"direction": "FROM", "maxLevel": 1,
                                "filters": [{"relationType": "Feeds", "entityTypes": ["DEVICE"]}]}),
        node_of("telemetry.TbMsgTimeseriesNode", "Save", defaultTTL=0),
        script("Limit", kept % ("{limit: msg.limit}", "POST_ATTRIBUTES_REQUEST")),
        node_of("transform.TbChangeOriginatorNode", "Owner", originatorSource="CUSTOMER"),
        node_of("transform.TbChangeOriginatorNode", "Named", originatorSource="ENTITY", entityType="DEVICE",
                entityNamePattern="Test Device B1"),
        node_of("telemetry.TbMsgAttributesNode", "Keep", scope="SERVER_SCOPE", notifyDevice=False),
        script("Made", kept % ("{made: msg.name}", "POST_TELEMETRY_REQUEST")),
        script("Tied", kept % ("{tied: msg.type}", "POST_TELEMETRY_REQUEST")),
        script("Changed", kept % ("{label: msg.label}", "POST_TELEMETRY_REQUEST")),
        node_of("debug.TbMsgGeneratorNode", "Heart", msgCount=0, periodInSeconds=1, scriptLang="JS",
                jsScript="return {msg: {beat: (prevMsg.beat || 0) + 1}, metadata: {}, "
                         "msgType: 'POST_TELEMETRY_REQUEST'};"),
        node_of("transform.TbChangeOriginatorNode", "To the hub", originatorSource="ENTITY", entityType="DEVICE",
                entityNamePattern="Hub"),
        script("Gone", kept % ("{gone: msg.name}", "POST_ATTRIBUTES_REQUEST")),
        node_of("transform.TbChangeOriginatorNode", "Tenant", originatorSource="TENANT"),
    ], [link(0, 1, "Post telemetry"), link(1, 2, "reading"), link(2, 3, "Success"), link(1, 4, "limit"),
        link(4, 5, "Success"), link(4, 6, "Success"), link(5, 7, "Success"), link(6, 7, "Success"),
        link(0, 8, "Entity Created"), link(8, 3, "Success"), link(0, 9, "Relation Added or Updated"),
        link(9, 3, "Success"), link(0, 10, "Entity Updated"), link(10, 3, "Success"),
        link(11, 12, "Success"), link(12, 3, "Success"), link(0, 13, "Entity Deleted"), link(13, 14, "Success"),
        link(14, 7, "Success")])
    assert not any("warning" in one for one in graph["nodes"]), graph
    return chain


def readings_over_kills(node, application, hub):
    for n in range(READINGS):
        Device(node, "A1_TEST_TOKEN").post("/telemetry", json.dumps({"ts": BEGIN + n, "values": {"reading": n}}))
        if n % 10 == 9:
            node.kill()
            node.start()
    application.log_in("tenant@thingsboard.org", "tenant")

    def kept():
        return sorted(int(one["value"]) for one in values_of(application, hub, "reading"))

    wait_until(lambda: len(kept()) >= READINGS, "readings are missing")
    assert kept() == list(range(READINGS)), kept()


def tenant_hears(node, application, own):
    """Of a generator of no device, also after the node has died, and of a device that is deleted."""
    hub = application.get("/api/tenant/devices", deviceName="Hub")["id"]["id"]
    wait_until(lambda: values_of(application, hub, "beat"), "the generator makes nothing")
    node.kill()
    node.start()
    application.log_in("tenant@thingsboard.org", "tenant")
    before = values_of(application, hub, "beat")
    wait_until(lambda: len(values_of(application, hub, "beat")) > len(before), "the generator has not gone on")
    beats = [int(one["value"]) for one in values_of(application, hub, "beat")]
    assert len(beats) == len(set(beats)), beats

    tenant = application.get(f"/api/device/{own}")["tenantId"]
    gone = application.post("/api/device", {"name": "Short-lived"})
    application.delete(f"/api/device/{gone['id']['id']}")
    wait_until(lambda: relations.values_of(application, {"id": tenant}).get("gone") == "Short-lived",
               "the chain has not heard of the device's end")


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        own = route(application, make_chain(application))

        made = application.post("/api/device", {"name": "Hub"})
        hub = made["id"]["id"]
        wait_until(lambda: values_of(application, hub, "made"), "the chain has not heard of the new device")
        assert values_of(application, hub, "made")[0]["value"] == "Hub"
        application.post("/api/device", {**made, "label": "Cellar"})
        assert values_of(application, hub, "label")[0]["value"] == "Cellar"
        relate(application, {"id": {"entityType": "DEVICE", "id": own}}, made, "Feeds")
        assert values_of(application, hub, "tied")[0]["value"] == "Feeds"
        assert values_of(application, own, "tied")[0]["value"] == "Feeds"

        readings_over_kills(node, application, hub)
        assert values_of(application, own, "reading") == []

        customer = application.post("/api/customer", {"title": "Waterworks"})
        application.post(f"/api/customer/{customer['id']['id']}/device/{own}", None)
        Device(node, "A1_TEST_TOKEN").post("/telemetry", '{"limit":7}')
        named = application.get("/api/tenant/devices", deviceName="Test Device B1")
        for entity in (customer, named):
            wait_until(lambda: relations.values_of(application, entity).get("limit") == 7,
                       f"the limit has not come to {entity['id']}")
        tenant_hears(node, application, own)
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))
