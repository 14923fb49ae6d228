"""Figures of rule chains: telemetry through scripts, and devices' own RPCs."""

import itertools
import threading

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


    def make_device(self, token, chain):
        """Of a profile whose messages enter that chain."""
        profile = self.call("POST", "/api/deviceProfile", json={
            "name": token, "type": "DEFAULT", "transportType": "DEFAULT", "provisionType": "DISABLED",
            "profileData": {"configuration": {"type": "DEFAULT"}, "transportConfiguration": {"type": "DEFAULT"}},
            "defaultRuleChainId": {"entityType": "RULE_CHAIN", "id": chain}})
        self.call("POST", f"/api/device?accessToken={token}",
                  json={"name": token, "deviceProfileId": profile["id"]})


#: What a script may do to its neighbours, by the kind that a message names.
HOSTILE = {
    "loop": "while (true) {}",
    "memory": "var all = []; while (true) { all.push(new Array(1000).fill(msg)); }",
    "stack": "function deeper(n) { return deeper(n + 1) + 1; } deeper(0); return {};",
    "pattern": "return {msg: {found: /^(a+)+$/.test('a'.repeat(40) + '!')}};",
    "none": "return {msg: msg};",
}


class Neighbour:
    """Posts messages of some kinds in turn, fifty a second, while it is entered."""

    def __init__(self, port, token, kinds):
        self.where = f"http://127.0.0.1:{port}/api/v1/{token}/telemetry"
        self.kinds = kinds
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.post)
        self.refused = 0

    def post(self):
        session = requests.Session()
        while not self.ends.is_set():
            for kind in self.kinds:
                self.refused += session.post(self.where, json={"kind": kind}, timeout=30).status_code != 200
                self.ends.wait(0.02)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.ends.set()
        self.thread.join()
        if self.refused:
            raise RuntimeError(f"{self.refused} messages to scripts that overrun were refused")


def script(body):
    return {"scriptLang": "JS", "jsScript": body}


def run(bench):
    """telemetry through two scripts as a share of the default chain; a device's own RPC: p99; scripts that overrun"""
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
    kinds = list(HOSTILE)
    neighbours = itertools.count()

    def load_beside(kinds_posted):
        # New scripts each time: none of them is suspended yet.
        token = f"NEIGHBOUR{next(neighbours)}"
        application.make_device(token, application.make_root(token, [
            ("filter.TbJsSwitchNode", script("return msg.kind;")),
            *(("transform.TbTransformMsgNode", script(HOSTILE[kind])) for kind in kinds),
        ], [(0, 1 + place, kind) for place, kind in enumerate(kinds)]))
        with Neighbour(node.port, token, kinds_posted):
            return bench.load(node.port, node.fleet)

    beside = bench.interleaved(quiet=lambda: load_beside(["none"] * 4),
                               hostile=lambda: load_beside(kinds[:4]))
    besides = {name: median(results, "rate") for name, results in beside.items()}
    return [
        Figure("telemetry through a filter, a transform and a save, share of the default chain", "share",
               rates["scripts"] / rates["default"], 0.40, 0.60, higher_is_better=True,
               detail={"requests_per_second": rates}),
        Figure("a device's own RPC answered by a script, at a tenth of the rate: p99", "ms",
               median(calls, "latency", "p99"), 10, 4, detail={"rate": rates["default"] / 10}),
        Figure("telemetry beside scripts that overrun time, memory or stack, share of beside harmless ones", "share",
               besides["hostile"] / besides["quiet"], 0.80, 0.95, higher_is_better=True,
               detail={"requests_per_second": besides}),
    ]
