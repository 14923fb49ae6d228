"""Figures of start and memory: an empty node, and one with a million devices."""

import statistics

from figures.bench import copy_folder, median
from figures.figure import Figure

MB = 1024 * 1024


def several_starts(bench, folder, prepare):
    """Medians of (seconds to ready, resident bytes right after) over the rounds."""
    starts = []
    for _ in range(max(bench.rounds, 3)):
        prepare()
        node = bench.node(folder)
        starts.append((node.start_seconds, node.memory()))
        bench.stop(node)
    return [statistics.median(values) for values in zip(*starts)], starts


def empty(bench):
    """an empty node: memory, start to ready"""
    # The first start makes the demo data, password hashes included; a start is what comes after.
    bench.stop(bench.node(bench.fresh_folder("empty")))
    (seconds, resident), starts = several_starts(bench, "empty", lambda: None)
    return [Figure("empty node: memory", "MB", resident / MB, 40, 30, detail={"starts": starts}),
            Figure("empty node: start to ready", "s", seconds, 0.5, 0.1, detail={"starts": starts})]


def prepared(bench, devices):
    """Folder and fleet of a store with so many devices, made once and kept for later runs."""
    folder, fleet = f"prepared-{devices}", bench.work / f"prepared-{devices}.fleet"
    if not fleet.exists():
        bench.stop(bench.node(bench.fresh_folder(folder)))
        unfinished = fleet.with_suffix(".unfinished")
        bench.muster_bench("prepare-store", bench.work / folder, "--devices", devices, "--fleet", unfinished)
        # The first start afterwards settles what the bulk has left to the journal.
        bench.stop(bench.node(folder))
        unfinished.rename(fleet)
    return bench.work / folder, fleet


def fill_journal(bench, node, fleet, least):
    """Loads the node until its journal holds at least so many bytes; returns how many it then holds."""
    def held():
        return sum(file.stat().st_size for file in node.data_dir.rglob("*.log"))
    bench.muster_bench("load", "--port", node.port, "--fleet", fleet, "--random", "--warm-up", 0, "--duration", 0.3)
    for _ in range(1000):
        # The journal shrinks when its rows reach a table, so the way up is gone in small steps.
        if held() >= least:
            return held()
        bench.muster_bench("load", "--port", node.port, "--fleet", fleet, "--random", "--warm-up", 0,
                           "--duration", 0.1)
    raise RuntimeError(f"the journal did not reach {least} bytes")


def start_after_kill(bench, folder, fleet):
    """Seconds to ready after a SIGKILL that left a full journal; worst of the rounds."""
    # RocksDB is told to let it grow to 64 MB, and keeps below that when it can.
    least = (4 if bench.short else 48) * MB
    starts = []
    for _ in range(max(bench.rounds, 3)):
        node = bench.node(folder)
        journal = fill_journal(bench, node, fleet, least)
        node.kill()
        bench.running.remove(node.process)
        node = bench.node(folder)
        starts.append((node.start_seconds, journal))
        bench.stop(node)
    return max(starts)[0], starts


def million(bench):
    """1 000 000 stored devices: memory, start, start after SIGKILL, a post of each, rate over all of them"""
    devices = 20_000 if bench.short else 1_000_000
    pristine, fleet = prepared(bench, devices)
    folder = bench.work / "large"
    (seconds, resident), starts = several_starts(bench, "large", lambda: copy_folder(pristine, folder))
    name = f"{devices} devices stored"
    node = bench.node("large")
    once = bench.load(node.port, fleet, "--once")
    after = node.memory()
    runs = bench.interleaved(all=lambda: bench.load(node.port, fleet, "--random"),
                             thousand=lambda: bench.load(node.port, fleet, devices=1000))
    rates = {which: median(results, "rate") for which, results in runs.items()}
    bench.stop(node)
    after_kill, kills = start_after_kill(bench, "large", fleet)
    return [Figure(f"{name}: memory after start", "MB", resident / MB, 70, 45, detail={"starts": starts}),
            Figure(f"{name}: start to ready", "s", seconds, 0.5, 0.2, detail={"starts": starts}),
            Figure(f"{name}: start after SIGKILL, journal full", "s", after_kill, 0.5, 0.2, detail={"starts": kills}),
            Figure(f"{name}, each posted once: memory", "MB", after / MB, 250, 120,
                   detail={"rate": once["rate"], "latency": once["latency"]}),
            Figure(f"telemetry over {devices} devices, share of 1000", "share", rates["all"] / rates["thousand"], 0.40,
                   0.70, higher_is_better=True, detail={"requests_per_second": rates})]
