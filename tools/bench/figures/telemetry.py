"""Figures of the telemetry POST: shares of the bare handler's rate, latency."""

from figures.bench import median
from figures.figure import Figure


def share_of(bench, name, must, aim, node_port, bare_port, *arguments):
    fleet = bench.standard_node().fleet
    runs = bench.interleaved(node=lambda: bench.load(node_port, fleet, *arguments),
                             bare=lambda: bench.load(bare_port, fleet, *arguments))
    rates = {server: median(results, "rate") for server, results in runs.items()}
    bench.kept[name] = rates
    return Figure(name, "share", rates["node"] / rates["bare"], must, aim, bare=1.0, higher_is_better=True,
                  detail={"requests_per_second": rates, "runs": {s: [r["rate"] for r in rs] for s, rs in runs.items()}})


def plain_share(bench):
    """durable telemetry POST, requests/s as a share of the bare handler's"""
    return [share_of(bench, "telemetry, share of bare", 0.50, 0.75, bench.standard_node().port, bench.bare_port())]


def tls_share(bench):
    """the same over TLS, as a share of the bare handler over TLS"""
    return [share_of(bench, "telemetry over TLS, share of bare", 0.55, 0.80, bench.standard_node().tls_port,
                     bench.bare_port(tls=True), "--tls")]


def latency(bench):
    """p99 latency of the telemetry POST at half its highest rate"""
    node = bench.standard_node()
    if "telemetry, share of bare" in bench.kept:
        highest = bench.kept["telemetry, share of bare"]["node"]
    else:
        highest = bench.load(node.port, node.fleet)["rate"]
    at_half = ("--rate", highest / 2)
    runs = bench.interleaved(node=lambda: bench.load(node.port, node.fleet, *at_half),
                             bare=lambda: bench.load(bench.bare_port(), node.fleet, *at_half))
    p99 = {server: median(results, "latency", "p99") for server, results in runs.items()}
    return [Figure("p99 at half that rate", "ms", p99["node"], 10, 4, bare=p99["bare"],
                   detail={"rate": highest / 2, "latency": {s: [r["latency"] for r in rs] for s, rs in runs.items()}})]
