"""Figure of muster-inspect: what it costs the node that is looked at."""

import contextlib
import statistics
import subprocess

from figures.bench import median
from figures.figure import Figure


@contextlib.contextmanager
def looked_at(bench, node):
    """`top` and one `trace` of a device of the fleet are open."""
    device = node.fleet.read_text().split()[0]
    watchers = [subprocess.Popen([bench.programs / "muster-inspect", *command, "--data", node.data_dir],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                for command in (["top"], ["trace", device, "--for", "3600"])]
    try:
        yield
        for watcher in watchers:
            if watcher.poll() is not None:
                raise RuntimeError(f"muster-inspect ended: {watcher.stderr.read()}")
    finally:
        for watcher in watchers:
            watcher.kill()
            watcher.communicate()


def run(bench):
    """telemetry with `top` and one `trace` open, as a share of without"""
    node = bench.standard_node()

    def watched():
        with looked_at(bench, node):
            return bench.load(node.port, node.fleet)

    runs = bench.interleaved(watched=watched, alone=lambda: bench.load(node.port, node.fleet))
    shares = [one["rate"] / other["rate"] for one, other in zip(runs["watched"], runs["alone"])]
    return [Figure("telemetry with top and trace open, share of without", "share", statistics.median(shares), 0.95,
                   1.0, higher_is_better=True,
                   detail={"shares": shares, "requests_per_second": {name: median(results, "rate")
                                                                     for name, results in runs.items()}})]
