"""Figures of rule chains: telemetry through scripts, and devices' own RPCs."""

import requests

from figures.bench import median
from figures.figure import Figure

ENGINE = "org.thingsboard.rule.engine."


class Application:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        token = requests.post(f"{self.base}/api/auth/login", timeout=30,
                              json={"username": "tenant@thingsboard.org", "password": "tenant"}).json()["token"]
        self.head = {"X-Authorization": "Bearer " + token}

    def call(self, method, path, **arguments):
        answer = requests.request(method, self.base + path, headers=self.head, timeout=30, **arguments)
        answer.raise_for_status()
        return answer.json()

    def make_root(self, name, nodes, links):
        """The nodes are (class, configuration), the links (from, to, relation). Returns the chain's identifier."""
        chain = self.call("POST", "/api/ruleChain", json={"name": name})
        made = self.call("POST", "/api/ruleChain/metadata", json={
            "ruleChainId": chain["id"], "firstNodeIndex": 0,
            "nodes": [{"type": ENGINE + kind, "name": str(place), "configuration": configuration}
                      for place, (kind, configuration) in enumerate(nodes)],
            "connections": [{"fromIndex": start, "toIndex": end, "type": relation} for start, end, relation in links]})
        broken = [one for one in made["nodes"] if "warning" in one]
        if broken:
            raise RuntimeError(f"the chain cannot run: {broken}")
        return chain["id"]["id"]

    def use(self, chain):
        self.call("POST", f"/api/ruleChain/{chain}/root")


def script(body):
    return {"scriptLang": "JS", "jsScript": body}


def run(bench):
    """telemetry through two scripts as a share of the default chain; a device's own RPC: p99"""
    node = bench.standard_node()
    application = Application(node.port)
    usual = next(one["id"]["id"] for one in application.call("GET", "/api/ruleChains?pageSize=100&page=0")["data"]
                 if one["root"])
    scripts = application.make_root("Scripts", [
        ("filter.TbJsFilterNode", script("return msg.temperature > 10;")),
        ("transform.TbTransformMsgNode", script("msg.fahrenheit = msg.temperature * 1.8 + 32;"
                                                "return {msg: msg, metadata: metadata, msgType: msgType};")),
        ("telemetry.TbMsgTimeseriesNode", {}),
    ], [(0, 1, "True"), (1, 2, "Success")])
    answers = application.make_root("Answers", [
        ("filter.TbMsgTypeSwitchNode", {}),
        ("transform.TbTransformMsgNode", script("return {msg: {time: String(new Date())}, metadata: metadata,"
                                                "msgType: msgType};")),
        ("rpc.TbSendRPCReplyNode", {}),
    ], [(0, 1, "RPC Request from Device"), (1, 2, "Success")])

    def load_through(chain):
        application.use(chain)
        return bench.load(node.port, node.fleet)

    runs = bench.interleaved(default=lambda: load_through(usual), scripts=lambda: load_through(scripts))
    rates = {name: median(results, "rate") for name, results in runs.items()}
    application.use(answers)
    calls = [bench.load(node.port, node.fleet, "--resource", "rpc", "--body", '{"method":"getTime","params":{}}',
                        "--rate", rates["default"] / 10) for _ in range(bench.rounds)]
    application.use(usual)
    return [
        Figure("telemetry through a filter, a transform and a save, share of the default chain", "share",
               rates["scripts"] / rates["default"], 0.40, 0.60, higher_is_better=True,
               detail={"requests_per_second": rates}),
        Figure("a device's own RPC answered by a script, at a tenth of the rate: p99", "ms",
               median(calls, "latency", "p99"), 10, 4, detail={"rate": rates["default"] / 10}),
    ]
