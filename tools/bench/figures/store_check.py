"""How long `muster-inspect store check` takes."""

import json
import statistics
import subprocess
import time

from figures.bench import copy_folder
from figures.figure import Figure
from figures.memory import prepared


def check_once(bench, folder, devices):
    """Seconds that a check of the folder takes."""
    begun = time.monotonic()
    done = subprocess.run([bench.programs / "muster-inspect", "store", "check", "--json", "--data", folder],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - begun
    found = json.loads(done.stdout)
    if found["problem_count"] != 0 or found["devices"] < devices or found["history_rows"] < devices:
        raise RuntimeError(f"the check found {found}")
    return seconds


def run(bench):
    """check of all rows, indexes and counts of 1 000 000 devices that have posted once, the worst of the rounds"""
    devices = 20_000 if bench.short else 1_000_000
    pristine, fleet = prepared(bench, devices)
    folder = bench.work / "checked"
    copy_folder(pristine, folder)
    node = bench.node("checked")
    bench.load(node.port, fleet, "--once")
    bench.stop(node)
    times = [check_once(bench, folder, devices) for _ in range(max(bench.rounds, 3))]
    return [Figure(f"store check of {devices} devices", "s", max(times), 30, 15,
                   detail={"times": times, "median": statistics.median(times)})]
