"""Figures of parked polls and two-way RPC."""

from figures.bench import median
from figures.figure import Figure


def run(bench):
    """two-way RPC beside 10 000 parked polls: p99, and the memory of a parked poll"""
    polls, rate = (500, 200) if bench.short else (10_000, 1000)
    node = bench.node(bench.fresh_folder("rpc"))
    fleet = bench.create_fleet(node, polls)
    results = []
    for _ in range(bench.rounds):
        # Started anew, so that no device is active before it polls.
        bench.stop(node)
        node = bench.node("rpc")
        results.append(bench.muster_bench("rpc", "--port", node.port, "--fleet", fleet, "--rate", rate,
                                          "--duration", bench.seconds, "--process", node.process.pid))
        wrong = {name: results[-1][name] for name in ("refused_calls", "refused_devices", "lost", "unanswered")
                 if results[-1][name]}
        if wrong:
            raise RuntimeError(f"calls were not answered as they should: {wrong}")
    bench.stop(node)
    bare = bench.load(bench.bare_port(), fleet, "--rate", rate)
    before, parked = (median(results, name, "resident") for name in ("before_polls", "with_polls"))
    detail = {"polls": polls, "calls_per_second": rate, "latency": [r["latency"] for r in results],
              "resident_before": before, "resident_with_polls": parked}
    return [Figure(f"two-way RPC, {polls} parked polls, {rate} calls/s: p99", "ms", median(results, "latency", "p99"),
                   10, 3, bare=bare["latency"]["p99"], detail=detail),
            Figure("memory per parked poll, device active", "KB", (parked - before) / polls / 1024, 8, 5,
                   detail=detail)]
