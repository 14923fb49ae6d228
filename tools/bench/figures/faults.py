"""Figures of acknowledged writes that are lost."""

import json
import os
import subprocess

from figures.figure import Figure


def kills(bench):
    """acknowledged writes lost in SIGKILLs under load"""
    rounds = 3 if bench.short else 20
    report = bench.work / "crash.json"
    report.unlink(missing_ok=True)
    done = subprocess.run([bench.root / "tests/crash/crash_test.py", bench.programs / "muster-node", "--kills",
                           str(rounds), "--json", report], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if not report.exists():
        raise RuntimeError(done.stdout[-2000:])
    result = json.loads(report.read_text())
    return [Figure(f"acknowledged writes lost: {rounds} SIGKILLs", "writes", result["lost"], 0, 0, detail=result)]


def under_storage_faults(bench, wanted, reports, wrapper=()):
    """Runs test cases of the storage's fault program, each of which reports what it lost."""
    report = bench.work / "faults.jsonl"
    report.unlink(missing_ok=True)
    done = subprocess.run([*wrapper, bench.programs / "test_fault_storage", wanted], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, env={**os.environ, "MUSTER_FAULT_REPORT": str(report)})
    lines = [json.loads(line) for line in report.read_text().splitlines()] if report.exists() else []
    if len(lines) != reports:
        raise RuntimeError(f"{len(lines)} reports instead of {reports}: {done.stdout[-2000:]}")
    # A loss is a figure; whatever else the program found wrong is a failure.
    lost = sum(line["lost"] for line in lines)
    if done.returncode != 0 and not lost:
        raise RuntimeError(done.stdout[-2000:])
    return lost, {"reports": lines}


def power(bench):
    """acknowledged writes lost when the power goes and unsynced bytes with it"""
    lost, detail = under_storage_faults(bench, "20 losses of power lose nothing that was acknowledged", 1)
    return [Figure("acknowledged writes lost: 20 losses of unsynced bytes", "writes", lost, 0, 0, detail=detail)]


def disks(bench):
    """acknowledged writes lost when a small disk is full, for the journal and for a table file"""
    # Mounting the small disk takes rights, which a user namespace gives.
    wrapper = () if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")
    lost, detail = under_storage_faults(bench, "a disk that is full for*", 2, wrapper)
    return [Figure("acknowledged writes lost: 3 full disks", "writes", lost, 0, 0, detail=detail)]
