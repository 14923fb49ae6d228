"""Figures of history queries."""

import statistics

from figures.figure import Figure


def run(bench):
    """history: 100 points of a sparse key in 1 000 000 messages, last 1000 of a dense key"""
    messages = 100_000 if bench.short else 1_000_000
    node = bench.node(bench.fresh_folder("history"))
    fleet = bench.create_fleet(node, 1)
    result = bench.muster_bench("history", "--port", node.port, "--fleet", fleet, "--messages", messages)
    bench.stop(node)
    points = (result["sparse"]["points"], result["dense"]["points"])
    if points != (100, 1000):
        raise RuntimeError(f"{points} points instead of (100, 1000)")
    return [Figure(f"history: 100 sparse points of {messages} messages", "s",
                   statistics.median(result["sparse"]["seconds"]), 2, 0.5, detail=result),
            Figure("history: last 1000 of a dense key", "ms",
                   statistics.median(result["dense"]["seconds"]) * 1000, 20, 5, detail=result)]
