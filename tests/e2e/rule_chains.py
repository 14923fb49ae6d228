"""Rule chains, told to the real muster-node: an application makes one, routes its devices through it, moves it as a
file, and finds it unharmed after a crash. Usage: rule_chains.py MUSTER_NODE"""

import pathlib
import sys
import tempfile

import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402

ENGINE = "org.thingsboard.rule.engine."


def node_of(short_class, name, **configuration):
    return {"type": ENGINE + short_class, "name": name, "configuration": configuration}


def link(start, end, relation):
    return {"fromIndex": start, "toIndex": end, "type": relation}


def save_graph(application, chain, nodes, connections):
    return application.post("/api/ruleChain/metadata", {
        "ruleChainId": chain["id"], "firstNodeIndex": 0, "nodes": nodes, "connections": connections,
        "ruleChainConnections": None})


def client_rpc(node, expected):
    answer = requests.post(f"http://127.0.0.1:{node.port}/api/v1/A1_TEST_TOKEN/rpc",
                           json={"method": "getTime", "params": {}}, timeout=30)
    assert answer.status_code == 200 and answer.json() == expected, f"{answer.status_code} {answer.text}"


def make_answering_chain(application):
    chain = application.post("/api/ruleChain", {"name": "Answers"})
    graph = save_graph(application, chain, [
        node_of("filter.TbMsgTypeSwitchNode", "Switch", version=0),
        node_of("transform.TbTransformMsgNode", "Answer", scriptLang="JS",
                jsScript="return {msg: {said: msg.method}, metadata: metadata, msgType: msgType};"),
        node_of("rpc.TbSendRPCReplyNode", "Reply", serviceIdMetaDataAttribute="serviceId",
                sessionIdMetaDataAttribute="sessionId", requestIdMetaDataAttribute="requestId"),
    ], [link(0, 1, "RPC Request from Device"), link(1, 2, "Success")])
    assert not any("warning" in one for one in graph["nodes"]), graph
    return chain


def route_by_profile(node, application, chain):
    device = application.get("/api/tenant/devices", deviceName="Test Device A1")
    profile = application.get("/api/deviceProfile/" + device["deviceProfileId"]["id"])
    profile["defaultRuleChainId"] = chain["id"]
    application.post("/api/deviceProfile", profile)
    client_rpc(node, {"said": "getTime"})
    application.delete("/api/ruleChain/" + chain["id"]["id"], expected=400)


def move_as_a_file(application, chain):
    file = application.get("/api/ruleChains/export", limit=100)
    names = [one["name"] for one in file["ruleChains"]]
    assert sorted(names) == ["Answers", "Root Rule Chain"], names
    made = application.post("/api/ruleChains/import", file)
    copy = next(one for one in made if one["ruleChainName"] == "Answers")
    assert copy["ruleChainId"] != chain["id"], made
    graphs = [application.get(f"/api/ruleChain/{one['id']['id']}/metadata")
              for one in (chain, {"id": copy["ruleChainId"]})]
    for graph in graphs:
        del graph["ruleChainId"], graph["version"]
        for one in graph["nodes"]:
            del one["id"], one["ruleChainId"], one["createdTime"]
    assert graphs[0] == graphs[1], graphs


def try_scripts(application):
    def outcome(kind, script, **more):
        return application.post("/api/ruleChain/testScript", {
            "script": script, "scriptType": kind, "argNames": ["msg", "metadata", "msgType"],
            "msg": '{"temperature": 22.4}', "metadata": {"deviceName": "Pump"}, "msgType": "POST_TELEMETRY_REQUEST",
            **more})

    assert outcome("filter", "return msg.temperature > 20;") == {"output": "true", "error": ""}
    assert outcome("switch", "return [metadata.deviceName];")["output"] == '["Pump"]'
    made = outcome("update", "msg.hot = true; return {msg: msg, metadata: metadata, msgType: msgType};")
    assert made["output"] == ('{"msg":{"temperature":22.4,"hot":true},"metadata":{"deviceName":"Pump"},'
                              '"msgType":"POST_TELEMETRY_REQUEST"}'), made
    for wrong in ("return (;", "throw 'wrong';", "for (;;);", "return 1;"):
        failed = outcome("filter", wrong)
        assert failed["output"] == "" and failed["error"], failed
    assert application.get("/api/ruleChain/tbelEnabled") in (True, False)


def debug_events(application, kind, entity, **filters):
    return application.get(f"/api/events/{kind}/{entity}/DEBUG_RULE_NODE", pageSize=100, page=0, **filters)["data"]


def debug_nodes(node, application, chain):
    """What passes a node is seen from outside while it is debugged, and outlives a crash."""
    graph = application.get(f"/api/ruleChain/{chain['id']['id']}/metadata")
    for one in graph["nodes"]:
        one["debugSettings"] = {"failuresEnabled": True, "allEnabled": one["name"] == "Answer"}
    graph = application.post("/api/ruleChain/metadata", graph)
    ids = {one["name"]: one["id"]["id"] for one in graph["nodes"]}
    assert application.get(f"/api/ruleNode/{ids['Answer']}/debugIn") is None
    client_rpc(node, {"said": "getTime"})
    node.kill()
    node.start()
    events = debug_events(application, "RULE_NODE", ids["Answer"], sortOrder="ASC")
    assert [one["body"]["type"] for one in events] == ["IN", "OUT"], events
    body = events[1]["body"]
    assert body["relationType"] == "Success" and body["data"] == '{"said":"getTime"}', body
    assert body["msgType"] == "TO_SERVER_RPC_REQUEST" and body["entityType"] == "DEVICE", body
    assert debug_events(application, "RULE_NODE", ids["Switch"]) == []
    assert len(debug_events(application, "RULE_CHAIN", chain["id"]["id"])) == 2
    last = application.get(f"/api/ruleNode/{ids['Answer']}/debugIn")
    assert last["type"] == "IN" and '"method":"getTime"' in last["data"], last
    found = application.post(f"/api/events/RULE_NODE/{ids['Answer']}?pageSize=10&page=0",
                             {"eventType": "DEBUG_RULE_NODE", "msgDirectionType": "OUT", "dataSearch": "SAID"})
    assert found["totalElements"] == 1, found
    application.post(f"/api/events/RULE_NODE/{ids['Answer']}/clear", {"eventType": "DEBUG_RULE_NODE"})
    assert debug_events(application, "RULE_NODE", ids["Answer"]) == []


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        chain = make_answering_chain(application)
        route_by_profile(node, application, chain)
        move_as_a_file(application, chain)
        try_scripts(application)
        debug_nodes(node, application, chain)
        before = application.get(f"/api/ruleChain/{chain['id']['id']}/metadata")
        node.kill()
        node.start()
        assert application.get(f"/api/ruleChain/{chain['id']['id']}/metadata") == before
        client_rpc(node, {"said": "getTime"})
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))
